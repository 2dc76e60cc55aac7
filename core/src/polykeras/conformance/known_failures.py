"""The file in which a backend declares its gaps, and what its lines mean for the tests.

A line is a table ``[[failure]]`` with `test`, `reason` and `link`. `test` is the id as the suite prints it, such as
``test_values.py::test_value[exp:[2, 3]]``, in which ``*`` stands for any text. Every test that it names is expected to
fail: one that passes fails the suite, and so does a line that names no test.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import NamedTuple

_FIELDS = ("test", "reason", "link")


class KnownFailuresError(ValueError):
    """The file cannot be read, or holds something else."""


class KnownFailure(NamedTuple):
    """One line of the file."""

    test: str
    reason: str
    link: str

    def names(self, test: str) -> bool:
        """Return whether this line is about `test`."""
        pattern = ".*".join(map(re.escape, self.test.split("*")))
        return re.fullmatch(pattern, test, re.DOTALL) is not None


def read(path: Path) -> list[KnownFailure]:
    """Return the lines of the file at `path`.

    Raises:
        KnownFailuresError: It is not there, is no TOML, or a table lacks a field or has another one.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _refused(path, f"{type(error).__name__}: {error}") from error
    tables = content.pop("failure", [])
    if content or not isinstance(tables, list):
        raise _refused(path, f"the keys {', '.join(map(repr, content)) or 'failure = ...'}")
    return [_line(path, number, table) for number, table in enumerate(tables, 1)]


def _line(path: Path, number: int, table: object) -> KnownFailure:
    if not isinstance(table, dict) or set(table) != set(_FIELDS):
        raise _refused(path, f"table {number}: {table!r}")
    if not all(isinstance(table[field], str) and table[field].strip() for field in _FIELDS):
        raise _refused(path, f"table {number} with an empty field: {table!r}")
    return KnownFailure(*(table[field] for field in _FIELDS))


def _refused(path: Path, received: str) -> KnownFailuresError:
    return KnownFailuresError(
        f"The known failures in {path} cannot be read.\n"
        f"Received: {received}.\n"
        "Allowed: TOML with tables [[failure]], each with texts `test`, `reason` and `link`.\n"
        "Mend the file; docs/write-a-backend.md shows one."
    )
