"""The resolved backend, which one is current, dtypes, numeric settings.

The names of `keras.backend` that belong to this floor are loaded when they are first named.
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
    from polykeras.backend.dtypes import result_type, standardize_dtype
    from polykeras.backend.session import clear_session

_NAMES = {
    "backend": "current.current_name",
    "clear_session": "session.clear_session",
    "epsilon": "config.epsilon",
    "floatx": "config.floatx",
    "image_data_format": "config.image_data_format",
    "result_type": "dtypes.result_type",
    "set_epsilon": "config.set_epsilon",
    "set_floatx": "config.set_floatx",
    "set_image_data_format": "config.set_image_data_format",
    "standardize_dtype": "dtypes.standardize_dtype",
}

__all__ = [
    "backend",
    "clear_session",
    "epsilon",
    "floatx",
    "image_data_format",
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
    module, _, attribute = _NAMES[name].partition(".")
    return getattr(importlib.import_module(f"polykeras.backend.{module}"), attribute)
