"""Reductions, running totals, order and rank on NumPy.

`Axis` is an int, a tuple or list of ints, or ``None``. Sums over numbers of 16 bits are taken in float32.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from keras_numpy.ops.arithmetic import absolute, divide, exp, log, multiply, square, subtract
from keras_numpy.ops.indexing import take_along_axis
from keras_numpy.ops.kinds import as_dtype, back, is_float, kind, sum_kind, widened
from keras_numpy.ops.manipulation import broadcast_to, concatenate, flip, reshape
from keras_numpy.tape import Op, Pullback, constant, primitive, value_of
from polykeras.ops.types import Axis


def _axes(axis: Axis, rank: int) -> tuple[int, ...]:
    """Return the axes to reduce, counted from the front."""
    if axis is None:
        return tuple(range(rank))
    listed = (axis,) if isinstance(axis, (int, np.integer)) else tuple(axis)
    for one in listed:
        if not -rank <= one < rank:
            raise np.exceptions.AxisError(int(one), rank)
    return tuple(range(rank)[int(one)] for one in listed)


def _kept(shape: tuple[int, ...], axes: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(1 if axis in axes else size for axis, size in enumerate(shape))


def _dropped(shape: tuple[int, ...], axes: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(size for axis, size in enumerate(shape) if axis not in axes)


# The reductions below keep the axes they reduce, with size 1.
_total = primitive(
    lambda x, axes: np.sum(x, axes, dtype=x.dtype, keepdims=True),
    lambda _, x, axes: lambda g: broadcast_to(g, x.shape),
)


def _share_of(extreme: Any, x: Any, axes: tuple[int, ...]) -> Any:
    """Return 1 where `x` is the extreme, divided among equals, and 0 elsewhere."""
    hit = (value_of(x) == value_of(extreme)).astype(x.dtype)
    return hit / np.sum(hit, axes, dtype=x.dtype, keepdims=True)


_largest = primitive(
    lambda x, axes, initial: np.max(x, axes, keepdims=True, **initial),
    lambda y, x, axes, initial: lambda g: multiply(broadcast_to(g, x.shape), _share_of(y, x, axes)),
)
_smallest = primitive(
    lambda x, axes, initial: np.min(x, axes, keepdims=True, **initial),
    lambda y, x, axes, initial: lambda g: multiply(broadcast_to(g, x.shape), _share_of(y, x, axes)),
)


def _finished(x: Any, shape: tuple[int, ...], axes: tuple[int, ...], keepdims: bool) -> Any:
    return reshape(x, _kept(shape, axes) if keepdims else _dropped(shape, axes))


def sum(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Return the sum along `axis`."""
    axes, target = _axes(axis, x.ndim), sum_kind(x.dtype)
    wide = widened(x if x.dtype == target else as_dtype(x, target))
    return back(_finished(_total(wide, axes), x.shape, axes, keepdims), target)


def prod(x: Any, axis: Axis = None, keepdims: bool = False, dtype: Any = None) -> Any:
    """Return the product along `axis`."""
    axes, target = _axes(axis, x.ndim), sum_kind(x.dtype) if dtype is None else kind(dtype)
    wide = widened(x if x.dtype == target else as_dtype(x, target))
    order = [one for one in range(x.ndim) if one not in axes]
    # The last of the running products over the reduced axes, laid one behind the other.
    rows = reshape(_transposed(wide, order + list(axes)), (*(x.shape[one] for one in order), -1 if x.size else 0))
    if rows.shape[-1] == 0:
        y: Any = np.ones(rows.shape[:-1], wide.dtype)
    else:
        y = _product(rows)
    return back(_finished(y, x.shape, axes, keepdims), target)


def _transposed(x: Any, order: list[int]) -> Any:
    return moved(x, tuple(order))


moved: Op = primitive(np.transpose, lambda _, x, axes: lambda g: moved(g, tuple(np.argsort(axes).tolist())))


def _others(x: Any) -> Any:
    """Return for each element of the last axis the product of all others, right with zeros too."""
    ones: Any = np.ones((*x.shape[:-1], 1), x.dtype)
    before = _running_product(concatenate([ones, x[..., :-1]], -1))
    after = flip(_running_product(flip(concatenate([x[..., 1:], ones], -1), -1)), -1)
    return multiply(before, after)


_product = primitive(
    lambda x: np.prod(x, -1, dtype=x.dtype),
    lambda _, x: lambda g: multiply(reshape(g, (*g.shape, 1)), _others(x)),
)


def _running_product(x: Any) -> Any:
    """Return the running products along the last axis, each from the ones before it."""
    parts = [x[..., :1]]
    for index in range(1, x.shape[-1]):
        parts.append(multiply(parts[-1], x[..., index : index + 1]))
    return concatenate(parts, -1)


