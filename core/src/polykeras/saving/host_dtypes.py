"""NumPy's dtypes for the canonical names, the narrow floats of machine learning among them."""

from __future__ import annotations

from functools import cache

import ml_dtypes
import numpy as np


@cache
def host_dtype(name: str) -> np.dtype:
    """Return the dtype in which values called `name` lie in host memory."""
    narrow = getattr(ml_dtypes, name, None)
    return np.dtype(name if narrow is None else narrow)
