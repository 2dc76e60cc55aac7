"""Dtypes for natives: what an op's `dtype` argument means here, and arithmetic PyTorch has no kernels for.

PyTorch stores ``uint16``, ``uint32`` and ``uint64`` but computes almost nothing in them. Natives wrapped
here compute in int64 and go back, which is exact for 16 and 32 bits. For uint64 it is exact where the
result depends on the low 64 bits only (sums, products, bits, shifts to the left); comparisons, division,
shifts to the right and order are right below 2**63.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from keras_torch.tensors import dtype as by_name
from polykeras.backend.dtypes import standardize_dtype

UNSIGNED = frozenset({torch.uint16, torch.uint32, torch.uint64})
"""Dtypes without kernels of their own."""
SUM = {torch.bool: torch.int32, torch.int8: torch.int32, torch.int16: torch.int32, torch.int32: torch.int32}
"""Dtypes that a sum is asked for where PyTorch would give int64."""
_SUM_UNSIGNED = {torch.uint8: torch.uint32, torch.uint16: torch.uint32}


def kind(dtype: Any) -> torch.dtype:
    """Return the `torch.dtype` that an op's argument names; floatx for ``None``."""
    return by_name(standardize_dtype(dtype))


def sum_kind(own: torch.dtype) -> torch.dtype:
    """Return the dtype of a sum over elements of dtype `own`."""
    return SUM.get(own) or _SUM_UNSIGNED.get(own, own)


def widen(x: Any) -> Any:
    """Return an unsigned tensor as int64, anything else as it is."""
    return x.to(torch.int64) if isinstance(x, torch.Tensor) and x.dtype in UNSIGNED else x


def unsigned(function: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a native of one tensor and other arguments, whose result has the tensor's dtype or a fixed one."""

    def run(x: torch.Tensor, *rest: Any) -> Any:
        if x.dtype not in UNSIGNED:
            return function(x, *rest)
        return narrowed(function(x.to(torch.int64), *rest), x.dtype)

    return run


def unsigned_pair(function: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a native of two tensors of one dtype."""

    def run(x1: torch.Tensor, x2: torch.Tensor) -> Any:
        if x1.dtype not in UNSIGNED:
            return function(x1, x2)
        return narrowed(function(x1.to(torch.int64), x2.to(torch.int64)), x1.dtype)

    return run


def narrowed(result: Any, own: torch.dtype) -> Any:
    """Return what was computed in int64 in the dtype `own`; booleans and positions stay."""
    if isinstance(result, (list, tuple)):
        return type(result)(narrowed(one, own) for one in result)
    return result.to(own) if result.dtype is torch.int64 else result
