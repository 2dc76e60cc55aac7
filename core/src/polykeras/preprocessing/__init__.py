"""Older names for data from files and series, as `keras.preprocessing` has them, loaded when they are named."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from polykeras.preprocessing import image, sequence
    from polykeras.utils import (
        image_dataset_from_directory,
        text_dataset_from_directory,
        timeseries_dataset_from_array,
    )

_MODULES = frozenset({"image", "sequence"})
_NAMES = frozenset({"image_dataset_from_directory", "text_dataset_from_directory", "timeseries_dataset_from_array"})

__all__ = [
    "image",
    "image_dataset_from_directory",
    "sequence",
    "text_dataset_from_directory",
    "timeseries_dataset_from_array",
]


def __getattr__(name: str) -> Any:
    """Load a public name at first use."""
    if name in _MODULES:
        return importlib.import_module(f"polykeras.preprocessing.{name}")
    if name in _NAMES:
        return getattr(importlib.import_module("polykeras.utils"), name)
    raise AttributeError(f"module 'polykeras.preprocessing' has no attribute {name!r}")
