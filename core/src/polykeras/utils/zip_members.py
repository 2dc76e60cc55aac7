"""The members of a zip archive.

Promises that a member's bytes are those that its checksum describes. Refuses links, encrypted members and members that
are neither file nor folder.
"""

from __future__ import annotations

import errno
import lzma
import stat
import zipfile
import zlib
from pathlib import Path

from polykeras.plugins.errors import CorruptFileError, UnsafeFileError
from polykeras.utils.unpacked import Unpacked, corrupt, unsafe

_MAGICS = (b"PK\x03\x04", b"PK\x05\x06")
# What the reader of damaged archives raises; NotImplementedError is an unknown compression.
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, NotImplementedError,
)  # fmt: skip
_ENCRYPTED = 0x1


def is_zip(archive: Path) -> bool:
    """Return whether the file begins as a zip archive does."""
    with archive.open("rb") as stream:
        return stream.read(4) in _MAGICS


def extract_zip(archive: Path, unpacked: Unpacked) -> None:
    """Unpack the archive.

    Args:
        archive: The file.
        unpacked: Takes its members.

    Raises:
        UnsafeFileError: If a member is anything but a plain file or folder that stays inside.
        CorruptFileError: If the archive is damaged.
    """
    try:
        with zipfile.ZipFile(archive) as members:
            for member in members.infolist():
                _extract(members, member, unpacked)
    except (UnsafeFileError, CorruptFileError):
        raise
    except _DAMAGE as error:
        # A full disk is no damage to the archive; EINVAL is how a place before its beginning is refused.
        if isinstance(error, OSError) and error.errno not in {None, errno.EINVAL}:
            raise
        raise corrupt(archive, "", str(error) or type(error).__name__) from error


def _extract(members: zipfile.ZipFile, member: zipfile.ZipInfo, unpacked: Unpacked) -> None:
    # The name as it stands: zipfile cuts it at a NUL and turns some backslashes.
    name = member.orig_filename
    unpacked.announce(name, member.file_size)
    if member.flag_bits & _ENCRYPTED:
        raise unsafe(unpacked.archive, name, "an encrypted member")
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind == stat.S_IFLNK:
        raise unsafe(unpacked.archive, name, "a symbolic link")
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise unsafe(unpacked.archive, name, "a device or a pipe")
    if member.is_dir():
        unpacked.add_folder(name)
        return
    with members.open(member) as content:
        unpacked.add_file(name, member.file_size, content)
