"""Dtypes for natives: what an op's `dtype` argument means here, and arithmetic that needs more digits on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ml_dtypes
import numpy as np

from keras_numpy.tape import Op, primitive
from keras_numpy.tensors import dtype as by_name
from polykeras.backend.dtypes import standardize_dtype, sum_dtype

NARROW_FLOATS = frozenset({np.dtype(np.float16), np.dtype(ml_dtypes.bfloat16)})
_BOOL = np.dtype(bool)


def kind(dtype: Any) -> np.dtype:
    """Return the dtype object that an op's argument names; floatx for ``None``."""
    return by_name(standardize_dtype(dtype))


def sum_kind(own: np.dtype) -> np.dtype:
    """Return the dtype of a sum over elements of dtype `own`."""
    return by_name(sum_dtype(own.name))


def is_float(x: Any) -> bool:
    """Return whether `x` holds real floating point numbers."""
    return bool(np.issubdtype(x.dtype, np.floating) or x.dtype.kind == "V" or x.dtype in NARROW_FLOATS)


def _as(x: Any, dtype: np.dtype) -> Any:
    # NumPy warns of the imaginary parts that go.
    return (x.real if x.dtype.kind == "c" and dtype.kind not in "cb" else x).astype(dtype)


as_dtype: Op = primitive(_as, lambda _, x, dtype: lambda g: as_dtype(g, x.dtype))
"""``as_dtype(x, dtype)``: the elements in another dtype."""


def number(x: Any) -> Any:
    """Return booleans as int32."""
    return as_dtype(x, np.dtype(np.int32)) if x.dtype == _BOOL else x


def widened(x: Any) -> Any:
    """Return a tensor of 16 bits per number as float32, in which sums keep their digits; others as they are."""
    return as_dtype(x, np.dtype(np.float32)) if x.dtype in NARROW_FLOATS else x


def back(x: Any, own: np.dtype) -> Any:
    """Return what was computed in a wider dtype in `own`."""
    return x if x.dtype == own else as_dtype(x, own)


def in_float32(function: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a function of arrays that has no kernels for 16 bits, or loses digits there."""

    def run(*xs: Any) -> Any:
        own = xs[0].dtype
        return function(*(x.astype(np.float32) for x in xs)).astype(own) if own in NARROW_FLOATS else function(*xs)

    return run
