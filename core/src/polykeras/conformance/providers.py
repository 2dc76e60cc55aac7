"""What the tests of providers share: tensors and keys made by the provider itself, and values of every dtype."""

from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np

from polykeras.backend.resolved import Backend
from polykeras.random import fold as hashing

FLOATS = ("bfloat16", "float16", "float32", "float64")


def native(here: Backend, value: Any, dtype: str = "float32") -> Any:
    """Return a tensor made by the provider, not by an op."""
    return here.tensors.from_host(np.asarray(value), dtype)


def key_of(here: Backend, seed: int = 7, counter: int = 0, stream: int = hashing.DRAW) -> Any:
    """Return the native key of a draw."""
    return here.random.fold(native(here, np.array([seed, counter], np.uint32), "uint32"), stream)


def values(here: Backend, x: Any) -> np.ndarray:
    """Return a copy of a tensor's values."""
    return np.array(here.tensors.to_host(x))


def samples(dtype: str) -> np.ndarray:
    """Return values of a dtype, its limits among them."""
    kind = np.dtype(dtype) if dtype in np.sctypeDict else np.dtype(getattr(ml_dtypes, dtype))
    if dtype == "bool":
        return np.array([[True, False], [False, True]])
    if "int" in dtype:
        info = np.iinfo(kind)
        return np.array([[info.min, info.max], [0, 1]], kind)
    numbers = np.array([[-1.5, 0.25], [0.0, 96.0]])
    return (numbers + 1j * numbers[::-1]).astype(kind) if "complex" in dtype else numbers.astype(kind)
