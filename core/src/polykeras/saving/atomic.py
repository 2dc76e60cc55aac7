"""Writing a file as a whole or not at all.

The bytes go to a temporary file in the same folder, are flushed to the disk, and then take the name. A
process that dies meanwhile leaves the earlier file as it was, and a ``.NAME.….tmp`` beside it.
"""

from __future__ import annotations

import contextlib
import io
import os
import secrets
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

_FLUSHED_AT_ONCE = 16 << 20


@contextlib.contextmanager
def replacing(path: Path, *, overwrite: bool = True) -> Iterator[BinaryIO]:
    """Give a stream whose bytes become the file at `path` when the block ends without an error.

    Args:
        path: File to be written; if it is a link, the file that it leads to.
        overwrite: Whether a file that is there already may be replaced.

    Raises:
        FileExistsError: If the file is there and may not be replaced.
        OSError: If the folder is missing or cannot be written to, or the path is a folder.
    """
    check_target(path, overwrite=overwrite)
    target = path.resolve()
    temporary = target.with_name(f".{target.name[:200]}.{secrets.token_hex(4)}.tmp")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    except OSError as error:
        raise _refused(error, path, f"the folder {str(target.parent)!r} cannot be written to") from error
    try:
        raw = _FlushedMeanwhile(descriptor, "wb")
        with io.BufferedWriter(raw) as stream:
            with contextlib.suppress(FileNotFoundError):
                temporary.chmod(target.stat().st_mode & 0o777)
            yield stream
            stream.flush()
            raw.wait()
            os.fsync(descriptor)
        temporary.replace(target)
    finally:
        # After a success the name is gone already.
        temporary.unlink(missing_ok=True)


class _FlushedMeanwhile(io.FileIO):
    """A file whose first part goes to the disk while the rest is written; the flush at the end has less to wait for."""

    def __init__(self, descriptor: int, mode: str) -> None:
        super().__init__(descriptor, mode)
        self._waiting = 0
        self._flush: threading.Thread | None = None

    def write(self, data: Any) -> int:
        """Write, and start a flush when there is much to flush and none is under way."""
        count = super().write(data)
        self._waiting += count or 0
        if self._waiting >= _FLUSHED_AT_ONCE and (self._flush is None or not self._flush.is_alive()):
            self._waiting = 0
            self._flush = threading.Thread(target=self._flushed)
            self._flush.start()
        return count

    def _flushed(self) -> None:
        # The flush at the end reports what goes wrong.
        with contextlib.suppress(OSError):
            os.fsync(self.fileno())

    def wait(self) -> None:
        """Wait for a flush under way: it must not outlive the file's descriptor."""
        if self._flush is not None:
            self._flush.join()

    def close(self) -> None:
        """Close the file, after a failure too."""
        if not self.closed:
            self.wait()
        super().close()


def check_target(path: Path, *, overwrite: bool = True) -> None:
    """Raise what writing to `path` would raise, as far as that can be told beforehand."""
    if path.is_dir():
        raise IsADirectoryError(_text(path, "it is a folder"))
    if not path.resolve().parent.is_dir():
        raise FileNotFoundError(_text(path, f"there is no folder {str(path.parent)!r}"))
    if not overwrite and path.exists():
        raise FileExistsError(
            f"The file {str(path)!r} was not written: it is there already.\nReceived: overwrite=False.\n"
            "Allowed: overwrite=True, or a name that is not taken.\nChoose one of them."
        )


def _refused(error: OSError, path: Path, reason: str) -> OSError:
    return type(error)(_text(path, f"{reason} ({error.strerror})"))


def _text(path: Path, reason: str) -> str:
    return (
        f"The file {str(path)!r} cannot be written: {reason}.\nReceived: {str(path)!r}.\n"
        "Allowed: a file in a folder that exists and can be written to.\n"
        "Make the folder, or name another one."
    )
