"""The members of a ``.keras`` archive, checked against one another and the file before any is read.

Promises: a member's bytes belong to it alone, its two descriptions agree, its name is one that such
archives have, and what it unfolds to is bounded by the archive's own size.
Refuses: encryption, links, unknown compression, nested paths that lead out, names given twice.
"""

from __future__ import annotations

import os
import stat
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

import numpy as np

from polykeras.plugins.errors import CorruptFileError, UnsafeFileError
from polykeras.saving import failures, limits
from polykeras.saving.member_names import check_name

_END, _END_SIZE = b"PK\x05\x06", 22
_WIDE_END, _WIDE_LOCATOR = b"PK\x06\x06", b"PK\x06\x07"
_ENTRY, _ENTRY_SIZE = b"PK\x01\x02", 46
_LOCAL, _LOCAL_SIZE = b"PK\x03\x04", 30
_STORED, _DEFLATED = 0, 8
_NARROW_16, _NARROW_32 = 0xFFFF, 0xFFFFFFFF
_ENCRYPTED = 0x0001 | 0x0040 | 0x2000
_UTF8 = 0x0800
_PIECE = 1 << 20


class Member(NamedTuple):
    """A member: its name, how it is compressed, where its bytes start and how many there are."""

    name: str
    method: int
    crc: int
    packed: int
    size: int
    header: int


