"""Small data sets to try models on; a module is loaded when it is first named, a file when its data is asked for."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from polykeras.datasets import (
        boston_housing,
        california_housing,
        cifar10,
        cifar100,
        fashion_mnist,
        imdb,
        mnist,
        reuters,
    )

__all__ = [
    "boston_housing",
    "california_housing",
    "cifar10",
    "cifar100",
    "fashion_mnist",
    "imdb",
    "mnist",
    "reuters",
]


def __getattr__(name: str) -> ModuleType:
    """Load a data set's module at first use."""
    if name not in __all__:
        raise AttributeError(f"module 'polykeras.datasets' has no attribute {name!r}")
    return importlib.import_module(f"polykeras.datasets.{name}")


def __dir__() -> list[str]:
    """Return the data sets."""
    return sorted(__all__)
