"""A checksum behind a weights file, so that damage to the values is noticed too.

HDF5 has none for arrays in one piece. Ours stands behind the end that HDF5 knows of, where its library does not look;
when somebody changes the file with that library, it is cut off, and the file is read without. It is a sum of 64-bit
words: many times faster than the disk, and any few wrong bits change it. It is no proof of who wrote the file.
"""

from __future__ import annotations

import numpy as np

from polykeras.saving import failures

_MARK = b"PKSUM64\n"
_SIZE = len(_MARK) + 8
_WORDS = 2**64


class Checksum:
    """The sum of the pieces of a file, each of which starts at a multiple of eight bytes or is all zeros."""

    def __init__(self) -> None:
        self._sum = 0

    def add(self, piece: bytes | memoryview) -> None:
        """Add a piece."""
        data = np.frombuffer(piece, np.uint8)
        words = len(data) // 8
        whole = int(data[: 8 * words].view("<u8").sum(dtype=np.uint64))
        self._sum = (self._sum + whole + int.from_bytes(data[8 * words :].tobytes(), "little")) % _WORDS

    def trailer(self) -> bytes:
        """Return what stands behind the file."""
        return _MARK + self._sum.to_bytes(8, "little")


def checked(data: np.ndarray, source: str) -> np.ndarray:
    """Return a file's bytes without the checksum behind them; files of others have none.

    Raises:
        CorruptFileError: If there is one and it does not fit.
    """
    if data[-_SIZE : -_SIZE + len(_MARK)].tobytes() != _MARK:
        return data
    body = data[:-_SIZE]
    found = Checksum()
    found.add(body.data)
    if found.trailer() != data[-_SIZE:].tobytes():
        raise failures.corrupt(source, "", "bytes whose checksum is another one")
    return body
