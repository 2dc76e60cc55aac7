"""Reductions, running totals, order and rank on TensorFlow.

`Axis` is an int, a tuple or list of ints, or ``None``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keras_tf.framework import tf
from keras_tf.ops.comparison import truth
from keras_tf.ops.kinds import NARROW_FLOATS, NARROW_INTEGERS, UNSIGNED, constant, kind, number, raw, sum_kind, through
from polykeras.ops import shape_rules
from polykeras.ops.types import Axis

_NO_AXES = tf.constant([], tf.int32)


def _axes(x: Any, axis: Axis) -> Any:
    """Return the axes of a reduction as its kernel takes them."""
    if axis is None:
        return tuple(range(x.shape.rank)) or _NO_AXES
    return axis if isinstance(axis, int) else tuple(axis) or _NO_AXES


def sum(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Return the sum along `axis`."""
    terms = x if x.dtype.is_floating else tf.cast(x, sum_kind(x.dtype))
    return raw.Sum(input=terms, axis=_axes(x, axis), keep_dims=keepdims)


def prod(x: Any, axis: Axis = None, keepdims: bool = False, dtype: Any = None) -> Any:
    """Return the product along `axis`."""
    factors = x
    if dtype is not None or not x.dtype.is_floating:
        factors = tf.cast(x, sum_kind(x.dtype) if dtype is None else kind(dtype))
    return raw.Prod(input=factors, axis=_axes(x, axis), keep_dims=keepdims)


