"""The resolved backend, which one is current, dtypes, numeric settings.

The names of `keras.backend` are loaded when they are first named; one of them stands on a higher floor, which nothing
here knows of until somebody asks for it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from polykeras.backend.config import (
        epsilon,
        floatx,
        image_data_format,
        set_epsilon,
        set_floatx,
        set_image_data_format,
    )
    from polykeras.backend.current import current_name as backend
    from polykeras.backend.dtypes import is_float as is_float_dtype
    from polykeras.backend.dtypes import is_int as is_int_dtype
    from polykeras.backend.dtypes import result_type, standardize_dtype
    from polykeras.backend.session import clear_session
    from polykeras.backend.uids import get_uid
    from polykeras.utils.symbolic import is_keras_tensor

_NAMES = {
    "backend": "backend.current.current_name",
    "clear_session": "backend.session.clear_session",
    "epsilon": "backend.config.epsilon",
    "floatx": "backend.config.floatx",
    "get_uid": "backend.uids.get_uid",
    "image_data_format": "backend.config.image_data_format",
    "is_float_dtype": "backend.dtypes.is_float",
    "is_int_dtype": "backend.dtypes.is_int",
    "is_keras_tensor": "utils.symbolic.is_keras_tensor",
    "result_type": "backend.dtypes.result_type",
    "set_epsilon": "backend.config.set_epsilon",
    "set_floatx": "backend.config.set_floatx",
    "set_image_data_format": "backend.config.set_image_data_format",
    "standardize_dtype": "backend.dtypes.standardize_dtype",
}

__all__ = [
    "backend",
    "clear_session",
    "epsilon",
    "floatx",
    "get_uid",
    "image_data_format",
    "is_float_dtype",
    "is_int_dtype",
    "is_keras_tensor",
    "result_type",
    "set_epsilon",
    "set_floatx",
    "set_image_data_format",
    "standardize_dtype",
]


def __getattr__(name: str) -> Any:
    """Load a public name at first use."""
    if name not in _NAMES:
        raise AttributeError(f"module 'polykeras.backend' has no attribute {name!r}")
    module, _, attribute = _NAMES[name].rpartition(".")
    return getattr(importlib.import_module(f"polykeras.{module}"), attribute)
