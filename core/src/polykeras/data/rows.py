"""Rows of what is no array in memory: files that are read by slices, tensors on an accelerator.

A leaf of an `ArrayAdapter` is a NumPy array, or one of these. Each promises ``shape``, ``dtype``, ``len``, rows by a
slice or by an array of indices, and ``window``, a part that shares what it reads from. Nothing is read before rows are
asked for.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras.backend.resolved import Backend


class _Part:
    """A window of `length` rows from `start` on of something with rows."""

    def __init__(self, whole: Any, start: int, length: int) -> None:
        self._whole = whole
        self._start = start
        self._length = length
        self.shape = (length, *(int(size) for size in whole.shape[1:]))
        self.ndim = len(self.shape)

    def __len__(self) -> int:
        return self._length

    def _absolute(self, chosen: slice | np.ndarray) -> slice | np.ndarray:
        if isinstance(chosen, slice):
            start, stop, _ = chosen.indices(self._length)
            return slice(self._start + start, self._start + max(start, stop))
        return chosen + self._start if self._start else chosen


class FileRows(_Part):
    """Rows that a library reads from a file, such as those of an HDF5 dataset.

    Args:
        whole: An object with ``shape``, a NumPy ``dtype`` and rows by slices and by increasing indices.
        start: First row.
        length: Number of rows; all for ``None``.
    """

    def __init__(self, whole: Any, start: int = 0, length: int | None = None) -> None:
        super().__init__(whole, start, int(whole.shape[0]) if length is None else length)
        self.dtype = np.dtype(whole.dtype)

    def __getitem__(self, chosen: slice | np.ndarray) -> np.ndarray:
        rows = self._absolute(chosen)
        if isinstance(rows, slice):
            return np.asarray(self._whole[rows])
        # Readers of files want increasing indices, each once.
        once, back = np.unique(rows, return_inverse=True)
        return np.asarray(self._whole[once])[back]

    def window(self, start: int, stop: int) -> FileRows:
        """Return the rows from `start` to `stop`."""
        return FileRows(self._whole, self._start + start, stop - start)


class TensorRows(_Part):
    """Rows of a tensor that stays on the device where it is.

    Args:
        whole: A tensor of `backend`.
        backend: The backend whose tensor it is.
        start: First row.
        length: Number of rows; all for ``None``.
    """

    def __init__(self, whole: Any, backend: Backend, start: int = 0, length: int | None = None) -> None:
        super().__init__(whole, start, int(whole.shape[0]) if length is None else length)
        self._backend = backend
        self.dtype = backend.tensors.dtype_name(whole)

    def __getitem__(self, chosen: slice | np.ndarray) -> Any:
        rows = self._absolute(chosen)
        if isinstance(rows, slice):
            return self._whole[rows]
        indices = self._backend.tensors.place(np.asarray(rows, dtype="int32"))
        return self._backend.op.take(self._whole, indices, 0)

    def window(self, start: int, stop: int) -> TensorRows:
        """Return the rows from `start` to `stop`."""
        return TensorRows(self._whole, self._backend, self._start + start, stop - start)


def window(leaf: Any, start: int, stop: int) -> Any:
    """Return the rows from `start` to `stop` of an array or of rows, reading none."""
    return leaf[start:stop] if isinstance(leaf, np.ndarray) else leaf.window(start, stop)
