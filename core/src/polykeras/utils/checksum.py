"""Checksums of files: md5 and sha256, told apart by their length."""

from __future__ import annotations

import hashlib
import os
import string
from pathlib import Path
from typing import NamedTuple

_DIGITS = {"md5": 32, "sha256": 64}
_CHUNK = 1 << 20


class Checksum(NamedTuple):
    """What a file's bytes must add up to.

    Attributes:
        algorithm: ``"md5"`` or ``"sha256"``.
        digest: Lower-case hexadecimal digits.
    """

    algorithm: str
    digest: str


def parse_checksum(digest: str, algorithm: str = "auto") -> Checksum:
    """Return the checksum that two arguments of `get_file` name.

    Args:
        digest: Hexadecimal digits, of either case.
        algorithm: ``"md5"``, ``"sha256"``, or ``"auto"`` to tell by the number of digits.

    Raises:
        ValueError: If no checksum is written so.

    >>> parse_checksum("D41D8CD98F00B204E9800998ECF8427E").algorithm
    'md5'
    """
    digits = str(digest).lower()
    by_length = {length: name for name, length in _DIGITS.items()}
    name = by_length.get(len(digits), "") if algorithm == "auto" else str(algorithm)
    if _DIGITS.get(name) != len(digits) or set(digits) - set(string.hexdigits):
        raise ValueError(
            f"This is no checksum.\nReceived: {digest!r} with hash_algorithm={algorithm!r}.\n"
            "Allowed: 32 hexadecimal digits (md5) or 64 (sha256); 'auto' tells them apart.\n"
            "Copy it again from where the file is described."
        )
    return Checksum(name, digits)


def digest_of(path: str | os.PathLike[str], algorithm: str) -> str:
    """Return the hexadecimal digest of the file at `path`."""
    # md5 is here to recognise a file that was published with it, not to withstand a forger.
    state = hashlib.new(algorithm, usedforsecurity=False)
    with Path(path).open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            state.update(chunk)
    return state.hexdigest()


def has_checksum(path: str | os.PathLike[str], checksum: Checksum) -> bool:
    """Return whether the file at `path` has this checksum."""
    return digest_of(path, checksum.algorithm) == checksum.digest
