"""Object headers: the messages that say what an object is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from polykeras.saving.hdf5.window import Window

DATASPACE, DATATYPE, LAYOUT, ATTRIBUTE, SYMBOL_TABLE = 0x01, 0x03, 0x08, 0x0C, 0x11
_NIL, _CONTINUATION = 0x00, 0x10
# Fill values and times of change say nothing that is needed here.
_IGNORED = frozenset({_NIL, 0x04, 0x05, 0x0D, 0x0E, 0x12})
_REFUSED = {
    0x02: "links of the newer form, which may lead elsewhere",
    0x06: "a link of the newer form, which may lead elsewhere",
    0x07: "values kept in other files (external storage)",
    0x0B: "values behind a filter, such as compression",
}
_SHARED = 0x02
REWRITE = (
    "If you trust the file, write it again with h5py: plain arrays, no compression, no links and "
    "the default `libver`; or save it again from Keras."
)


class Message(NamedTuple):
    """A message: its kind and where its bytes lie."""

    kind: int
    at: int
    size: int


def messages(window: Window, at: int, member: str) -> list[Message]:
    """Return the messages of the object header at an address.

    Raises:
        CorruptFileError: If it is no such header.
        UnsafeFileError: If it holds messages that weights have no need of.
    """
    if bytes(window.span(at, 4, member)) == b"OHDR":
        raise window.unsafe(member, "an object header of the newer form", REWRITE)
    window.expect(at, b"\1", member)
    count = window.number(at + 2, 2, member)
    first = (at + 16, window.number(at + 8, 4, member))
    found: list[Message] = []
    for message in _walk(window, first, count, member):
        if message.kind in _REFUSED:
            raise window.unsafe(member, _REFUSED[message.kind], REWRITE)
        if message.kind in {DATASPACE, DATATYPE, LAYOUT, ATTRIBUTE, SYMBOL_TABLE}:
            found.append(message)
        elif message.kind not in _IGNORED:
            raise window.unsafe(member, f"a message of kind {message.kind:#x} in an object header", REWRITE)
    return found


def _walk(window: Window, first: tuple[int, int], count: int, member: str) -> Iterator[Message]:
    """Yield the messages of a header's first block and of those that continue it."""
    blocks = [first]
    seen = {first[0]}
    for at, size in blocks:  # grows while it is walked
        window.span(at, size, member)
        position, end = at, at + size
        while count and position + 8 <= end:
            window.step(member)
            kind = window.number(position, 2, member)
            length = window.number(position + 2, 2, member)
            flags = window.number(position + 4, 1, member)
            body = position + 8
            if body + length > end:
                raise window.corrupt(member, f"a message of {length} bytes where {end - body} are left")
            if flags & _SHARED:
                raise window.unsafe(member, "a message shared with other objects", REWRITE)
            if kind == _CONTINUATION:
                block = (window.number(body, 8, member), window.number(body + 8, 8, member))
                if block[0] in seen:
                    raise window.corrupt(member, "a header that continues in itself")
                seen.add(block[0])
                blocks.append(block)
            else:
                yield Message(kind, body, length)
            position = body + length
            count -= 1
    if count:
        raise window.corrupt(member, f"a header that lacks {count} of its messages")
