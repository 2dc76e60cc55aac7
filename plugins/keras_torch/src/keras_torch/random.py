"""Draws on PyTorch: keys folded from a seed generator's two words.

The words live on the host, so an eager draw never waits for the device. On the CPU it uses NumPy's
Philox with the whole 64-bit key, since `torch.Generator` keeps 32 bits of a seed there. In a graph a draw
is one operator, which no compiler looks into: it gives what eager code draws, and compiles at once, where
rounds of Threefry written out took seconds for each draw.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import torch

from keras_torch.capture import in_graph
from keras_torch.tensors import device
from keras_torch.tensors import dtype as native_dtype
from polykeras.random import rejection
from polykeras.random.fold import MASK, fold

_STEPS = {torch.bfloat16: 2.0**8, torch.float16: 2.0**11}


class Key(NamedTuple):
    """Two 32-bit words; in a graph an int64 tensor of shape (2,) takes its place."""

    first: int
    second: int


class TorchRandom:
    """Random provider for PyTorch."""

    def seed_framework(self, seed: int) -> None:
        """Seed PyTorch's own generators, which code that calls `torch.rand` draws from."""
        torch.manual_seed(seed)

    def advance(self, state: torch.Tensor) -> torch.Tensor:
        """Return the state with its counter one further, modulo 2**32."""
        if in_graph():
            wide = state.to(torch.int64) + torch.tensor([0, 1], device=state.device)
            return (wide & MASK).to(torch.uint32)
        seed, counter = state.tolist()
        return torch.tensor((seed, (counter + 1) & MASK), dtype=torch.uint32)

    def fold(self, state: torch.Tensor, stream: int) -> Key | torch.Tensor:
        """Return the key of ``(seed, counter)`` on `stream`."""
        if in_graph():
            return _fold(state.to(torch.int64), stream)
        seed, counter = state.tolist()
        return Key(*fold(seed, counter, stream))

    def key_words(self, key: Key) -> tuple[int, int]:
        """Return a concrete key as two words."""
        return int(key.first), int(key.second)

    def bits(self, key: Key | torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
        """Return uniform uint32 words."""
        return _drawn("bits", key, shape, torch.uint32)

    def uniform(
        self, key: Key | torch.Tensor, shape: tuple[int, ...], dtype: str, minval: Any, maxval: Any
    ) -> torch.Tensor:
        """Return draws from ``[minval, maxval)``."""
        unit = _drawn("unit", key, shape, native_dtype(dtype))
        if isinstance(minval, (int, float)) and isinstance(maxval, (int, float)) and (minval, maxval) == (0, 1):
            return unit
        return unit * (maxval - minval) + minval

    def normal(
        self, key: Key | torch.Tensor, shape: tuple[int, ...], dtype: str, mean: Any, stddev: Any
    ) -> torch.Tensor:
        """Return draws from the normal distribution."""
        return _drawn("normal", key, shape, native_dtype(dtype)) * stddev + mean

    def bernoulli(self, key: Key | torch.Tensor, shape: tuple[int, ...], probability: Any) -> torch.Tensor:
        """Return booleans that are true with `probability`."""
        return _drawn("unit", key, shape, torch.float32) < probability

    def gamma(self, key: Key | torch.Tensor, shape: tuple[int, ...], dtype: str, alpha: torch.Tensor) -> torch.Tensor:
        """Return draws from the gamma distribution."""
        return self._with_parameters("gamma", key, shape, dtype, alpha)

    def beta(
        self, key: Key | torch.Tensor, shape: tuple[int, ...], dtype: str, alpha: torch.Tensor, beta: torch.Tensor
    ) -> torch.Tensor:
        """Return draws from the beta distribution."""
        return self._with_parameters("beta", key, shape, dtype, alpha, beta)

    def binomial(
        self,
        key: Key | torch.Tensor,
        shape: tuple[int, ...],
        dtype: str,
        counts: torch.Tensor,
        probabilities: torch.Tensor,
    ) -> torch.Tensor:
        """Return draws from the binomial distribution, as floats."""
        return self._with_parameters("binomial", key, shape, dtype, counts, probabilities)

    def _with_parameters(self, name: str, key: Any, shape: Any, dtype: str, *parameters: torch.Tensor) -> torch.Tensor:
        if device().type == "cpu":
            return _drawn(name, key, shape, native_dtype(dtype), parameters)
        drawn: torch.Tensor = getattr(rejection, name)(self, key, shape, dtype, *parameters)
        return drawn


def _drawn(
    name: str, key: Key | torch.Tensor, shape: Any, kind: torch.dtype, parameters: Sequence[torch.Tensor] = ()
) -> torch.Tensor:
    if isinstance(key, torch.Tensor):
        drawn: torch.Tensor = _draw(key, name, shape, kind, device(), [one.detach() for one in parameters])
        return drawn
    return _eager(name, key, shape, kind, device(), parameters)


def _eager(
    name: str, key: Key, shape: Any, kind: torch.dtype, where: torch.device, parameters: Sequence[torch.Tensor]
) -> torch.Tensor:
    if name == "bits":
        words = _philox(key).bit_generator.random_raw(math.prod(shape)) >> np.uint64(32)
        return torch.from_numpy(words.astype(np.uint32).reshape(shape)).to(where)
    if where.type != "cpu":
        draw = torch.rand if name == "unit" else torch.randn
        return draw(shape, generator=_generator(key, where), dtype=kind, device=where)
    source = _philox(key)
    if name == "normal":
        host = source.standard_normal(shape, dtype=_host_float(kind))
    elif name == "unit":
        host = source.random(shape, dtype=_host_float(kind))
        steps = _STEPS.get(kind)
        if steps is not None:
            # Rounded to nearest, the largest draws would become 1.
            host = np.floor(host * steps) / steps
    else:
        given = [one.numpy() for one in parameters]
        if name == "binomial":
            given[0] = given[0].astype(np.int64)
        host = getattr(source, name)(*given, size=shape)
    return torch.from_numpy(np.asarray(host)).to(kind)


@torch.library.custom_op("polykeras::fold", mutates_args=())  # type: ignore[untyped-decorator]
def _fold(state: torch.Tensor, stream: int) -> torch.Tensor:
    seed, counter = state.tolist()
    return torch.tensor(fold(seed, counter, stream), dtype=torch.int64, device=state.device)


@_fold.register_fake  # type: ignore[untyped-decorator]
def _(state: torch.Tensor, stream: int) -> torch.Tensor:
    del stream
    return torch.empty_like(state)


@torch.library.custom_op("polykeras::draw", mutates_args=())  # type: ignore[untyped-decorator]
def _draw(
    key: torch.Tensor,
    name: str,
    shape: Sequence[int],
    kind: torch.dtype,
    where: torch.device,
    parameters: Sequence[torch.Tensor],
) -> torch.Tensor:
    first, second = key.tolist()
    return _eager(name, Key(first, second), tuple(shape), kind, where, parameters)


@_draw.register_fake  # type: ignore[untyped-decorator]
def _(
    key: torch.Tensor,
    name: str,
    shape: Sequence[int],
    kind: torch.dtype,
    where: torch.device,
    parameters: Sequence[torch.Tensor],
) -> torch.Tensor:
    del key, name, parameters
    return torch.empty(tuple(shape), dtype=kind, device=where)


def _host_float(kind: torch.dtype) -> Any:
    return np.float64 if kind is torch.float64 else np.float32


def _philox(key: Key) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=(key.first << 32) | key.second))


def _generator(key: Key, where: torch.device) -> torch.Generator:
    return torch.Generator(where).manual_seed((key.first << 32) | key.second)
