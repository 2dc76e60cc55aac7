"""Where a data set's file lies, and whether what it holds is that data set.

Promises that nothing is handed out before its dtypes, shapes and values were looked at: for most files that is the only
check there is, since no checksum of them is published. Refuses a cached file with another number of samples than the
data set has; a file that the caller names by an absolute path may have any.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from polykeras.plugins.errors import CorruptFileError
from polykeras.utils.file_cache import get_file

ORIGIN = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
"""Where files lie that have no home of their own; none of them has a published checksum."""

_JSON_BYTES = 16 << 20


class DataFile(NamedTuple):
    """A file on this machine.

    Attributes:
        path: Where it is.
        named: Whether the caller named it by an absolute path.
    """

    path: Path
    named: bool = False


class Facts(NamedTuple):
    """What an array must be.

    Attributes:
        kinds: Letters of the dtypes that it may have, as in ``dtype.kind``.
        rows: Rows; ``None`` for any number.
        row: Shape of a row.
        values: Least and greatest value; ``None`` for all finite ones.
    """

    kinds: str
    rows: int | None
    row: tuple[int, ...] = ()
    values: tuple[int, int] | None = None


def find(path: str | os.PathLike[str], name: str) -> DataFile:
    """Return the file, fetched unless it is there.

    Args:
        path: What the caller passed: a name in the cache, or an absolute path of a file or of where to put it.
        name: What the file is called at `ORIGIN`.

    Raises:
        DownloadError: If it has to be fetched and cannot be.
    """
    local = Path(path).expanduser()
    if not local.is_absolute():
        return DataFile(Path(get_file(path, ORIGIN + name)))
    fetched = get_file(local.name, ORIGIN + name, cache_dir=local.parent, cache_subdir="")
    return DataFile(Path(fetched), named=True)


def check(file: DataFile, arrays: Mapping[str, np.ndarray], facts: Mapping[str, Facts]) -> None:
    """Hold arrays to their facts.

    Args:
        file: Where they come from.
        arrays: By name.
        facts: By the same names.

    Raises:
        CorruptFileError: If one is something else than it must be.
    """
    for name, fact in facts.items():
        array = arrays[name]
        rows = None if file.named else fact.rows
        if array.dtype.kind not in fact.kinds or array.ndim != len(fact.row) + 1 or array.shape[1:] != fact.row:
            raise wrong(file, name, f"{array.dtype} of shape {array.shape}", _described(fact, rows))
        if rows is not None and len(array) != rows:
            raise wrong(file, name, f"{len(array)} samples", f"{rows} samples")
        if not _has_values(array, fact.values):
            raise wrong(file, name, "values out of range, or not finite", _described(fact, rows))


def check_pairs(file: DataFile, *pairs: tuple[Any, Any]) -> None:
    """Refuse samples and labels of different numbers.

    Raises:
        CorruptFileError: If any pair has them.
    """
    for x, y in pairs:
        if len(x) != len(y):
            raise wrong(file, "", f"{len(x)} samples with {len(y)} labels", "as many labels as samples")


def wrong(file: DataFile, member: str, received: str, allowed: str) -> CorruptFileError:
    """Return the error for a file that does not hold its data set."""
    at = f" at {member!r}" if member else ""
    advice = "Name the right file." if file.named else "Delete it, and it is downloaded again."
    return CorruptFileError(
        f"The file {str(file.path)!r} does not hold the data set{at}.\n"
        f"Received: {received}.\nAllowed: {allowed}.\n{advice}"
    )


def read_word_index(file: DataFile) -> dict[str, int]:
    """Return the words and their numbers that a JSON file holds.

    Raises:
        CorruptFileError: If it holds anything else.
    """
    allowed = "a JSON object of words and positive integers"
    if file.path.stat().st_size > _JSON_BYTES:
        raise wrong(file, "", f"more than {_JSON_BYTES} bytes", allowed)
    try:
        words = json.loads(file.path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise wrong(file, "", str(error), allowed) from error
    if not isinstance(words, dict) or not all(type(number) is int and number > 0 for number in words.values()):
        raise wrong(file, "", "something else", allowed)
    return words


def _has_values(array: np.ndarray, values: tuple[int, int] | None) -> bool:
    if not array.size:
        return True
    if values is None:
        return bool(np.isfinite(array).all())
    return bool(values[0] <= array.min() and array.max() <= values[1])


def _described(fact: Facts, rows: int | None) -> str:
    kinds = " or ".join({"u": "uint", "i": "int", "f": "float"}[kind] for kind in fact.kinds)
    shape = ", ".join(str(size) for size in (rows or "samples", *fact.row))
    values = "finite" if fact.values is None else f"from {fact.values[0]} to {fact.values[1]}"
    return f"{kinds} of shape ({shape}), values {values}"
