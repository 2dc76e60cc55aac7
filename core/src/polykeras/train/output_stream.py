"""What an output stream can show: redrawn lines, colours, which characters, how wide.

Promises to ask the stream itself each time, and to import no notebook library: a notebook is known by the class
of its stream.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
import unicodedata
from typing import IO, Any, Literal, cast

from polykeras.backend.switches import is_interactive_logging_enabled

OutputKind = Literal["terminal", "notebook", "plain"]

_NOTEBOOK_ROOTS = frozenset({"ipykernel", "pyodide_kernel", "google"})
_FALLBACK_COLUMNS = 80


class _LogStream:
    """Looks like a pipe, and makes an entry of each line that is written."""

    encoding = "utf-8"

    def write(self, text: str) -> int:
        for line in text.splitlines():
            if line.strip():
                logging.getLogger("polykeras").info("%s", line.rstrip())
        return len(text)

    def flush(self) -> None:
        """Nothing waits: whole lines come in one call."""


_LOG_STREAM = cast("Any", _LogStream())


def default_stream() -> IO[str] | None:
    """Return where progress and summaries go now: today's `sys.stdout`, or the log when that was asked for.

    ``None`` in a process without a console.
    """
    if is_interactive_logging_enabled():
        return sys.stdout
    stream: IO[str] = _LOG_STREAM
    return stream


def output_kind(stream: IO[str]) -> OutputKind:
    """Return whether `stream` is a terminal, a notebook's output, or anything else (a pipe, a file)."""
    if type(stream).__module__.partition(".")[0] in _NOTEBOOK_ROOTS:
        return "notebook"
    # Users replace `sys.stdout` by objects that have `write` and `flush` and nothing more.
    isatty = getattr(stream, "isatty", None)
    return "terminal" if isatty is not None and isatty() else "plain"


def shows_colours(kind: OutputKind) -> bool:
    """Return whether colours may be written; NO_COLOR and TERM=dumb turn them off."""
    return kind != "plain" and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def columns_of(stream: IO[str]) -> int:
    """Return the width of the terminal behind `stream`, 80 if it does not tell."""
    try:
        columns = os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError, AttributeError):
        # A stand-in for a terminal without a descriptor.
        columns = shutil.get_terminal_size((_FALLBACK_COLUMNS, 24)).columns
    return columns or _FALLBACK_COLUMNS


def can_encode(text: str, stream: IO[str]) -> bool:
    """Return whether the encoding of `stream` has all characters of `text`."""
    try:
        text.encode(_encoding(stream))
    except UnicodeEncodeError:
        return False
    return True


def encodable(text: str, stream: IO[str]) -> str:
    r"""Return `text` with what `stream` cannot encode written as ``\uXXXX``."""
    encoding = _encoding(stream)
    return text.encode(encoding, "backslashreplace").decode(encoding)


def _encoding(stream: IO[str]) -> str:
    return getattr(stream, "encoding", None) or "utf-8"


def cell_width(text: str) -> int:
    """Return how many terminal columns `text` takes: wide characters take two, combining ones none.

    >>> cell_width("loss"), cell_width("손실")
    (4, 4)
    """
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )
