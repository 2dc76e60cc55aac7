"""Distributions: native draws on the current backend, keyed by a seed generator or an integer.

An integer seed gives the same draw at each call; a `SeedGenerator` moves on; ``None`` draws from one
process-wide generator, which a compiled function must not use. Parameters of `uniform` and `normal` have gradients;
draws of the other distributions are constants to whoever differentiates.
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
from polykeras.ops.types import Size
from polykeras.plugins.errors import ShapeError, SymbolicTensorError
from polykeras.random import fold as hashing
from polykeras.random import rejection
from polykeras.random.global_seed import check_seed, times_set
from polykeras.random.seed import SeedGenerator

Seed = SeedGenerator | int | None
_global: dict[str, tuple[int, SeedGenerator | None]] = {}
_lock = threading.Lock()
_TWO_SIGMA_MASS = 0.9544997361036416  # P(|Z| < 2)


def uniform(shape: Sequence[Size], minval: Any = 0.0, maxval: Any = 1.0, dtype: Any = None, seed: Seed = None) -> Any:
    """Return draws from the uniform distribution on ``[minval, maxval)``.

    Args:
        shape: Shape of the result.
        minval: Least value, or values that broadcast to `shape`.
        maxval: Upper bound, not drawn, likewise.
        dtype: Float dtype; floatx for ``None``.
        seed: Seed generator, integer or ``None``.
    """
    name = _float("uniform", dtype)

    def draw(random: Any, key: Any, size: Any) -> Any:
        if _numbers(minval, maxval):
            return random.uniform(key, size, name, minval, maxval)
        low, high = _tensors("uniform", size, name, minval, maxval)
        return random.uniform(key, size, name, 0.0, 1.0) * (high - low) + low

    return _draw(shape, name, seed, draw)


def normal(shape: Sequence[Size], mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = None, seed: Seed = None) -> Any:
    """Return draws from the normal distribution.

    Args:
        shape: Shape of the result.
        mean: Mean, or means that broadcast to `shape`.
        stddev: Standard deviation, likewise.
        dtype: Float dtype; floatx for ``None``.
        seed: Seed generator, integer or ``None``.
    """
    name = _float("normal", dtype)

    def draw(random: Any, key: Any, size: Any) -> Any:
        if _numbers(mean, stddev):
            return random.normal(key, size, name, mean, stddev)
        centre, deviation = _tensors("normal", size, name, mean, stddev)
        return random.normal(key, size, name, 0.0, 1.0) * deviation + centre

    return _draw(shape, name, seed, draw)


def truncated_normal(
    shape: Sequence[Size], mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = None, seed: Seed = None
) -> Any:
    """Return draws from the normal distribution kept within two standard deviations.

    The quantile function of the middle 95.45% of probabilities: exact, and one uniform draw for each element.

    Args:
        shape: Shape of the result.
        mean: Mean.
        stddev: Standard deviation before truncation; after it, 0.8796 of that.
        dtype: Float dtype; floatx for ``None``.
        seed: Seed generator, integer or ``None``.
    """
    name = _float("truncated_normal", dtype)
    wide = _wide(name)

    def draw(random: Any, key: Any, size: Any) -> Any:
        centre, deviation = _tensors("truncated_normal", size, wide, mean, stddev)
        # Half a step makes the draw symmetric about the mean.
        offset = (2.0 * random.uniform(key, size, wide, 0.0, 1.0) - (1.0 - 2.0**-24)) * _TWO_SIGMA_MASS
        z = ops.clip(2.0**0.5 * ops.erfinv(offset), -2.0, 2.0)
        return ops.cast(z * deviation + centre, name)

    return _draw(shape, name, seed, draw)


def gamma(shape: Sequence[Size], alpha: Any, dtype: Any = None, seed: Seed = None) -> Any:
    """Return draws from the gamma distribution with scale 1: density ``x**(alpha - 1) exp(-x) / Gamma(alpha)``.

    Args:
        shape: Shape of the result.
        alpha: Shape parameter, broadcasting to `shape`; where it is not positive the draw is NaN.
        dtype: Float dtype; floatx for ``None``.
        seed: Seed generator, integer or ``None``.

    >>> gamma((2, 3), alpha=[0.5, 1.0, 2.0], seed=1).shape == (2, 3)
    True
    """
    name = _float("gamma", dtype)
    return _draw(shape, name, seed, lambda *where: _of_parameters("gamma", where, name, _positive, alpha))


def beta(shape: Sequence[Size], alpha: Any, beta: Any, dtype: Any = None, seed: Seed = None) -> Any:
    """Return draws from the beta distribution on [0, 1], with density ``~ x**(alpha - 1) (1 - x)**(beta - 1)``.

    Args:
        shape: Shape of the result.
        alpha: First parameter, broadcasting to `shape`; where it is not positive the draw is NaN.
        beta: Second parameter, likewise.
        dtype: Float dtype; floatx for ``None``.
        seed: Seed generator, integer or ``None``.
    """
    name = _float("beta", dtype)
    return _draw(shape, name, seed, lambda *where: _of_parameters("beta", where, name, _positive, alpha, beta))


def binomial(shape: Sequence[Size], counts: Any, probabilities: Any, dtype: Any = None, seed: Seed = None) -> Any:
    """Return draws from the binomial distribution: how many of `counts` trials succeed.

    Args:
        shape: Shape of the result.
        counts: Whole numbers of trials, broadcasting to `shape`; where negative or NaN the draw is NaN.
        probabilities: Of success in each trial, broadcasting to `shape`; where outside [0, 1] the draw is NaN.
        dtype: Float dtype; floatx for ``None``.
        seed: Seed generator, integer or ``None``.
    """
    name = _float("binomial", dtype)
    return _draw(
        shape, name, seed, lambda *where: _of_parameters("binomial", where, name, _trials, counts, probabilities)
    )


def randint(shape: Sequence[Size], minval: Any, maxval: Any, dtype: Any = "int32", seed: Seed = None) -> Any:
    """Return whole numbers from ``[minval, maxval)``, each as likely as another.

    Args:
        shape: Shape of the result.
        minval: Least value: an integer, or integers that broadcast to `shape`.
        maxval: Upper bound, not drawn, likewise; where it is not above `minval` the draw is `minval`.
        dtype: Integer dtype.
        seed: Seed generator, integer or ``None``.

    Raises:
        ValueError: If `dtype` is not an integer's.
    """
    name = "int32" if dtype is None else dtypes.standardize_dtype(dtype)
    if not dtypes.is_int(name):
        raise ValueError(
            f"`randint` draws whole numbers only.\nReceived: dtype={name!r}.\n"
            "Allowed: an integer dtype, such as 'int32' or 'uint8'.\n"
            "Cast the result, or draw with `random.uniform`."
        )

    def draw(random: Any, key: Any, size: Any) -> Any:
        bounds = [value if type(value) is int else ops.convert_to_tensor(value, "int64") for value in (minval, maxval)]
        native = getattr(random, "randint", None)
        if native is None:
            return rejection.randint(random, key, size, name, *bounds)
        return native(key, size, name, *bounds)

    return _draw(shape, name, seed, draw)


def categorical(logits: Any, num_samples: int, dtype: Any = "int32", seed: Seed = None) -> Any:
    """Return indices of classes, drawn with the probabilities ``softmax(logits)``.

    The largest of ``logits + g`` with ``g`` from the Gumbel distribution (E. J. Gumbel, "Statistical theory of extreme
    values", 1954): a class whose logit is ``-inf`` is never drawn.

    Args:
        logits: Unnormalised log-probabilities of shape ``(batch, classes)``.
        num_samples: Draws for each row.
        dtype: Dtype of the result, which has the shape ``(batch, num_samples)``.
        seed: Seed generator, integer or ``None``.

    Raises:
        ValueError: If `logits` has not two axes.
    """
    logits = _received("categorical", logits)
    shape = ops.shape(logits)
    if len(shape) != 2:
        raise ValueError(
            f"`categorical` draws for rows of logits.\nReceived: logits of shape {tuple(shape)}.\n"
            "Allowed: two axes, (batch, classes).\nReshape the logits, and the draws back."
        )
    wide = _wide(dtypes.standardize_dtype(logits.dtype))
    least = 2.0**-25
    size = (shape[0], num_samples, shape[1])
    unit = _draw(size, wide, seed, lambda random, key, size: random.uniform(key, size, wide, 0.0, 1.0))
    noise = -ops.log(-ops.log(ops.maximum(unit, least)))
    return ops.cast(ops.argmax(ops.expand_dims(ops.cast(logits, wide), 1) + noise, axis=-1), _dtype(dtype))


def shuffle(x: Any, axis: int = 0, seed: Seed = None) -> Any:
    """Return `x` with its slices along `axis` in random order, every slice whole.

    The slices are sorted by random words of 32 bits.

    Args:
        x: Tensor of one axis or more.
        axis: Axis along which slices change places.
        seed: Seed generator, integer or ``None``.

    Raises:
        ValueError: If `x` has no such axis.
    """
    x = _received("shuffle", x)
    shape = ops.shape(x)
    if not -len(shape) <= axis < len(shape):
        raise ValueError(
            f"`shuffle` cannot reorder along axis {axis}.\nReceived: a tensor of shape {tuple(shape)}.\n"
            f"Allowed: an axis that it has, from {-len(shape)} to {len(shape) - 1}.\nPass another `axis`."
        )
    words = _draw((shape[axis],), "uint32", seed, lambda random, key, size: random.bits(key, size))
    return ops.take(x, ops.argsort(words), axis=axis)


def dropout(inputs: Any, rate: float, noise_shape: Sequence[Size | None] | None = None, seed: Seed = None) -> Any:
    """Return `inputs` with a fraction `rate` set to zero and the rest scaled by ``1 / (1 - rate)``.

    Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014.

    Args:
        inputs: Float tensor.
        rate: Fraction in [0, 1).
        noise_shape: Shape of the mask, broadcast to `inputs`; ``None`` sizes are the inputs'.
        seed: Seed generator, integer or ``None``.
    """
    x = _received("dropout", inputs)
    shape = ops.shape(x)
    if noise_shape is not None:
        shape = _noise_shape(shape, noise_shape)
    keep = _draw(shape, "bool", seed, lambda random, key, size: random.bernoulli(key, size, 1.0 - rate))
    return ops.where(keep, ops.multiply(x, 1.0 / (1.0 - rate)), ops.zeros_like(x))


def _noise_shape(shape: Sequence[Any], asked: Sequence[Size | None]) -> tuple[Any, ...]:
    if len(asked) == len(shape):
        return tuple(own if one is None else one for own, one in zip(shape, asked, strict=True))
    raise ShapeError(
        f"Dropout cannot draw a mask of this shape.\nReceived: noise_shape={tuple(asked)}, of {len(asked)} axes.\n"
        f"Allowed: {len(shape)} sizes, as the inputs have axes: 1, the inputs' own, or None for these.\n"
        "Put None or 1 where an axis is missing."
    )


def _dtype(dtype: Any) -> str:
    return floatx() if dtype is None else dtypes.standardize_dtype(dtype)


def _received(op: str, x: Any) -> Any:
    """Return `x` as a tensor; a graph that is being built would keep one draw for ever."""
    if isinstance(x, keras_tensor.KerasTensor) and not abstract.in_abstract_scope():
        raise SymbolicTensorError(
            f"`random.{op}` cannot be a node of a model, which would draw once and never again.\n"
            f"Received: {x!r}.\nAllowed: tensors with values.\nCall it in the `call` of a layer."
        )
    return ops.convert_to_tensor(x)


def _float(op: str, dtype: Any) -> str:
    name = _dtype(dtype)
    if dtypes.is_float(name):
        return name
    raise ValueError(
        f"`{op}` draws real numbers only.\nReceived: dtype={name!r}.\nAllowed: a float dtype, such as 'float32'.\n"
        "Cast the result, or draw whole numbers with `random.randint`."
    )


def _wide(dtype: str) -> str:
    """Return the dtype in which a draw is made that is rounded to `dtype`."""
    return "float64" if dtype == "float64" else "float32"


def _of_parameters(op: str, where: tuple[Any, Any, Any], dtype: str, allowed: Callable[..., Any], *given: Any) -> Any:
    """Draw with parameters that are tensors: the backend's own function, or that of `rejection`.

    Neither sees a parameter outside its range; such elements are drawn with ones and are NaN after it.
    """
    random, key, size = where
    wide = _wide(dtype)
    parameters = [ops.stop_gradient(value) for value in _tensors(op, size, wide, *given)]
    valid = allowed(*parameters)
    parameters = [ops.where(valid, value, ops.ones_like(value)) for value in parameters]
    native = getattr(random, op, None)
    if native is None:
        drawn = getattr(rejection, op)(random, key, size, wide, *parameters)
    else:
        drawn = native(key, size, wide, *parameters)
    return ops.cast(ops.where(valid, drawn, float("nan")), dtype)


def _numbers(*parameters: Any) -> bool:
    return all(isinstance(value, (int, float)) for value in parameters)


def _tensors(op: str, size: Sequence[Any], dtype: str, *parameters: Any) -> list[Any]:
    """Return the parameters as tensors that broadcast to `size`."""
    made = [ops.cast(ops.convert_to_tensor(value), dtype) for value in parameters]
    for value in made:
        shape = tuple(ops.shape(value))
        pairs = zip(reversed(shape), reversed(size), strict=False)
        if len(shape) > len(size) or any(
            isinstance(own, int) and own != 1 and isinstance(asked, int) and own != asked for own, asked in pairs
        ):
            raise ShapeError(
                f"`{op}` cannot draw with parameters of this shape.\nReceived: a parameter of shape {shape}, "
                f"shape={tuple(size)}.\nAllowed: parameters that broadcast to `shape`.\n"
                "Pass the shape of the parameters, or one with more axes in front."
            )
    return made


def _positive(*parameters: Any) -> Any:
    valid = ops.greater(parameters[0], 0.0)
    for value in parameters[1:]:
        valid = ops.logical_and(valid, ops.greater(value, 0.0))
    return valid


def _trials(counts: Any, probabilities: Any) -> Any:
    inside = ops.logical_and(ops.greater_equal(probabilities, 0.0), ops.less_equal(probabilities, 1.0))
    return ops.logical_and(ops.greater_equal(counts, 0.0), inside)


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
