"""Reading groups and arrays out of the bytes of an HDF5 file.

Promises: arrays are views of those bytes, so that nothing is allocated whatever a file declares; every
byte belongs to one array at most; no object is reached twice, so that a walk ends.
Refuses: everything beyond what weights are kept in; see the package.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import ml_dtypes
import numpy as np

from polykeras.saving.hdf5 import datatypes
from polykeras.saving.hdf5.attributes import Attributes
from polykeras.saving.hdf5.headers import DATASPACE, DATATYPE, LAYOUT, REWRITE, SYMBOL_TABLE, Message, messages
from polykeras.saving.hdf5.links import names_and_addresses
from polykeras.saving.hdf5.window import UNDEFINED, Window

SIGNATURE = b"\x89HDF\r\n\x1a\n"
_DEPTH = 64
_CONTIGUOUS = 1


class Dataset(NamedTuple):
    """An array, read-only in meaning, and its attributes."""

    array: np.ndarray
    attributes: Attributes


class Group(NamedTuple):
    """Members by name, and attributes."""

    members: dict[str, Dataset | Group]
    attributes: Attributes


def read(data: np.ndarray, source: str) -> Group:
    """Return the root group of a file.

    Args:
        data: The file's bytes, an array of uint8. The arrays returned are views of it.
        source: The file's name, for messages.

    Raises:
        CorruptFileError: If the bytes are no whole HDF5 file.
        UnsafeFileError: If they hold what weights have no need of.
    """
    return _Reader(Window(data, source)).root()


class _Reader:
    def __init__(self, window: Window) -> None:
        self._window = window
        self._seen: set[int] = set()
        self._taken: list[tuple[int, int, str]] = []

    def root(self) -> Group:
        window = self._window
        window.expect(0, SIGNATURE, "superblock")
        version = window.number(8, 1, "superblock")
        if version != 0:
            raise window.unsafe("superblock", f"HDF5 in the newer form {version}", REWRITE)
        sizes = bytes(window.span(13, 2, "superblock"))
        base, end = window.number(24, 8, "superblock"), window.number(40, 8, "superblock")
        if sizes != b"\x08\x08" or base != 0:
            raise window.corrupt("superblock", f"addresses of {sizes[0]} and {sizes[1]} bytes from {base} on")
        if end > len(window):
            raise window.corrupt("superblock", f"{len(window)} bytes of {end}: the file is cut off")
        if end < len(window):
            raise window.corrupt("superblock", f"{len(window) - end} bytes behind the end of the file")
        group = self._object(window.number(64, 8, "superblock"), "", 0)
        if not isinstance(group, Group):
            raise window.corrupt("/", "an array where the first group must be")
        self._check_overlaps()
        return group

    def _object(self, at: int, path: str, depth: int) -> Dataset | Group:
        window, member = self._window, path or "/"
        if at in self._seen:
            raise window.unsafe(member, "an object that stands at two places")
        self._seen.add(at)
        if depth > _DEPTH:
            raise window.unsafe(member, f"groups nested more than {_DEPTH} deep")
        found = messages(window, at, member)
        attributes = Attributes(window, found, member)
        table = [message for message in found if message.kind == SYMBOL_TABLE]
        if len(table) == 1:
            tree, heap = (window.number(table[0].at + offset, 8, member) for offset in (0, 8))
            members: dict[str, Dataset | Group] = {}
            for name, address in names_and_addresses(window, tree, heap, member):
                if name in members:
                    raise window.corrupt(member, f"two members called {name!r}")
                members[name] = self._object(address, f"{path}/{name}".lstrip("/"), depth + 1)
            return Group(members, attributes)
        return Dataset(self._array(found, attributes, member), attributes)

    def _array(self, found: list[Message], attributes: Attributes, member: str) -> np.ndarray:
        window = self._window
        by_kind = {message.kind: message for message in found}
        missing = [kind for kind in (DATASPACE, DATATYPE, LAYOUT) if kind not in by_kind]
        if missing:
            raise window.corrupt(member, "an object that is neither a group nor an array")
        space, kind, layout = by_kind[DATASPACE], by_kind[DATATYPE], by_kind[LAYOUT]
        shape = dimensions(window, space, member)
        description = bytes(window.span(kind.at, kind.size, member))
        dtype = datatypes.decode(description, lambda reason: window.unsafe(member, reason, REWRITE))
        version, storage = window.span(layout.at, 2, member)
        if version not in (3, 4) or storage != _CONTIGUOUS:
            raise window.unsafe(member, f"values stored in another way (layout {version}, {storage})", REWRITE)
        at, size = (window.number(layout.at + offset, 8, member) for offset in (2, 10))
        # Python's integers do not overflow, so a declared petabyte is just a number that does not fit.
        if math.prod(shape) * dtype.itemsize != size:
            raise window.corrupt(member, f"shape {shape} of {dtype.name} declared for {size} bytes")
        if size and at == UNDEFINED:
            raise window.corrupt(member, f"{size} bytes that were never written")
        raw = window.span(at if size else 0, size, member)
        self._taken.append((at, at + size, member))
        if dtype.kind == "V" and dtype.itemsize == 2 and attributes.text("dtype") == "bfloat16":
            dtype = np.dtype(ml_dtypes.bfloat16)
        try:
            return np.frombuffer(raw, dtype).reshape(shape)
        except ValueError as error:  # such as (0, 2**62): no bytes, and more elements than can be counted
            raise window.corrupt(member, f"shape {shape}") from error

    def _check_overlaps(self) -> None:
        """Refuse arrays that share bytes: few of them would stand for any number of weights."""
        end, owner = 0, ""
        for start, stop, member in sorted(taken for taken in self._taken if taken[1] > taken[0]):
            if start < end:
                raise self._window.unsafe(member, f"bytes that belong to {owner!r} too")
            end, owner = stop, member


def dimensions(window: Window, message: Message, member: str) -> tuple[int, ...]:
    """Return the sizes that a dataspace message declares."""
    version, rank, flags = window.span(message.at, 3, member)
    if version not in (1, 2) or rank > 32 or flags & ~1:
        raise window.unsafe(member, f"a shape of {rank} axes in version {version}", REWRITE)
    if version == 2 and window.number(message.at + 3, 1, member) > 1:
        raise window.unsafe(member, "an array without a shape", REWRITE)
    start = message.at + (8 if version == 1 else 4)
    if start + 8 * rank > message.at + message.size:
        raise window.corrupt(member, f"a shape of {rank} axes in {message.size} bytes")
    return tuple(window.number(start + 8 * axis, 8, member) for axis in range(rank))