class Archive:
    """An archive that is open for reading.

    Args:
        stream: The file, seekable.
        source: The file's name, for messages.

    Raises:
        CorruptFileError: If it is no whole archive.
        UnsafeFileError: If a member is not what such archives have.
    """

    def __init__(self, stream: BinaryIO, source: str) -> None:
        self._stream = stream
        self._source = source
        self._size = os.fstat(stream.fileno()).st_size
        start, size, count = self._directory()
        self.members: dict[str, Member] = {}
        # By member, where the next one starts.
        self._next: dict[str, int] = {}
        folded: set[str] = set()
        for member in self._entries(self._bytes(start, size, "directory"), count):
            if member.name.casefold() in folded:
                raise self._unsafe(member.name, "a member that stands there twice")
            folded.add(member.name.casefold())
            self.members[member.name] = member
        self._check_sizes(start)

    def read(self, name: str) -> np.ndarray:
        """Return a member's bytes, an array of uint8.

        Raises:
            CorruptFileError: If there is no such member, or it is damaged.
        """
        member = self.members.get(name)
        if member is None:
            raise self._corrupt(name, "no such member")
        start = self._data_of(member)
        data = self._bytes(start, member.size, name) if member.method == _STORED else self._unfolded(start, member)
        if zlib.crc32(data.data) != member.crc:
            raise self._corrupt(name, "bytes whose checksum is another one")
        return data

    # ------------------------------------------------------------------ the directory

    def _directory(self) -> tuple[int, int, int]:
        """Return start and size of the directory, and the number of its entries."""
        tail_size = min(self._size, _END_SIZE + _NARROW_16)
        tail = self._bytes(self._size - tail_size, tail_size, "").tobytes()
        at = tail.rfind(_END)
        while at >= 0 and (len(tail) < at + _END_SIZE or at + _END_SIZE + _short(tail, at + 20) != len(tail)):
            at = tail.rfind(_END, 0, at)
        if at < 0:
            raise self._corrupt("", f"{self._size} bytes that are no archive, or not all of one")
        disk, first, here, count, size, start = struct.unpack_from("<HHHHII", tail, at + 4)
        end = self._size - tail_size + at
        if _NARROW_16 in {here, count} or _NARROW_32 in {size, start}:
            disk, first, here, count, size, start, end = self._wide_directory(end)
        if disk or first or here != count or start + size != end:
            raise self._corrupt("directory", f"{count} entries in {size} bytes from {start} on, which end at {end}")
        if count > limits.MEMBERS or size > limits.JSON_BYTES:
            raise self._unsafe("directory", f"{count} members in a directory of {size} bytes")
        return start, size, count

    def _wide_directory(self, end: int) -> tuple[int, int, int, int, int, int, int]:
        locator = self._bytes(end - 20, 20, "directory").tobytes()
        start = int.from_bytes(locator[8:16], "little")
        record = self._bytes(start, 56, "directory").tobytes()
        if locator[:4] != _WIDE_LOCATOR or record[:4] != _WIDE_END or start + 56 != end - 20:
            raise self._corrupt("directory", "an archive of the large form whose ends do not fit")
        disk, first, here, count, size, directory = struct.unpack_from("<IIQQQQ", record, 16)
        return disk, first, here, count, size, directory, start

    def _entries(self, directory: np.ndarray, count: int) -> Iterator[Member]:
        raw, at = directory.tobytes(), 0
        for _ in range(count):
            if raw[at : at + 4] != _ENTRY or at + _ENTRY_SIZE > len(raw):
                raise self._corrupt("directory", f"no entry at {at}")
            flags, method = struct.unpack_from("<HH", raw, at + 8)
            crc, packed, size, name_size, extra_size, comment, _, _, mode, header = struct.unpack_from(
                "<IIIHHHHHII", raw, at + 16
            )
            end = at + _ENTRY_SIZE + name_size + extra_size + comment
            if end > len(raw):
                raise self._corrupt("directory", f"an entry of {end - at} bytes at {at} of {len(raw)}")
            raw_name = raw[at + _ENTRY_SIZE : at + _ENTRY_SIZE + name_size]
            extra = raw[at + _ENTRY_SIZE + name_size : end - comment]
            size, packed, header = self._widened(extra, size, packed, header)
            name = self._checked_name(raw_name, flags, mode >> 16)
            if method not in {_STORED, _DEFLATED}:
                raise self._unsafe(name, f"compression of the unknown kind {method}")
            if not name.endswith("/"):
                yield Member(name, method, crc, packed, size, header)
            elif size or packed:
                raise self._corrupt(name, f"a folder of {size} bytes")
            at = end
        if at != len(raw):
            raise self._corrupt("directory", f"{len(raw) - at} bytes more than its entries take")

    def _widened(self, extra: bytes, *values: int) -> list[int]:
        """Return sizes and offset, those of 64 bits taken from an entry's extra field."""
        at, wide = 0, b""
        while at + 4 <= len(extra):
            kind, length = struct.unpack_from("<HH", extra, at)
            if kind == 1:
                wide = extra[at + 4 : at + 4 + length]
            at += 4 + length
        answer = []
        for value in values:
            if value == _NARROW_32:
                if len(wide) < 8:
                    raise self._corrupt("directory", "an entry of the large form without its sizes")
                value, wide = int.from_bytes(wide[:8], "little"), wide[8:]  # noqa: PLW2901 - the number meant
            answer.append(value)
        return answer

    def _checked_name(self, raw: bytes, flags: int, mode: int) -> str:
        try:
            name = raw.decode("utf-8" if flags & _UTF8 else "ascii")
        except UnicodeDecodeError as error:
            raise self._corrupt("directory", f"a name that cannot be read: {raw!r}") from error
        if flags & _ENCRYPTED:
            raise self._unsafe(name, "an encrypted member")
        if stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
            raise self._unsafe(name, "a link, or another member that is no plain file")
        reason = check_name(name)
        if reason:
            raise self._unsafe(name, reason)
        return name

    def _check_sizes(self, directory: int) -> None:
        """Refuse members that share bytes, and those that unfold to more than the archive may."""
        end, previous = 0, ""
        for member in sorted(self.members.values(), key=lambda member: member.header):
            if member.header < end:
                raise self._unsafe(member.name, "bytes that belong to another member too")
            self._next[previous], previous = member.header, member.name
            if member.method == _STORED and member.packed != member.size:
                raise self._corrupt(member.name, f"{member.size} bytes stored in {member.packed}")
            end = member.header + _LOCAL_SIZE + len(member.name) + member.packed
        self._next[previous] = directory
        if end > directory:
            raise self._corrupt("", f"members of {end} bytes before a directory at {directory}")
        together = sum(member.size for member in self.members.values())
        if together > self._size + limits.SLACK:
            raise self._unsafe(
                "",
                f"members that unfold to {together} bytes out of an archive of {self._size}",
                "If you trust the file, unpack it with a tool that you trust and pack it again without compression.",
            )

    # ------------------------------------------------------------------ members

    def _data_of(self, member: Member) -> int:
        """Return where a member's bytes start, after comparing its two descriptions."""
        raw = self._bytes(member.header, _LOCAL_SIZE, member.name).tobytes()
        if raw[:4] != _LOCAL:
            raise self._corrupt(member.name, "no member where the directory says")
        flags, method = struct.unpack_from("<HH", raw, 6)
        name_size, extra_size = struct.unpack_from("<HH", raw, 26)
        name = self._bytes(member.header + _LOCAL_SIZE, name_size, member.name).tobytes()
        if name != member.name.encode() or method != member.method or flags & _ENCRYPTED:
            raise self._corrupt(member.name, f"a member that calls itself {name!r}")
        start: int = member.header + _LOCAL_SIZE + name_size + extra_size
        if start + member.packed > self._next[member.name]:
            raise self._corrupt(member.name, f"{member.packed} bytes that reach into what follows")
        return start

    def _unfolded(self, start: int, member: Member) -> np.ndarray:
        """Return a deflated member, never more of it than it declares."""
        data = np.empty(member.size, np.uint8)
        machine = zlib.decompressobj(-zlib.MAX_WBITS)
        self._stream.seek(start)
        left, at = member.packed, 0
        try:
            while not machine.eof:
                piece = machine.unconsumed_tail
                if not piece:
                    piece = self._stream.read(min(_PIECE, left))
                    left -= len(piece)
                out = machine.decompress(piece, _PIECE)
                if at + len(out) > member.size or not (piece or out):
                    raise self._corrupt(member.name, f"{member.size} bytes declared, and more or fewer there")
                data[at : at + len(out)] = np.frombuffer(out, np.uint8)
                at += len(out)
        except zlib.error as error:
            raise self._corrupt(member.name, f"compressed bytes that cannot be unfolded ({error})") from error
        if at != member.size or left:
            raise self._corrupt(member.name, f"{at} bytes, where {member.size} are declared")
        return data

    def _bytes(self, start: int, size: int, member: str) -> np.ndarray:
        """Return bytes of the file, allocated only if the file has them."""
        if start < 0 or start + size > self._size:
            raise self._corrupt(member, f"{size} bytes from {start} on, in a file of {self._size}")
        data = np.empty(size, np.uint8)
        self._stream.seek(start)
        view, at = data.data, 0
        while at < size:
            got = self._stream.readinto(view[at:])  # type: ignore[attr-defined]
            if not got:
                raise self._corrupt(member, "a file that became shorter while it was read")
            at += got
        return data

    def _corrupt(self, member: str, reason: str) -> CorruptFileError:
        return failures.corrupt(self._source, member, reason)

    def _unsafe(self, member: str, reason: str, advice: str = "") -> UnsafeFileError:
        return failures.unsafe(self._source, member, reason, advice)


def _short(raw: bytes, at: int) -> int:
    return int.from_bytes(raw[at : at + 2], "little")
