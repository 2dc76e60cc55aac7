"""What a backend is handed: its own tensors as they are, everything else as NumPy arrays.

Promises: a source of the backend's own tensors makes no round trip through the host. Tensors of another framework
come through DLPack, sharing memory where they are on the host.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras import tree
from polykeras.backend.resolved import Backend, resolved_backends
from polykeras.data.leaves import checked, is_array


def for_backend(batch: Any, backend: Backend) -> Any:
    """Return `batch` with leaves that `backend` can place."""
    types = backend.types
    for part in batch if type(batch) is tuple else (batch,):
        kind = type(part)
        if part is not None and kind is not np.ndarray and kind not in types:
            return tree.map_structure(lambda leaf: _taken(leaf, backend), batch)
    return batch


def _taken(leaf: Any, backend: Backend) -> Any:
    if leaf is None or type(leaf) is np.ndarray or backend.tensors.is_tensor(leaf):
        return leaf
    return to_host(leaf)


def to_host(leaf: Any) -> np.ndarray:
    """Return an array-like or a tensor of any framework as a NumPy array.

    Raises:
        ValueError: It holds no numbers.
    """
    if hasattr(leaf, "__dlpack__") and not isinstance(leaf, np.ndarray):
        try:
            return np.from_dlpack(leaf.detach() if hasattr(leaf, "detach") else leaf)
        except (BufferError, RuntimeError, TypeError, ValueError):
            for backend in resolved_backends():
                if backend.tensors.is_tensor(leaf):
                    return backend.tensors.to_host(leaf)
    if not is_array(leaf):
        kind = type(leaf)
        raise ValueError(
            f"A batch holds what is no array.\nReceived: a leaf of type {kind.__module__}.{kind.__qualname__}.\n"
            "Allowed: arrays, tensors and numbers, in lists, tuples and dicts.\nConvert it where the batch is made."
        )
    array: np.ndarray = checked(np.asarray(leaf))
    return array
