"""Reductions and running totals that pass over ``nan``.

Where nothing but ``nan`` is folded, a sum is 0, a product 1, a position -1 and all else ``nan``. Integers and booleans
have no ``nan``: of them the results are those of the ops without the prefix. Means and variances of 16-bit floats
are computed in float32. No gradient becomes ``nan`` because of an element that was passed over.
"""

from __future__ import annotations

import math
from typing import Any

from polykeras.backend import dtypes
from polykeras.ops.arithmetic import divide, maximum, square, subtract
from polykeras.ops.casting import cast
from polykeras.ops.comparison import equal, isnan, logical_not, where
from polykeras.ops.conversion import dtype as dtype_of
from polykeras.ops.creation import ones_like, zeros_like
from polykeras.ops.dispatch import derived
from polykeras.ops.exponential import sqrt
from polykeras.ops.reduce import all as all_of
from polykeras.ops.reduce import any as any_of
from polykeras.ops.reduce import argmax, cumprod, cumsum, prod
from polykeras.ops.reduce import max as max_of
from polykeras.ops.reduce import min as min_of
from polykeras.ops.reduce import sum as sum_of
from polykeras.ops.statistics import quantile_of, shares
from polykeras.ops.types import Axis, DType, Tensor, TensorLike


def _is_float(x: Tensor) -> bool:
    return dtypes.is_float(dtype_of(x))


def _filled(x: Tensor, fill: Tensor) -> Tensor:
    """Return `x` with `fill`, of the same shape and dtype, in place of ``nan``."""
    return where(isnan(x), fill, x) if _is_float(x) else x


