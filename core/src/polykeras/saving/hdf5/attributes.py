"""Attributes of groups and arrays: short text, and lists of it; anything else is not looked at."""

from __future__ import annotations

from collections.abc import Sequence

from polykeras.saving.hdf5.headers import ATTRIBUTE, Message
from polykeras.saving.hdf5.window import Window

_LONGEST = 1 << 16
_TOGETHER = 1 << 22
_TEXT, _VARIABLE = 3, 9


class Attributes:
    """The attributes of one object, read when somebody asks for one by name."""

    def __init__(self, window: Window, messages: Sequence[Message], member: str) -> None:
        self._window = window
        self._messages = [message for message in messages if message.kind == ATTRIBUTE]
        self._member = member

    def text(self, name: str) -> str | None:
        """Return a text attribute, or ``None`` where there is none of that name."""
        values = self.texts(name)
        return values[0] if values else None

    def texts(self, name: str) -> list[str] | None:
        """Return an attribute that is text or a list of texts, or ``None`` where there is none of that name.

        Raises:
            CorruptFileError: If it is damaged.
            UnsafeFileError: If it is longer than any name has to be.
        """
        for message in self._messages:
            found = self._parts(message)
            if found is not None and found[0] == name:
                return self._decoded(*found[1:])
        return None

    def _parts(self, message: Message) -> tuple[str, bytes, int, int, int] | None:
        """Return name, type, number of elements, address and size of the values."""
        window, member = self._window, self._member
        version = window.number(message.at, 1, member)
        if version not in (1, 3):
            return None
        sizes = [window.number(message.at + offset, 2, member) for offset in (2, 4, 6)]
        start = message.at + (8 if version == 1 else 9)
        blocks = []
        for size in sizes:
            blocks.append((start, size))
            start += -(-size // 8) * 8 if version == 1 else size
        end = message.at + message.size
        if start > end:
            raise window.corrupt(member, f"an attribute of {start - message.at} bytes in {message.size}")
        raw_name, kind, space = (bytes(window.span(*block, member)) for block in blocks)
        rank = space[1] if len(space) > 1 else 0
        head = 8 if space[:1] == b"\1" else 4
        if len(space) < head + 8 * rank:
            raise window.corrupt(member, f"an attribute's shape of {rank} axes in {len(space)} bytes")
        count = 1
        for axis in range(rank):
            count *= int.from_bytes(space[head + 8 * axis : head + 8 * axis + 8], "little")
        return raw_name.rstrip(b"\0").decode("utf-8", "replace"), kind, count, start, end - start

    def _decoded(self, kind: bytes, count: int, at: int, size: int) -> list[str] | None:
        window, member = self._window, self._member
        if len(kind) < 8:
            raise window.corrupt(member, "an attribute without a type")
        width = int.from_bytes(kind[4:8], "little")
        if width < 1 or count * width > size:
            raise window.corrupt(member, f"an attribute of {count} times {width} bytes in {size}")
        if kind[0] & 15 == _TEXT:
            raw = [bytes(window.span(at + width * index, width, member)) for index in range(count)]
        elif kind[0] & 15 == _VARIABLE and kind[1] & 15 == 1 and width == 16:
            raw = self._from_heap(count, at)
        else:
            return None
        try:
            return [text.rstrip(b"\0").decode("utf-8") for text in raw]
        except UnicodeDecodeError as error:
            raise window.corrupt(member, "text that is not UTF-8") from error

    def _from_heap(self, count: int, at: int) -> list[bytes]:
        window, member = self._window, self._member
        texts: list[bytes] = []
        together = 0
        for index in range(count):
            reference = at + 16 * index
            length = window.number(reference, 4, member)
            collection, key = window.number(reference + 4, 8, member), window.number(reference + 12, 4, member)
            together += length
            if length > _LONGEST or together > _TOGETHER:
                raise window.unsafe(member, f"an attribute with text of {together} bytes")
            if length == 0:
                texts.append(b"")
                continue
            if collection not in window.heaps:
                window.heaps[collection] = _collection(window, collection, member)
            start, size = window.heaps[collection].get(key, (0, -1))
            if length > size:
                raise window.corrupt(member, f"text of {length} bytes that is not there")
            texts.append(bytes(window.span(start, length, member)))
        return texts


def _collection(window: Window, at: int, member: str) -> dict[int, tuple[int, int]]:
    """Return address and size of each object of a global heap collection."""
    window.expect(at, b"GCOL\1", member)
    size = window.number(at + 8, 8, member)
    window.span(at, size, member)
    found: dict[int, tuple[int, int]] = {}
    position = at + 16
    while position + 16 <= at + size:
        window.step(member)
        key, length = window.number(position, 2, member), window.number(position + 8, 8, member)
        if key == 0:
            break
        if position + 16 + length > at + size:
            raise window.corrupt(member, f"text of {length} bytes in a heap of {size}")
        found[key] = (position + 16, length)
        position += 16 + -(-length // 8) * 8
    return found
