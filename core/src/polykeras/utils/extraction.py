"""Archives unpacked into a folder: tar (plain, gz, bz2, xz) and zip.

Promises that the folder appears whole, in one step, or not at all, and that nothing is ever written outside of it.
Refuses whatever a data set does not need: links of either kind, devices, pipes, encrypted members, names that lead
elsewhere or stand twice, and archives that unfold to far more than their own size, by what they declare and by what
comes. Files get the modes that the process gives to new files; those of the archive, setuid among them, are not used.
"""

from __future__ import annotations

import contextlib
import errno
import secrets
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from polykeras.plugins.errors import CorruptFileError
from polykeras.utils.tar_members import extract_tar, is_tar
from polykeras.utils.unpacked import Unpacked, corrupt
from polykeras.utils.zip_members import extract_zip, is_zip

FORMATS: dict[str, tuple[Callable[[Path], bool], Callable[[Path, Unpacked], None]]] = {
    "tar": (is_tar, extract_tar),
    "zip": (is_zip, extract_zip),
}
# Each attempt that fails means that another extraction got its own folder in: none of many waits for ever.
_ATTEMPTS = 1000
_OCCUPIED = (errno.ENOTEMPTY, errno.EEXIST)


def extract_archive(archive: Path, folder: Path, formats: Iterable[str] = tuple(FORMATS)) -> None:
    """Unpack an archive so that its members lie in `folder`; what lay there before goes.

    Args:
        archive: The file.
        folder: Where its members go.
        formats: ``"tar"``, ``"zip"`` or both: what the archive may be.

    Raises:
        UnsafeFileError: If the archive asks for what it may not do; nothing is left of it then.
        CorruptFileError: If it is damaged, empty, or of none of the `formats`.
    """
    wanted = tuple(formats)
    extract = next((unpack for name, (fits, unpack) in FORMATS.items() if name in wanted and fits(archive)), None)
    if extract is None:
        raise CorruptFileError(
            f"The file {str(archive)!r} cannot be extracted.\nReceived: a file that does not begin as these do.\n"
            f"Allowed here: {', '.join(wanted) or 'no format'}.\n"
            "Look at what was downloaded, and at `archive_format`; or do not ask for extraction."
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Beside the folder, so that it can be moved into place in one step.
    started = _beside(folder)
    started.mkdir()
    try:
        unpacked = Unpacked(archive, started)
        extract(archive, unpacked)
        if not unpacked.members:
            raise corrupt(archive, "", "no members")
        _move_into_place(started, folder)
    finally:
        shutil.rmtree(started, ignore_errors=True)


def _beside(folder: Path) -> Path:
    return folder.with_name(f".{folder.name[:100]}.{secrets.token_hex(8)}.part")


def _move_into_place(started: Path, folder: Path) -> None:
    """Swap a finished folder for what is there, though another process may do the same."""
    for attempt in range(_ATTEMPTS):
        old = _beside(folder)
        # A folder cannot replace one that has files in it.
        with contextlib.suppress(FileNotFoundError):
            folder.rename(old)
        try:
            started.rename(folder)
        except OSError as error:
            # Another was faster between the two renames: what it put there goes the way of what was there before it.
            if error.errno in _OCCUPIED and attempt + 1 < _ATTEMPTS:
                continue
            if not folder.exists():
                with contextlib.suppress(OSError):
                    old.rename(folder)
            raise
        finally:
            _remove(old)
        return


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
