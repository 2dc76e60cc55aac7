"""What an archive has unfolded to so far, and the only place where its members become files.

Promises that each member lies inside the folder, is made anew, and has as many bytes as it declared; and that the
whole stays within `RATIO` times the archive and `SLACK`. Refuses the member otherwise, naming it and the reason.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO

from polykeras.plugins.errors import CorruptFileError, UnsafeFileError
from polykeras.utils.file_names import member_parts

RATIO = 200
"""Text seldom shrinks to less than a fiftieth; bombs shrink a thousandfold."""
SLACK = 64 << 20
"""Small archives may unfold to this much, whatever their ratio."""
_MEMBER_BYTES = 1024  # what a member costs though it is empty
_CHUNK = 1 << 20


def corrupt(archive: Path, member: str, reason: str) -> CorruptFileError:
    """Return the error for a damaged archive."""
    return CorruptFileError(
        f"The archive {str(archive)!r} is damaged{_at(member)}.\nReceived: {reason}.\n"
        "Allowed: whole tar and zip archives.\nDelete it and download it again."
    )


def unsafe(archive: Path, member: str, reason: str) -> UnsafeFileError:
    """Return the error for an archive that asks for what it may not do."""
    return UnsafeFileError(
        f"The archive {str(archive)!r} is not extracted{_at(member)}.\nReceived: {reason}.\n"
        "Allowed: files and folders with plain names, each once, in their folder, near the archive's size.\n"
        "Ask whoever made it; if you know better, extract it by hand."
    )


def _at(member: str) -> str:
    return f" at {member[:200]!r}" if member else ""


class Unpacked:
    """A folder that fills from an archive.

    Args:
        archive: The file that is unpacked; its size is the measure.
        folder: Where its members go; exists and is empty.
    """

    def __init__(self, archive: Path, folder: Path) -> None:
        self.archive = archive
        self.folder = folder
        self.members = 0
        self.allowed = RATIO * archive.stat().st_size + SLACK
        self._files: set[tuple[str, ...]] = set()
        self._folders: set[tuple[str, ...]] = {()}

    def announce(self, name: str, size: int) -> None:
        """Count a member in before it is read.

        Args:
            name: The member.
            size: Bytes that it declares.

        Raises:
            UnsafeFileError: If the archive unfolds to more than it may.
        """
        self.members += 1
        self.allowed -= size + _MEMBER_BYTES
        if size < 0 or self.allowed < 0:
            raise unsafe(
                self.archive,
                name,
                f"members of more than {RATIO} times the archive's own {self.archive.stat().st_size} bytes",
            )

    def add_folder(self, name: str) -> None:
        """Make the folder called `name`, if it is not there."""
        self._make_folder(name, self._parts(name))

    def add_file(self, name: str, size: int, content: IO[bytes]) -> None:
        """Make the file called `name` from `content`.

        Args:
            name: The member.
            size: Bytes that it declares.
            content: Its bytes.

        Raises:
            UnsafeFileError: If its name leads elsewhere, or stands for another member too.
            CorruptFileError: If it has more or fewer bytes than declared.
        """
        parts = self._parts(name)
        if not parts or parts in self._files or parts in self._folders:
            raise unsafe(self.archive, name, "a name that stands twice" if parts else "a file without a name")
        self._make_folder(name, parts[:-1])
        self._files.add(parts)
        try:
            # "x": on a file system that takes two names for one, the second is refused too.
            with self.folder.joinpath(*parts).open("xb") as file:
                received = _copy(content, file, size)
        except FileExistsError as error:
            raise unsafe(self.archive, name, "a name that stands twice on this file system") from error
        if received != size:
            raise corrupt(self.archive, name, f"{received} bytes or more where {size} are declared")

    def _parts(self, name: str) -> tuple[str, ...]:
        parts = member_parts(name)
        if isinstance(parts, str):
            raise unsafe(self.archive, name, parts)
        return parts

    def _make_folder(self, name: str, parts: tuple[str, ...]) -> None:
        for end in range(1, len(parts) + 1):
            part = parts[:end]
            if part in self._files:
                raise unsafe(self.archive, name, "a file that is also a folder")
            if part not in self._folders:
                self._folders.add(part)
                self.folder.joinpath(*part).mkdir(exist_ok=True)


def _copy(content: IO[bytes], file: IO[bytes], size: int) -> int:
    received = 0
    while received <= size and (chunk := content.read(min(_CHUNK, size + 1 - received))):
        file.write(chunk)
        received += len(chunk)
    return received
