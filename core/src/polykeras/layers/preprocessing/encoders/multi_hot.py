"""Indices as codes of zeros and ones: one 1 per index, in one row per sample."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras import ops
from polykeras.layers.preprocessing.encoders.encoder import host_float


def multi_hot(indices: np.ndarray, depth: int) -> np.ndarray:
    """Return codes of shape ``(batch, depth)``; indices outside leave no trace.

    Args:
        indices: Indices of shape ``(batch, values)``.
        depth: How many indices there are.

    >>> multi_hot(np.array([[0], [2]]), 3)
    array([[1., 0., 0.],
           [0., 0., 1.]], dtype=float32)
    """
    codes = np.zeros((len(indices), depth), host_float())
    rows, columns = np.nonzero((indices >= 0) & (indices < depth))
    codes[rows, indices[rows, columns]] = 1
    return codes


def multi_hot_tensor(indices: Any, depth: int, dtype: str) -> Any:
    """Return what `multi_hot` does, for a tensor of indices of shape ``(batch, values)``."""
    return ops.max(ops.one_hot(indices, depth, dtype=dtype), axis=-2)  # (batch, depth)
