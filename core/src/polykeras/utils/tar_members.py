"""The members of a tar archive, plain or compressed with gzip, bzip2 or xz.

Promises to read the archive once, in pieces of at most `PIECE` bytes, up to its very end, so that a damaged checksum
is found. `tarfile` only reads here: what is written is written by `Unpacked`. Refuses members other than files and
folders, and a stream that goes on after its last member.
"""

from __future__ import annotations

import bz2
import errno
import gzip
import io
import lzma
import tarfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Literal, cast

from polykeras.plugins.errors import CorruptFileError, UnsafeFileError
from polykeras.utils.unpacked import Unpacked, corrupt, unsafe

PIECE = 1 << 20
"""Names and attributes in a header are read at once, and come from a stream that may be a bomb."""

_COMPRESSIONS: dict[bytes, Callable[[Path, Literal["rb"]], Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\x00": lzma.open,
}
# What the readers of damaged archives raise; RecursionError is how a chain of headers ends.
_DAMAGE = (tarfile.TarError, zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, RecursionError)
_BLOCK = 512
_KINDS = (
    (tarfile.TarInfo.issym, "a symbolic link"),
    (tarfile.TarInfo.islnk, "a hard link"),
    (tarfile.TarInfo.isdev, "a device or a pipe"),
)


class _Stream(io.RawIOBase):
    """A stream that is read in pieces, and only so far."""

    def __init__(self, content: IO[bytes], unpacked: Unpacked) -> None:
        super().__init__()
        self._content = content
        self._unpacked = unpacked
        # Members are counted as they come; padding may come on top.
        self._end = unpacked.allowed + PIECE

    def read(self, size: int = -1) -> bytes:
        if size < 0 or size > PIECE or self._content.tell() > self._end:
            raise unsafe(self._unpacked.archive, "", f"a header of {size} bytes, or a stream without end")
        return self._content.read(size)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence != io.SEEK_SET or offset > self._end:
            raise unsafe(self._unpacked.archive, "", "a stream without end")
        return self._content.seek(offset)

    def tell(self) -> int:
        return self._content.tell()

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True


def is_tar(archive: Path) -> bool:
    """Return whether the file begins as a tar archive does, compressed or not."""
    with archive.open("rb") as stream:
        head = stream.read(_BLOCK)
    if any(head.startswith(magic) for magic in _COMPRESSIONS):
        return True
    try:
        tarfile.TarInfo.frombuf(head, tarfile.ENCODING, "surrogateescape")
    except tarfile.TarError:
        return False
    return True


def extract_tar(archive: Path, unpacked: Unpacked) -> None:
    """Unpack the archive.

    Args:
        archive: The file.
        unpacked: Takes its members.

    Raises:
        UnsafeFileError: If a member is anything but a file or folder that stays inside.
        CorruptFileError: If the archive is damaged, or goes on after its end.
    """
    with archive.open("rb") as file:
        head = file.read(8)
    opener = next((opener for magic, opener in _COMPRESSIONS.items() if head.startswith(magic)), Path.open)
    try:
        with opener(archive, "rb") as content:
            stream = _Stream(content, unpacked)
            with tarfile.open(fileobj=cast("IO[bytes]", stream), mode="r:") as tar:
                for member in tar:
                    _extract(tar, member, unpacked)
                end = tar.offset
            _expect_end(stream, end, unpacked)
    except (UnsafeFileError, CorruptFileError):
        raise
    except _DAMAGE as error:
        # A full disk is no damage to the archive; EINVAL is how a place before its beginning is refused.
        if isinstance(error, OSError) and error.errno not in {None, errno.EINVAL}:
            raise
        raise corrupt(archive, "", str(error) or type(error).__name__) from error


def _extract(tar: tarfile.TarFile, member: tarfile.TarInfo, unpacked: Unpacked) -> None:
    unpacked.announce(member.name, member.size)
    for is_kind, what in _KINDS:
        if is_kind(member):
            raise unsafe(unpacked.archive, member.name, what)
    if member.isdir():
        unpacked.add_folder(member.name)
        return
    content = tar.extractfile(member) if member.isfile() else None
    if content is None:
        raise unsafe(unpacked.archive, member.name, f"a member of the unknown type {member.type!r}")
    unpacked.add_file(member.name, member.size, content)


def _expect_end(stream: _Stream, end: int, unpacked: Unpacked) -> None:
    # tarfile takes a damaged header for the end of the archive.
    stream.seek(end)
    while rest := stream.read(PIECE):
        if rest.strip(b"\0"):
            raise corrupt(unpacked.archive, "", "something after the last member")
