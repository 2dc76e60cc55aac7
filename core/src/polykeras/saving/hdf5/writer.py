"""Writing groups and arrays in the form of HDF5 that Keras' own files have.

Everything but the values is laid out first, so that a file is written in one pass: the head, then each
array's bytes, taken from the device only when their turn comes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from polykeras.saving.hdf5 import datatypes
from polykeras.saving.hdf5.window import UNDEFINED

_IN_TABLE, _IN_NODE = 8, 32
_HEAP_SMALLEST = 4096
_HEAP_LARGEST = 1 << 16
_ALIGNMENT = 64


class ArrayPlan(NamedTuple):
    """An array to be written: its place in the file, and what it is."""

    shape: tuple[int, ...]
    dtype: np.dtype


class Plan(NamedTuple):
    """A file laid out: its head, where each array starts, and its whole size."""

    head: bytes
    starts: list[int]
    size: int


class _Node:
    """A group that is being laid out."""

    def __init__(self) -> None:
        self.groups: dict[str, _Node] = {}
        self.arrays: dict[str, int] = {}
        self.name: str | None = None


def plan(groups: Iterable[tuple[str, str | None, Mapping[str, ArrayPlan]]]) -> Plan:
    """Lay out a file.

    Args:
        groups: Path of a group, its attribute ``name``, and the arrays in it by name.

    Returns:
        The layout; its arrays stand in the order in which they were given.
    """
    root = _Node()
    arrays: list[ArrayPlan] = []
    for path, name, members in groups:
        node = root
        for part in path.split("/"):
            node = node.groups.setdefault(part, _Node())
        node.name = name
        for key, array in members.items():
            node.arrays[key] = len(arrays)
            arrays.append(array)
    return _Layout(arrays).laid_out(root)


class _Layout:
    def __init__(self, arrays: list[ArrayPlan]) -> None:
        self._arrays = arrays
        self._out = bytearray(96)  # the superblock, which is filled in when the rest is known
        self._pointers: dict[int, int] = {}
        self._texts = _Texts()

    def laid_out(self, root: _Node) -> Plan:
        for array in self._arrays:
            label = datatypes.label(array.dtype)
            if label is not None:
                self._texts.add(label)
        self._collect(root)
        self._texts.place(self._out)
        header, tree, heap = self._group(root)
        starts, position = [], len(self._out)
        for index, array in enumerate(self._arrays):
            size = _bytes_of(array)
            position = -(-position // _ALIGNMENT) * _ALIGNMENT if size else position
            starts.append(position)
            struct.pack_into("<Q", self._out, self._pointers[index], position if size else UNDEFINED)
            position += size
        self._out[:96] = _superblock(position, header, tree, heap)
        return Plan(bytes(self._out), starts, position)

    def _collect(self, node: _Node) -> None:
        if node.name is not None:
            self._texts.add(node.name)
        for child in node.groups.values():
            self._collect(child)

    def _group(self, node: _Node) -> tuple[int, int, int]:
        """Lay out a group after its members; return the addresses of its header, tree and names."""
        entries: list[tuple[bytes, int, int, int, int]] = []
        for name, child in node.groups.items():
            entries.append((name.encode("utf-8"), *self._group(child), 1))
        for name, index in node.arrays.items():
            entries.append((name.encode("utf-8"), self._dataset(index), 0, 0, 0))
        entries.sort()
        offsets, names = [], bytearray(8)
        for entry in entries:
            offsets.append(len(names))
            names += _padded(entry[0] + b"\0")
        heap = self._put(b"HEAP" + struct.pack("<B3xQQQ", 0, len(names), 1, len(self._out) + 32) + names)
        tables = []
        for start in range(0, len(entries), _IN_TABLE):
            rows = list(zip(offsets, entries, strict=True))[start : start + _IN_TABLE]
            body = b"".join(
                struct.pack("<QQII", offset, header, kind, 0)
                + (struct.pack("<QQ", tree, names_at) if kind else bytes(16))
                for offset, (_, header, tree, names_at, kind) in rows
            )
            table = b"SNOD" + struct.pack("<BxH", 1, len(rows)) + body.ljust(40 * _IN_TABLE, b"\0")
            tables.append((self._put(table), rows[-1][0]))
        tree = self._tree(tables)
        header = self._header([(0x11, struct.pack("<QQ", tree, heap)), *self._attribute("name", node.name)])
        return header, tree, heap

    def _tree(self, tables: list[tuple[int, int]]) -> int:
        """Write the tree over symbol tables, given as address and last name, and return its root."""
        level, children = 0, tables
        while True:
            parts = [children[start : start + _IN_NODE] for start in range(0, len(children), _IN_NODE)] or [[]]
            size = 24 + 8 + 16 * _IN_NODE
            at = len(self._out)
            above = []
            first_key = 0
            for index, part in enumerate(parts):
                left = UNDEFINED if index == 0 else at + size * (index - 1)
                right = UNDEFINED if index == len(parts) - 1 else at + size * (index + 1)
                body = b"TREE" + struct.pack("<BBHQQQ", 0, level, len(part), left, right, first_key)
                body += b"".join(struct.pack("<QQ", child, last) for child, last in part)
                self._put(body.ljust(size, b"\0"))
                if part:
                    first_key = part[-1][1]
                above.append((at + size * index, first_key))
            if len(above) == 1:
                return above[0][0]
            level, children = level + 1, above

    def _dataset(self, index: int) -> int:
        shape, dtype = self._arrays[index]
        space = struct.pack("<BBB5x", 1, len(shape), 1 if shape else 0) + struct.pack(f"<{len(shape)}Q", *shape) * (
            2 if shape else 1
        )
        layout = struct.pack("<BBQQ", 3, 1, 0, _bytes_of(self._arrays[index]))
        head = [
            (0x01, space),
            (0x03, datatypes.encode(dtype)),
            (0x05, b"\2\2\2\1\0\0\0\0"),
            *self._attribute("dtype", datatypes.label(dtype)),
        ]
        before = sum(8 + len(_padded(body)) for _, body in head)
        at = self._header([*head, (0x08, layout)])
        # The address of the values stands behind the layout's version and class.
        self._pointers[index] = at + 16 + before + 8 + 2
        return at

    def _attribute(self, name: str, value: str | None) -> list[tuple[int, bytes]]:
        if value is None:
            return []
        raw = name.encode() + b"\0"
        space = bytes([1, 0, 0, 0, 0, 0, 0, 0])
        body = struct.pack("<BxHHH", 1, len(raw), len(datatypes.TEXT), len(space))
        return [(0x0C, body + _padded(raw) + _padded(datatypes.TEXT) + space + self._texts.reference(value))]

    def _header(self, messages: list[tuple[int, bytes]]) -> int:
        body = b"".join(
            struct.pack("<HHB3x", kind, len(_padded(data)), kind == 0x03) + _padded(data) for kind, data in messages
        )
        return self._put(struct.pack("<BxHII4x", 1, len(messages), 1, len(body)) + body)

    def _put(self, block: bytes) -> int:
        at = len(self._out)
        self._out += _padded(block)
        return at


class _Texts:
    """Global heaps, in which the values of text attributes lie."""

    def __init__(self) -> None:
        self._order: dict[str, tuple[int, int]] = {}

    def add(self, text: str) -> None:
        self._order.setdefault(text, (0, 0))

    def place(self, out: bytearray) -> None:
        """Write the texts, in as many heaps as they need."""
        waiting = list(self._order)
        while waiting:
            at, body = len(out), bytearray()
            key = 0
            while waiting and key < _HEAP_LARGEST - 2 and (not body or len(body) < _HEAP_LARGEST):
                text = waiting.pop(0)
                key += 1
                raw = text.encode("utf-8")
                body += struct.pack("<HH4xQ", key, 1, len(raw)) + _padded(raw)
                self._order[text] = (at, key)
            size = max(_HEAP_SMALLEST, len(body) + 32)
            body += struct.pack("<HH4xQ", 0, 0, size - 16 - len(body))
            out += (b"GCOL" + struct.pack("<B3xQ", 1, size) + body).ljust(size, b"\0")

    def reference(self, text: str) -> bytes:
        """Return what an attribute holds in place of the text."""
        return struct.pack("<IQI", len(text.encode("utf-8")), *self._order[text])


def _superblock(end: int, header: int, tree: int, heap: int) -> bytes:
    start = b"\x89HDF\r\n\x1a\n" + struct.pack("<8BHHI", 0, 0, 0, 0, 0, 8, 8, 0, _IN_TABLE // 2, _IN_NODE // 2, 0)
    return (
        start + struct.pack("<QQQQ", 0, UNDEFINED, end, UNDEFINED) + struct.pack("<QQIIQQ", 0, header, 1, 0, tree, heap)
    )


def _bytes_of(array: ArrayPlan) -> int:
    return int(np.prod(array.shape, dtype=np.int64)) * array.dtype.itemsize


def _padded(block: bytes) -> bytes:
    return block + bytes(-len(block) % 8)
