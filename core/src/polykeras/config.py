"""Settings under the names of `keras.config`."""

from __future__ import annotations

from polykeras.backend.config import (
    epsilon,
    floatx,
    image_data_format,
    set_epsilon,
    set_floatx,
    set_image_data_format,
)
from polykeras.backend.current import current_name as backend
from polykeras.backend.current import set_backend

__all__ = [
    "backend",
    "epsilon",
    "floatx",
    "image_data_format",
    "set_backend",
    "set_epsilon",
    "set_floatx",
    "set_image_data_format",
]
