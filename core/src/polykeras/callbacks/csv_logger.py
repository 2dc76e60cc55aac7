"""`CSVLogger`, which writes the logs of each epoch as a line of a file.

Promises that every line is in the file when its epoch has ended, and that lines fit the header, also when they are
appended to an earlier file. Refuses to append to a file that is no such table, before the first step.
"""

from __future__ import annotations

import csv
import io
import os
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from polykeras.callbacks.callback import Callback, Logs
from polykeras.callbacks.path_template import require_writable

_MISSING = "NA"


class CSVLogger(Callback):
    """Write epoch and metrics to a file.

    The columns are those of the first epoch, sorted by name. If none of them begins with ``val_``, each gets such a
    column too, for validations to come; what an epoch does not have is ``NA``.

    Args:
        filename: The file. Folders are made.
        separator: What stands between two values.
        append: Whether to go on with a file that is there, in its columns, instead of replacing it.

    Attributes:
        keys: The columns after ``epoch``; ``None`` before the first epoch.

    >>> CSVLogger("log.csv").sep
    ','
    """

    def __init__(self, filename: str | os.PathLike[str], separator: str = ",", append: bool = False) -> None:
        super().__init__()
        self.filename = os.fspath(filename)
        self.sep = separator
        self.append = append
        self.keys: list[str] | None = None
        self.append_header = True
        self._told: set[str] = set()

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Begin the file, or read the header of the one that is there.

        Raises:
            OSError: The file cannot be written.
            ValueError: It is to be continued, and does not begin with ``epoch`` and a separator.
        """
        path = Path(self.filename)
        require_writable(os.fspath(path.parent))
        self.keys = None
        self.append_header = True
        if not self.append or not path.exists():
            path.write_text("", encoding="utf-8")
            return
        text = path.read_text(encoding="utf-8")
        header = next(csv.reader(io.StringIO(text), delimiter=self.sep), None)
        if header is None:
            return
        if header[0] != "epoch":
            raise ValueError(
                f"The file {self.filename!r} cannot be continued.\n"
                f"Received: a first line of {text.splitlines()[0]!r}.\n"
                f"Allowed: files that begin with 'epoch' and have {self.sep!r} between their columns.\n"
                "Choose another file or separator, or pass append=False to replace it."
            )
        self.keys, self.append_header = header[1:], False
        if not text.endswith("\n"):
            # A line that was cut off must not swallow the next one.
            self._write_text("\r\n")

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Write a line."""
        known = logs if logs is not None else {}
        if self.keys is None:
            self.keys = _columns(known)
        lines = io.StringIO()
        writer = csv.writer(lines, delimiter=self.sep)
        if self.append_header:
            writer.writerow(["epoch", *self.keys])
            self.append_header = False
        writer.writerow([epoch, *(_cell(known[key]) if key in known else _MISSING for key in self.keys)])
        self._write_text(lines.getvalue())
        self._tell_left_out(known)

    def _write_text(self, text: str) -> None:
        # Opened for each line: nothing is left open when a training fails. The csv module ends its lines itself.
        with Path(self.filename).open("a", encoding="utf-8", newline="") as file:
            file.write(text)

    def _tell_left_out(self, logs: Mapping[str, Any]) -> None:
        left_out = [key for key in logs if key not in (self.keys or ()) and key not in self._told]
        if left_out:
            self._told.update(left_out)
            warnings.warn(
                f"CSVLogger leaves out what {self.filename!r} has no column for.\nReceived: {', '.join(left_out)}.\n"
                f"Allowed: {', '.join(self.keys or ())}, the metrics of the file's first epoch.\n"
                "Write to a new file to have them all.",
                stacklevel=3,
            )


def _columns(logs: Mapping[str, Any]) -> list[str]:
    keys = sorted(logs)
    return keys if any(key.startswith("val_") for key in keys) else keys + [f"val_{key}" for key in keys]


def _cell(value: Any) -> Any:
    if not isinstance(value, (list, tuple)) and tuple(getattr(value, "shape", ())) == ():
        return value
    items = value.tolist() if hasattr(value, "tolist") else value
    return f'"[{", ".join(map(str, items))}]"'
