"""Tensors out of shapes and numbers on TensorFlow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keras_tf.framework import tf
from keras_tf.ops.kinds import constant, kind
from polykeras.backend import dtypes


def zeros(shape: Any, dtype: Any = None) -> Any:
    """Return zeros."""
    return tf.zeros(_sizes(shape), kind(dtype))


def ones(shape: Any, dtype: Any = None) -> Any:
    """Return ones."""
    return tf.ones(_sizes(shape), kind(dtype))


def full(shape: Any, fill_value: Any, dtype: Any = None) -> Any:
    """Return one value everywhere; an array or tensor of values broadcasts."""
    value = getattr(fill_value, "value", fill_value)  # a variable gives its tensor
    return tf.broadcast_to(constant(value, kind(dtype)), _sizes(shape))


def _sizes(shape: Any) -> Any:
    return (shape,) if isinstance(shape, int) else shape


def zeros_like(x: Any, dtype: Any = None) -> Any:
    """Return zeros in the shape of `x`."""
    return tf.zeros_like(x, x.dtype if dtype is None else kind(dtype))


def ones_like(x: Any, dtype: Any = None) -> Any:
    """Return ones in the shape of `x`."""
    return tf.ones_like(x, x.dtype if dtype is None else kind(dtype))


def arange(start: Any, stop: Any = None, step: Any = None, dtype: Any = None) -> Any:
    """Return a range of numbers."""
    bounds = [bound for bound in (start, stop, step) if bound is not None]
    name = dtypes.result_type(*map(_bound_dtype, bounds)) if dtype is None else dtype
    first, last = (0, start) if stop is None else (start, stop)
    first, last, width = (getattr(bound, "value", bound) for bound in (first, last, 1 if step is None else step))
    target = kind(name)
    # `tf.range` has kernels for few dtypes; the widest of their kind hold the numbers of every other.
    wide = tf.float64 if target.is_floating or any(map(_is_float, (first, last, width))) else tf.int64
    first, last, width = (constant(bound, wide) for bound in (first, last, width))
    span = last - first
    count = tf.math.ceil(span / width) if wide is tf.float64 else -tf.math.floordiv(-span, width)
    places = tf.cast(tf.range(tf.maximum(tf.cast(count, tf.int64), 0)), wide)
    return tf.cast(first + places * width, target)


def _is_float(bound: Any) -> bool:
    return bool(isinstance(bound, float) or (hasattr(bound, "dtype") and tf.as_dtype(bound.dtype).is_floating))


def _bound_dtype(bound: Any) -> Any:
    # A size that is symbolic while shapes are traced is a tensor; a plain one is an int.
    if hasattr(bound, "dtype"):
        return tf.as_dtype(bound.dtype).name
    return float if isinstance(bound, float) else int


def eye(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Any:  # noqa: N803 - the op's own
    """Return ones on diagonal `k`."""
    rows = tf.range(N)[:, None]
    columns = tf.range(N if M is None else M)[None, :]
    return tf.cast(tf.equal(columns - rows, k), kind(dtype))


def tril(x: Any, k: int = 0) -> Any:
    """Return `x` with zeros above diagonal `k`."""
    return tf.where(_distance(x) <= k, x, tf.zeros_like(x))


def triu(x: Any, k: int = 0) -> Any:
    """Return `x` with zeros below diagonal `k`."""
    return tf.where(_distance(x) >= k, x, tf.zeros_like(x))


def _distance(x: Any) -> Any:
    """Return how far each element of the last two axes lies above the main diagonal."""
    shape = tf.shape(x)
    return tf.range(shape[-1])[None, :] - tf.range(shape[-2])[:, None]


NATIVES: dict[str, Callable[..., Any]] = {
    "arange": arange,
    "eye": eye,
    "full": full,
    "ones": ones,
    "ones_like": ones_like,
    "tril": tril,
    "triu": triu,
    "zeros": zeros,
    "zeros_like": zeros_like,
}
