"""Reductions, running totals, order and rank on PyTorch.

`Axis` is an int, a tuple or list of ints, or ``None``. To PyTorch ``dim=()`` means all axes and to
NumPy none of them, so an empty one never reaches it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from keras_torch.ops.kinds import SUM, UNSIGNED, kind, narrowed, sum_kind, unsigned, widen
from polykeras.ops.types import Axis


def _all_axes(x: torch.Tensor, axis: Axis) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(x.dim()))
    return (axis,) if isinstance(axis, int) else tuple(axis)


def _folds_nothing(axis: Axis) -> bool:
    return axis is not None and not isinstance(axis, int) and len(axis) == 0


def sum(x: torch.Tensor, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    """Return the sum along `axis`."""
    own = x.dtype
    if _folds_nothing(axis):
        return x.to(sum_kind(own))
    if own.is_floating_point:
        return torch.sum(x, axis, keepdims)
    total = torch.sum(widen(x), axis, keepdims, dtype=SUM.get(own))
    return total.to(sum_kind(own)) if total.dtype is torch.int64 else total


def prod(x: torch.Tensor, axis: Axis = None, keepdims: bool = False, dtype: Any = None) -> torch.Tensor:
    """Return the product along `axis`; PyTorch folds one axis at a time."""
    if dtype is None and isinstance(axis, int) and x.is_floating_point():
        return torch.prod(x, axis, keepdims)
    target = sum_kind(x.dtype) if dtype is None else kind(dtype)
    result = x.to(torch.int64 if target in UNSIGNED else target)
    for one in sorted((range(x.dim())[one] for one in _all_axes(x, axis)), reverse=True):
        result = torch.prod(result, one, keepdims, dtype=result.dtype)
    return result.to(target)


def mean(x: torch.Tensor, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    """Return the mean along `axis`."""
    return x if _folds_nothing(axis) else torch.mean(x, axis, keepdims)


def var(x: torch.Tensor, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    """Return the variance along `axis`; PyTorch warns where nothing is folded, so that goes another way."""
    if _folds_nothing(axis):
        return (x - x) ** 2
    if x.numel() == 0:
        return torch.mean((x - torch.mean(x, axis, True)) ** 2, axis, keepdims)
    return torch.var(x, axis, correction=0, keepdim=keepdims)


def std(x: torch.Tensor, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    """Return the standard deviation along `axis`."""
    if _folds_nothing(axis) or x.numel() == 0:
        return torch.sqrt(var(x, axis, keepdims))
    return torch.std(x, axis, correction=0, keepdim=keepdims)


def logsumexp(x: torch.Tensor, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    """Return ``log(sum(exp(x)))`` along `axis`."""
    axes = _all_axes(x, axis)
    return torch.logsumexp(x, axes, keepdims) if axes else x


def max(x: torch.Tensor, axis: Axis = None, keepdims: bool = False, initial: float | None = None) -> torch.Tensor:
    """Return the largest element along `axis`."""
    return _extremum(torch.amax, torch.maximum, x, axis, keepdims, initial)


def min(x: torch.Tensor, axis: Axis = None, keepdims: bool = False, initial: float | None = None) -> torch.Tensor:
    """Return the smallest element along `axis`."""
    return _extremum(torch.amin, torch.minimum, x, axis, keepdims, initial)


def _extremum(
    fold: Callable[..., Any], pair: Callable[..., Any], x: torch.Tensor, axis: Axis, keepdims: bool, initial: Any
) -> torch.Tensor:
    own, wide = x.dtype, widen(x)
    if initial is None:
        return narrowed(fold(wide, _all_axes(x, axis), keepdims) if not _folds_nothing(axis) else wide, own)
    first = torch.as_tensor(initial, dtype=wide.dtype, device=x.device)
    if x.numel() == 0:
        # PyTorch does not fold what is empty, even where `initial` says what comes out.
        shape = torch.sum(wide, axis, keepdims).shape if not _folds_nothing(axis) else x.shape
        return narrowed(first.expand(shape).clone(), own)
    folded = wide if _folds_nothing(axis) else fold(wide, _all_axes(x, axis), keepdims)
    return narrowed(pair(folded, first), own)


def any(x: torch.Tensor, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    """Return whether some element along `axis` is true."""
    true = x if x.dtype is torch.bool else x != 0
    return true if _folds_nothing(axis) else torch.any(true, _all_axes(x, axis), keepdims)


def all(x: torch.Tensor, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    """Return whether every element along `axis` is true."""
    true = x if x.dtype is torch.bool else x != 0
    return true if _folds_nothing(axis) else torch.all(true, _all_axes(x, axis), keepdims)


def argmax(x: torch.Tensor, axis: int | None = None, keepdims: bool = False) -> torch.Tensor:
    """Return the position of the largest element along `axis`."""
    return torch.argmax(_ordered(x), axis, keepdims).to(torch.int32)


def argmin(x: torch.Tensor, axis: int | None = None, keepdims: bool = False) -> torch.Tensor:
    """Return the position of the smallest element along `axis`."""
    return torch.argmin(_ordered(x), axis, keepdims).to(torch.int32)


def _ordered(x: torch.Tensor) -> torch.Tensor:
    """Return `x` in a dtype that PyTorch can order."""
    return x.to(torch.uint8) if x.dtype is torch.bool else widen(x)


def cumsum(x: torch.Tensor, axis: int | None = None, dtype: Any = None) -> torch.Tensor:
    """Return the running totals."""
    return _running(torch.cumsum, x, axis, dtype)


def cumprod(x: torch.Tensor, axis: int | None = None, dtype: Any = None) -> torch.Tensor:
    """Return the running products."""
    return _running(torch.cumprod, x, axis, dtype)


def _running(function: Callable[..., Any], x: torch.Tensor, axis: int | None, dtype: Any) -> torch.Tensor:
    if dtype is None and axis is not None and x.is_floating_point():
        running: torch.Tensor = function(x, axis)
        return running
    own = torch.int32 if x.dtype is torch.bool else x.dtype
    target = own if dtype is None else kind(dtype)
    if axis is None:
        x, axis = x.reshape(-1), 0
    wide = torch.int64 if target in UNSIGNED else target
    return function(x, axis, dtype=wide).to(target)


def count_nonzero(x: torch.Tensor, axis: Axis = None) -> torch.Tensor:
    """Return how many elements along `axis` are not zero."""
    return sum(x != 0, axis)


def sort(x: torch.Tensor, axis: int | None = -1) -> torch.Tensor:
    """Return `x` in ascending order."""
    if axis is None:
        x, axis = x.reshape(-1), 0
    return torch.sort(x, axis).values


def argsort(x: torch.Tensor, axis: int | None = -1) -> torch.Tensor:
    """Return the positions that sort `x`, equal elements in their order."""
    if axis is None:
        x, axis = x.reshape(-1), 0
    return torch.sort(x, stable=True, dim=axis).indices.to(torch.int32)


def top_k(x: torch.Tensor, k: int, sorted: bool = True) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the `k` largest elements along the last axis and their positions."""
    values, positions = torch.topk(_ordered(x), k, -1, True, sorted)
    return values.to(x.dtype), positions.to(torch.int32)


NATIVES: dict[str, Callable[..., Any]] = {
    "all": all,
    "any": any,
    "argmax": argmax,
    "argmin": argmin,
    "argsort": unsigned(argsort),
    "count_nonzero": count_nonzero,
    "cumprod": cumprod,
    "cumsum": cumsum,
    "diff": unsigned(torch.diff),
    "logsumexp": logsumexp,
    "max": max,
    "mean": mean,
    "min": min,
    "prod": prod,
    "sort": unsigned(sort),
    "std": std,
    "sum": sum,
    "top_k": top_k,
    "var": var,
}