@derived()
def nansum(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return the sum along `axis` of what is not ``nan``.

    Args:
        x: Tensor.
        axis: Axis or axes to fold; ``None`` for all.
        keepdims: Keep folded axes with size 1.

    Returns:
        Tensor without `axis`, in the dtype that `sum` gives; 0 where all is ``nan``.
    """
    return sum_of(_filled(x, zeros_like(x)), axis, keepdims)


@derived()
def nanprod(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return the product along `axis` of what is not ``nan``.

    Args:
        x: Tensor.
        axis: Axis or axes to fold; ``None`` for all.
        keepdims: Keep folded axes with size 1.

    Returns:
        Tensor without `axis`, in the dtype that `prod` gives; 1 where all is ``nan``.
    """
    return prod(_filled(x, ones_like(x)), axis, keepdims)


@derived()
def nancumsum(x: TensorLike, axis: int | None = None, dtype: DType = None) -> Tensor:
    """Return the running totals along `axis`, to which ``nan`` adds nothing.

    Args:
        x: Tensor.
        axis: Axis to run along; with ``None``, all of `x`, made flat.
        dtype: Dtype of the result; that of `x`, or int32 for booleans, by default.

    Returns:
        Tensor of the same shape, or of one axis with ``axis=None``.
    """
    return cumsum(_filled(x, zeros_like(x)), axis, dtype)


@derived()
def nancumprod(x: TensorLike, axis: int | None = None, dtype: DType = None) -> Tensor:
    """Return the running products along `axis`, in which ``nan`` counts as 1.

    Args:
        x: Tensor.
        axis: Axis to run along; with ``None``, all of `x`, made flat.
        dtype: Dtype of the result; that of `x`, or int32 for booleans, by default.

    Returns:
        Tensor of the same shape, or of one axis with ``axis=None``.
    """
    return cumprod(_filled(x, ones_like(x)), axis, dtype)


@derived()
def nanmax(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return the largest element along `axis` that is not ``nan``.

    Args:
        x: Tensor.
        axis: Axis or axes to fold; ``None`` for all.
        keepdims: Keep folded axes with size 1.

    Returns:
        Tensor without `axis`, in the dtype of `x`; ``nan`` where all is ``nan``.
    """
    if not _is_float(x):
        return max_of(x, axis, keepdims)
    return where(all_of(isnan(x), axis, keepdims), math.nan, max_of(where(isnan(x), -math.inf, x), axis, keepdims))


@derived()
def nanmin(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return the smallest element along `axis` that is not ``nan``.

    Args:
        x: Tensor.
        axis: Axis or axes to fold; ``None`` for all.
        keepdims: Keep folded axes with size 1.

    Returns:
        Tensor without `axis`, in the dtype of `x`; ``nan`` where all is ``nan``.
    """
    if not _is_float(x):
        return min_of(x, axis, keepdims)
    return where(all_of(isnan(x), axis, keepdims), math.nan, min_of(where(isnan(x), math.inf, x), axis, keepdims))


@derived()
def nanargmax(x: TensorLike, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """Return the position of the largest element along `axis` that is not ``nan``: the first of equals.

    Args:
        x: Tensor.
        axis: Axis to fold; with ``None`` the position counts through all of `x`, made flat.
        keepdims: Keep the folded axis with size 1.

    Returns:
        Tensor of int32 without `axis`; -1 where all is ``nan``.
    """
    return _position(equal(x, nanmax(x, axis, keepdims=True)), axis, keepdims)


@derived()
def nanargmin(x: TensorLike, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """Return the position of the smallest element along `axis` that is not ``nan``: the first of equals.

    Args:
        x: Tensor.
        axis: Axis to fold; with ``None`` the position counts through all of `x`, made flat.
        keepdims: Keep the folded axis with size 1.

    Returns:
        Tensor of int32 without `axis`; -1 where all is ``nan``.
    """
    return _position(equal(x, nanmin(x, axis, keepdims=True)), axis, keepdims)


def _position(hit: Tensor, axis: int | None, keepdims: bool) -> Tensor:
    # No element equals nan, so a row of nan has no hit, and infinities beside nan are found.
    found = argmax(hit, axis, keepdims)
    return where(any_of(hit, axis, keepdims), found, cast(-1, "int32"))


def _mean(x: Tensor, present: Tensor, axis: Axis, keepdims: bool, empty: float = math.nan) -> Tensor:
    """Return the mean of the elements that are `present`, `empty` where none is."""
    count = sum_of(cast(present, dtype_of(x)), axis, keepdims)
    total = sum_of(where(present, x, zeros_like(x)), axis, keepdims)
    return where(equal(count, 0), empty, divide(total, maximum(count, 1)))


def _wide(x: Tensor) -> Tensor:
    """Return 16-bit floats as float32: they cannot count to a thousand."""
    return cast(x, "float32") if dtype_of(x) in {"bfloat16", "float16"} else x


@derived(to_float=True)
def nanmean(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return the arithmetic mean along `axis` of what is not ``nan``.

    Args:
        x: Tensor.
        axis: Axis or axes to fold; ``None`` for all.
        keepdims: Keep folded axes with size 1.

    Returns:
        Floating tensor without `axis`; ``nan`` where all is ``nan``, or there is nothing.

    >>> from polykeras import ops
    >>> float(ops.nanmean([1.0, float("nan"), 3.0]))
    2.0
    """
    return cast(_mean(_wide(x), logical_not(isnan(x)), axis, keepdims), dtype_of(x))


def _variance(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    present = logical_not(isnan(x))
    wide = _wide(where(present, x, zeros_like(x)))
    center = _mean(wide, present, axis, keepdims=True, empty=0.0)
    return _mean(square(subtract(wide, center)), present, axis, keepdims)


@derived(to_float=True)
def nanvar(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return the variance along `axis` of what is not ``nan``: the mean squared distance from the mean.

    Args:
        x: Real tensor.
        axis: Axis or axes to fold; ``None`` for all.
        keepdims: Keep folded axes with size 1.

    Returns:
        Floating tensor without `axis`; ``nan`` where all is ``nan``.
    """
    return cast(_variance(x, axis, keepdims), dtype_of(x))


@derived(to_float=True)
def nanstd(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return the standard deviation along `axis` of what is not ``nan``: the square root of `nanvar`.

    Args:
        x: Real tensor.
        axis: Axis or axes to fold; ``None`` for all.
        keepdims: Keep folded axes with size 1.

    Returns:
        Floating tensor without `axis`; ``nan`` where all is ``nan``.
    """
    variance = _variance(x, axis, keepdims)
    # The slope of a root at 0 is infinite; there the elements do not differ, and the gradient given is 0.
    none = equal(variance, 0)
    return cast(where(none, zeros_like(variance), sqrt(where(none, ones_like(variance), variance))), dtype_of(x))


@derived(promote=("x",), to_float=True)
def nanquantile(x: TensorLike, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False) -> Tensor:
    """Return the value below which a part `q` of the elements along `axis` lies, ``nan`` left aside.

    Args:
        x: Real tensor.
        q: Part in [0, 1], or several: numbers or a tensor of any shape.
        axis: Axis or axes to fold; ``None`` for all.
        method: What to give between two elements; see `quantile`.
        keepdims: Keep folded axes with size 1.

    Returns:
        Floating tensor whose first axes are those of `q`; ``nan`` where all is ``nan``.

    Raises:
        ValueError: If a number among `q` lies outside of [0, 1], or there is no such method.
    """
    return quantile_of("nanquantile", x, shares("nanquantile", x, q, 1), axis, method, keepdims, skip_nan=True)


@derived(promote=("x",), to_float=True)
def nanpercentile(x: TensorLike, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False) -> Tensor:
    """Return the value below which `q` per cent of the elements along `axis` lie, ``nan`` left aside.

    Args:
        x: Real tensor.
        q: Per cent in [0, 100], or several: numbers or a tensor of any shape.
        axis: Axis or axes to fold; ``None`` for all.
        method: What to give between two elements; see `quantile`.
        keepdims: Keep folded axes with size 1.

    Returns:
        Floating tensor whose first axes are those of `q`; ``nan`` where all is ``nan``.

    Raises:
        ValueError: If a number among `q` lies outside of [0, 100], or there is no such method.
    """
    return quantile_of("nanpercentile", x, shares("nanpercentile", x, q, 100), axis, method, keepdims, skip_nan=True)


@derived(to_float=True)
def nanmedian(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return the median along `axis` of what is not ``nan``.

    Args:
        x: Real tensor.
        axis: Axis or axes to fold; ``None`` for all.
        keepdims: Keep folded axes with size 1.

    Returns:
        Floating tensor without `axis`; ``nan`` where all is ``nan``.
    """
    half = shares("nanmedian", x, 0.5, 1)
    return quantile_of("nanmedian", x, half, axis, "linear", keepdims, skip_nan=True)
