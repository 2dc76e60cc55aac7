"""Distributions: native draws on the current backend, keyed by a seed generator or an integer.

An integer seed gives the same draw at each call; a `SeedGenerator` moves on; ``None`` draws from one
process-wide generator, which a compiled function must not use.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from polykeras import ops
from polykeras.backend import current, dtypes
from polykeras.backend.config import floatx
from polykeras.ops import abstract, keras_tensor
from polykeras.ops.shape_rules import Spec
from polykeras.plugins.errors import ShapeError
from polykeras.random import fold as hashing
from polykeras.random.global_seed import check_seed, times_set
from polykeras.random.seed import SeedGenerator

Seed = SeedGenerator | int | None
_global: dict[str, tuple[int, SeedGenerator | None]] = {}
_lock = threading.Lock()


def uniform(
    shape: Sequence[int], minval: float = 0.0, maxval: float = 1.0, dtype: Any = None, seed: Seed = None
) -> Any:
    """Return draws from the uniform distribution on ``[minval, maxval)``.

    Args:
        shape: Shape of the result.
        minval: Least value.
        maxval: Upper bound, not drawn.
        dtype: Float dtype; floatx for ``None``.
        seed: Seed generator, integer or ``None``.
    """
    name = _dtype(dtype)
    return _draw(shape, name, seed, lambda random, key, size: random.uniform(key, size, name, minval, maxval))


def normal(shape: Sequence[int], mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Seed = None) -> Any:
    """Return draws from the normal distribution.

    Args:
        shape: Shape of the result.
        mean: Mean.
        stddev: Standard deviation.
        dtype: Float dtype; floatx for ``None``.
        seed: Seed generator, integer or ``None``.
    """
    name = _dtype(dtype)
    return _draw(shape, name, seed, lambda random, key, size: random.normal(key, size, name, mean, stddev))


def dropout(inputs: Any, rate: float, noise_shape: Sequence[int | None] | None = None, seed: Seed = None) -> Any:
    """Return `inputs` with a fraction `rate` set to zero and the rest scaled by ``1 / (1 - rate)``.

    Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014.

    Args:
        inputs: Float tensor.
        rate: Fraction in [0, 1).
        noise_shape: Shape of the mask, broadcast to `inputs`; ``None`` sizes are the inputs'.
        seed: Seed generator, integer or ``None``.
    """
    x = ops.convert_to_tensor(inputs)
    shape = ops.shape(x)
    if noise_shape is not None:
        shape = _noise_shape(shape, noise_shape)
    keep = _draw(shape, "bool", seed, lambda random, key, size: random.bernoulli(key, size, 1.0 - rate))
    return ops.where(keep, ops.multiply(x, 1.0 / (1.0 - rate)), ops.zeros_like(x))


def _noise_shape(shape: Sequence[Any], asked: Sequence[int | None]) -> tuple[Any, ...]:
    if len(asked) == len(shape):
        return tuple(own if one is None else one for own, one in zip(shape, asked, strict=True))
    raise ShapeError(
        f"Dropout cannot draw a mask of this shape.\nReceived: noise_shape={tuple(asked)}, of {len(asked)} axes.\n"
        f"Allowed: {len(shape)} sizes, as the inputs have axes: 1, the inputs' own, or None for these.\n"
        "Put None or 1 where an axis is missing."
    )


def _dtype(dtype: Any) -> str:
    return floatx() if dtype is None else dtypes.standardize_dtype(dtype)


def _draw(shape: Sequence[Any], dtype: str, seed: Seed, draw: Callable[[Any, Any, Any], Any]) -> Any:
    if abstract.in_abstract_scope():
        if isinstance(seed, SeedGenerator):
            seed.next()  # whoever looks for writes must see that the generator moves on
        return keras_tensor.anonymous(Spec(tuple(shape), dtype))
    backend = current.current()
    return draw(backend.random, _key(seed, backend), tuple(shape))


def _key(seed: Seed, backend: Any) -> Any:
    if seed is None:
        with _lock:
            made_at, generator = _global.get(backend.name, (-1, None))
            if generator is None or made_at != times_set():
                # Setting the process-wide seed starts these draws again too.
                generator = SeedGenerator(name=f"global_{backend.name}")
                _global[backend.name] = (times_set(), generator)
        seed = generator
    if isinstance(seed, SeedGenerator):
        return seed.key()
    words = np.array([check_seed(seed), 0], dtype=np.uint32)
    return backend.random.fold(backend.tensors.from_host(words, "uint32"), hashing.DRAW)