def mean(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Return the mean along `axis`; that of nothing is nan."""
    axes = _axes(axis, x.ndim)
    count = math.prod(x.shape[one] for one in axes)
    wide = widened(x)
    total = _finished(_total(wide, axes), x.shape, axes, keepdims)
    return back(divide(total, np.asarray(count, wide.dtype)), x.dtype)


def _deviations(x: Any, axis: Axis, keepdims: bool) -> Any:
    """Return the variance in the wider dtype."""
    wide = widened(x)
    away = subtract(wide, mean(wide, axis, True))
    return mean(square(absolute(away) if x.dtype.kind == "c" else away), axis, keepdims)


def var(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Return the variance along `axis`."""
    spread = _deviations(x, axis, keepdims)
    return spread if x.dtype.kind == "c" else back(spread, x.dtype)


def logsumexp(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Return ``log(sum(exp(x)))`` along `axis`."""
    axes = _axes(axis, x.ndim)
    wide = widened(x)
    largest = value_of(_largest(value_of(wide), axes, {}))
    largest = np.where(np.isfinite(largest), largest, np.zeros((), largest.dtype))
    total = log(_total(exp(subtract(wide, largest)), axes)) + largest
    return back(_finished(total, x.shape, axes, keepdims), x.dtype)


def _extreme(fold: Callable[..., Any]) -> Callable[..., Any]:
    def run(x: Any, axis: Axis = None, keepdims: bool = False, initial: Any = None) -> Any:
        axes = _axes(axis, x.ndim)
        start = {} if initial is None else {"initial": x.dtype.type(value_of(initial))}
        return _finished(fold(x, axes, start), x.shape, axes, keepdims)

    return run


def _of_truth(function: Callable[..., Any]) -> Callable[..., Any]:
    def run(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
        return function(x if x.dtype == bool else x != 0, _axes(axis, x.ndim), keepdims=keepdims)

    return constant(run)


def _position(function: Callable[..., Any]) -> Callable[..., Any]:
    def run(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
        return np.asarray(function(x, axis, keepdims=keepdims)).astype(np.int32)

    return constant(run)


def _running_kind(x: Any, dtype: Any) -> Any:
    own = np.dtype(np.int32) if x.dtype == bool else x.dtype
    return own if dtype is None else kind(dtype)


_cumulated: Op = primitive(
    lambda x, axis: np.cumsum(x, axis, dtype=x.dtype),
    lambda _, x, axis: lambda g: flip(_cumulated(flip(g, axis), axis), axis),
)


def cumsum(x: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """Return the running totals."""
    target = _running_kind(x, dtype)
    if axis is None:
        x, axis = reshape(x, (-1,)), 0
    return back(_cumulated(widened(as_dtype(x, target)), axis), target)


def _cumprod_pullback(_: Any, x: Any, axis: int) -> Pullback:
    def pull(g: Any) -> Any:
        # d y[j] / d x[i] is the product of x[k] over k <= j, k != i: summed over j for each i, right with zeros too.
        last = moved(x, _axis_last(x.ndim, axis))
        weight = moved(g, _axis_last(x.ndim, axis))
        parts = []
        for index in range(x.shape[axis]):
            ones: Any = np.ones((*last.shape[:-1], 1), x.dtype)
            without = concatenate([last[..., :index], ones, last[..., index + 1 :]], -1)
            part = multiply(_running_product(without)[..., index:], weight[..., index:])
            parts.append(sum(part, -1, True))
        return moved(concatenate(parts, -1), tuple(np.argsort(_axis_last(x.ndim, axis)).tolist()))

    return pull


def _axis_last(rank: int, axis: int) -> tuple[int, ...]:
    return (*(one for one in range(rank) if one != range(rank)[axis]), range(rank)[axis])


_multiplied = primitive(lambda x, axis: np.cumprod(x, axis, dtype=x.dtype), _cumprod_pullback)


def cumprod(x: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """Return the running products."""
    target = _running_kind(x, dtype)
    if axis is None:
        x, axis = reshape(x, (-1,)), 0
    return back(_multiplied(widened(as_dtype(x, target)), axis), target)


def _argsort(x: Any, axis: int | None = -1) -> Any:
    ordered = x.astype(np.float32) if is_float(x) and x.dtype != np.float64 else x
    return np.argsort(ordered, axis, stable=True).astype(np.int32)


argsort = constant(_argsort)


def sort(x: Any, axis: int | None = -1) -> Any:
    """Return `x` in ascending order, nan last."""
    if axis is None:
        x, axis = reshape(x, (-1,)), 0
    return take_along_axis(x, argsort(x, axis), axis)


def top_k(x: Any, k: int, sorted: bool = True) -> tuple[Any, Any]:
    """Return the `k` largest elements along the last axis and their positions; always in order."""
    del sorted
    values = value_of(x)
    turned = np.flip(values, -1)
    # From the end of the ascending order; among equals the first comes first.
    order = np.flip(values.shape[-1] - 1 - argsort(turned, -1), -1)[..., :k].astype(np.int32)
    return take_along_axis(x, order, -1), order


NATIVES: dict[str, Callable[..., Any]] = {
    "all": _of_truth(np.all),
    "any": _of_truth(np.any),
    "argmax": _position(np.argmax),
    "argmin": _position(np.argmin),
    "argsort": argsort,
    "cumprod": cumprod,
    "cumsum": cumsum,
    "logsumexp": logsumexp,
    "max": _extreme(_largest),
    "mean": mean,
    "min": _extreme(_smallest),
    "prod": prod,
    "sort": sort,
    "sum": sum,
    "top_k": top_k,
    "var": var,
}