def mean(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Return the mean along `axis`; that of nothing is nan."""
    return raw.Mean(input=x, axis=_axes(x, axis), keep_dims=keepdims)


def var(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Return the variance along `axis`."""
    return tf.math.reduce_variance(x, axis, keepdims)


def std(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Return the standard deviation along `axis`."""
    return tf.math.reduce_std(x, axis, keepdims)


def logsumexp(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Return ``log(sum(exp(x)))`` along `axis`."""
    return tf.reduce_logsumexp(x, axis, keepdims)


def max(x: Any, axis: Axis = None, keepdims: bool = False, initial: Any = None) -> Any:
    """Return the largest element along `axis`."""
    _check_elements("max", x, axis, initial)
    return _extremum(raw.Max, tf.maximum, tf.reduce_any, x, axis, keepdims, initial)


def min(x: Any, axis: Axis = None, keepdims: bool = False, initial: Any = None) -> Any:
    """Return the smallest element along `axis`."""
    _check_elements("min", x, axis, initial)
    return _extremum(raw.Min, tf.minimum, tf.reduce_all, x, axis, keepdims, initial)


def _check_elements(op: str, x: Any, axis: Axis, initial: Any) -> None:
    # To no elements TensorFlow answers minus infinity, and the least number of an integer's dtype.
    if initial is None and 0 in x.shape:
        spec = shape_rules.Spec(tuple(x.shape), x.dtype.name)
        shape_rules.infer(op, shape_rules.reduce_extreme, [spec, axis])


def _extremum(
    fold: Callable[..., Any],
    pair: Callable[..., Any],
    of_truth: Callable[..., Any],
    x: Any,
    axis: Axis,
    keepdims: bool,
    initial: Any,
) -> Any:
    if x.dtype is tf.bool:
        return of_truth(x, axis, keepdims)
    folded = fold(input=x, axis=_axes(x, axis), keep_dims=keepdims)
    return folded if initial is None else pair(folded, constant(initial, x.dtype))


def any(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Return whether some element along `axis` is true."""
    return tf.reduce_any(truth(x), axis, keepdims)


def all(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Return whether every element along `axis` is true."""
    return tf.reduce_all(truth(x), axis, keepdims)


def argmax(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """Return the position of the largest element along `axis`."""
    return _position(raw.ArgMax, raw.Max, x, axis, keepdims)


def argmin(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """Return the position of the smallest element along `axis`."""
    return _position(raw.ArgMin, raw.Min, x, axis, keepdims)


def _position(find: Callable[..., Any], fold: Callable[..., Any], x: Any, axis: int | None, keepdims: bool) -> Any:
    ordered = tf.cast(x, tf.int32) if x.dtype is tf.bool else tf.cast(x, tf.int64) if x.dtype in UNSIGNED else x
    rank = x.shape.rank
    if axis is None:
        ordered, axis = tf.reshape(ordered, (-1,)), 0
    if x.dtype.is_floating:
        # As in NumPy the first nan comes before every number; an extremum beside nan is nan.
        extremum = fold(input=ordered, axis=axis, keep_dims=True)
        equal = raw.Equal(x=ordered, y=extremum)
        wanted = raw.LogicalOr(x=equal, y=raw.NotEqual(x=ordered, y=ordered))
        ordered, find = raw.Cast(x=wanted, DstT=tf.uint8), raw.ArgMax
    found = find(input=ordered, dimension=axis, output_type=tf.int32)
    if not keepdims:
        return found
    return tf.expand_dims(found, axis) if ordered.shape.rank == rank else tf.reshape(found, (1,) * rank)


def _running(function: Callable[..., Any]) -> Callable[..., Any]:
    def run(x: Any, axis: int | None = None, dtype: Any = None) -> Any:
        if axis is None:
            x, axis = tf.reshape(x, (-1,)), 0
        if dtype is not None:
            x = tf.cast(x, kind(dtype))
        return function(number(x), axis)

    return run


def count_nonzero(x: Any, axis: Axis = None) -> Any:
    """Return how many elements along `axis` are not zero."""
    return tf.reduce_sum(tf.cast(truth(x), tf.int32), axis)


def sort(x: Any, axis: int | None = -1) -> Any:
    """Return `x` in ascending order, nan last."""
    if axis is None:
        x, axis = tf.reshape(x, (-1,)), 0
    if not _last(x, axis):
        return _moved(sort, x, axis)
    if x.dtype.is_floating:
        # TensorFlow does not say where nan goes: it is sorted as infinity, and put over the last elements.
        lost = tf.math.is_nan(x)
        ascending = -_descending(-tf.where(lost, tf.constant(float("inf"), x.dtype), x)).values
        numbers = _size(x) - tf.reduce_sum(tf.cast(lost, tf.int32), -1, keepdims=True)
        return tf.where(tf.range(_size(x)) < numbers, ascending, tf.constant(float("nan"), x.dtype))
    wide = _as_signed(x)
    return tf.cast(tf.bitwise.invert(_descending(tf.bitwise.invert(wide)).values), x.dtype)


def argsort(x: Any, axis: int | None = -1) -> Any:
    """Return the positions that sort `x`, equal elements in their order, nan last."""
    if axis is None:
        x, axis = tf.reshape(x, (-1,)), 0
    if not _last(x, axis):
        return _moved(argsort, x, axis)
    # `top_k` gives the lower position first among equal elements; ~x turns the order of integers round.
    return _descending(tf.bitwise.invert(_rank(x) if x.dtype.is_floating else _as_signed(x))).indices


def _rank(x: Any) -> Any:
    """Return integers in the order of the floats `x`, nan last: their bits, turned round below zero."""
    exact = tf.cast(x, tf.float32) if x.dtype in NARROW_FLOATS else x
    whole = tf.int32 if exact.dtype is tf.float32 else tf.int64
    bits = tf.bitcast(exact, whole)
    order = tf.where(bits < 0, tf.bitwise.bitwise_xor(bits, tf.constant(whole.max, whole)), bits)
    order = tf.where(exact == 0, tf.zeros((), whole), order)  # zeros of either sign are equal
    return tf.where(tf.math.is_nan(exact), tf.constant(whole.max, whole), order)


def _as_signed(x: Any) -> Any:
    return tf.cast(x, tf.int32) if x.dtype is tf.bool else tf.cast(x, tf.int64)


def _descending(x: Any) -> Any:
    return tf.math.top_k(x, _size(x), sorted=True)


def _size(x: Any) -> Any:
    return tf.shape(x)[-1] if x.shape[-1] is None else x.shape[-1]


def _last(x: Any, axis: int) -> bool:
    return bool(axis in {-1, x.shape.rank - 1})


def _moved(function: Callable[..., Any], x: Any, axis: int) -> Any:
    order = list(range(x.shape.rank))
    order[axis], order[-1] = order[-1], order[axis]
    return tf.transpose(function(tf.transpose(x, order), -1), order)


def top_k(x: Any, k: int, sorted: bool = True) -> tuple[Any, Any]:
    """Return the `k` largest elements along the last axis and their positions."""
    ordered = tf.cast(x, tf.int32) if x.dtype is tf.bool else x
    values, positions = tf.math.top_k(ordered, k, sorted)
    return tf.cast(values, x.dtype), positions


NATIVES: dict[str, Callable[..., Any]] = {
    "all": all,
    "any": any,
    "argmax": argmax,
    "argmin": argmin,
    "argsort": argsort,
    "count_nonzero": count_nonzero,
    "cumprod": _running(through(tf.int64, NARROW_INTEGERS, tf.math.cumprod)),
    "cumsum": _running(through(tf.int64, NARROW_INTEGERS, tf.cumsum)),
    "logsumexp": through(tf.float32, NARROW_FLOATS, logsumexp),
    "max": max,
    "mean": mean,
    "min": min,
    "prod": prod,
    "sort": sort,
    "std": std,
    "sum": sum,
    "top_k": top_k,
    "var": var,
}
