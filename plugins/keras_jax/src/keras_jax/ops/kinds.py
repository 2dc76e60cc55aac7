"""Dtypes for natives: what an op's `dtype` argument means here, at this moment.

Without x64 JAX stores 32 bits where 64 are asked for, and warns; the name is narrowed first, so it does not.
"""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from keras_jax.tensors import dtype as by_name
from polykeras.backend.dtypes import standardize_dtype, sum_dtype

BOOL = np.dtype(bool)
INT32 = np.dtype(np.int32)
INT8 = np.dtype(np.int8)
FLOATS = frozenset(by_name(name) for name in ("bfloat16", "float16", "float32", "float64"))


def kind(dtype: Any) -> np.dtype:
    """Return the dtype object that an op's argument names; floatx for ``None``."""
    named = by_name(standardize_dtype(dtype))
    canonical: np.dtype = jax.dtypes.canonicalize_dtype(named)
    return canonical


def sum_kind(own: np.dtype) -> np.dtype:
    """Return the dtype of a sum over elements of dtype `own`."""
    return by_name(sum_dtype(own.name))
