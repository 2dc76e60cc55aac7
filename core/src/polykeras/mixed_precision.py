"""Dtype policies under the names of `keras.mixed_precision`, as older scripts have them."""

from __future__ import annotations

from polykeras.layers.dtype_policy import DTypePolicy, dtype_policy, set_dtype_policy
from polykeras.layers.dtype_policy import DTypePolicy as Policy
from polykeras.layers.dtype_policy import dtype_policy as global_policy
from polykeras.layers.dtype_policy import set_dtype_policy as set_global_policy

__all__ = ["DTypePolicy", "Policy", "dtype_policy", "global_policy", "set_dtype_policy", "set_global_policy"]
