"""Batches from one process to another: arrays in a file of memory, the rest in a message.

Promises: an array is written once and mapped where it is read, with no copy; a file is gone from its folder as soon as
it is mapped, and from memory with the last array over it. Where there is no room, arrays go in the message.
"""

from __future__ import annotations

import mmap
import os
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from polykeras import tree

_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder that nobody else can read is made in it
_ALIGNMENT = 64
_SMALL = 1 << 15
"""Bytes below which a message is faster than a file."""


class Stored:
    """Where an array lies in a file; no tuple, so that a structure has it for a leaf."""

    __slots__ = ("dtype", "offset", "shape")

    def __init__(self, offset: int, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
        self.offset = offset
        self.shape = shape
        self.dtype = dtype


class Packed(NamedTuple):
    """A batch: a structure with `Stored` for its arrays, and the file that they lie in."""

    structure: Any
    path: str | None
    size: int


def new_folder() -> str:
    """Return a new folder in memory, or on disk where the system has none in memory, that only this user can read."""
    where = _MEMORY if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) else None
    return tempfile.mkdtemp(prefix="polykeras-", dir=where)


def pack(batch: Any, path: str) -> Packed:
    """Return `batch` with its arrays in a new file at `path`, or as it is where they are small or do not fit."""
    arrays = [leaf for leaf in tree.flatten(batch) if isinstance(leaf, np.ndarray)]
    if sum(array.nbytes for array in arrays) < _SMALL:
        return Packed(batch, None, 0)
    try:
        return _written(batch, path)
    except OSError:
        Path(path).unlink(missing_ok=True)
        return Packed(batch, None, 0)


def _written(batch: Any, path: str) -> Packed:
    with Path(path).open("xb", buffering=0) as file:

        def store(leaf: Any) -> Any:
            if not isinstance(leaf, np.ndarray):
                return leaf
            start = -(-file.tell() // _ALIGNMENT) * _ALIGNMENT
            file.seek(start)
            left = memoryview(np.ascontiguousarray(leaf).reshape(-1).view(np.uint8).data)
            while left:
                left = left[file.write(left) :]
            return Stored(start, leaf.shape, leaf.dtype)

        structure = tree.map_structure(store, batch)
        return Packed(structure, path, file.tell())


def unpack(packed: Packed) -> Any:
    """Return the batch; its arrays can be written to, and share memory with nobody."""
    if packed.path is None:
        return packed.structure
    with Path(packed.path).open("r+b") as file:
        memory = mmap.mmap(file.fileno(), packed.size)
    Path(packed.path).unlink()

    def load(leaf: Any) -> Any:
        if not isinstance(leaf, Stored):
            return leaf
        count = int(np.prod(leaf.shape, dtype=np.int64)) * leaf.dtype.itemsize
        flat = np.frombuffer(memory, dtype=np.uint8, count=count, offset=leaf.offset if count else 0)
        return flat.view(leaf.dtype).reshape(leaf.shape)

    return tree.map_structure(load, packed.structure)
