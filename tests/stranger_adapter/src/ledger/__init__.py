"""Books of numbers: a ledger that is read by lines, and a tape that is read from its beginning."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np


class Ledger:
    """Lines by their number.

    Args:
        lines: Array of shape ``(lines, columns)``; the last column is what the others lead to.
    """

    def __init__(self, lines: np.ndarray) -> None:
        self._lines = lines

    @property
    def size(self) -> tuple[int, int]:
        """Return the numbers of lines and columns."""
        count, columns = self._lines.shape
        return count, columns

    def lines(self, numbers: Sequence[int]) -> np.ndarray:
        """Return lines, in the order asked for."""
        return self._lines[list(numbers)]


class Tape:
    """Lines in portions, from the first on; nobody knows how many there are.

    Args:
        lines: As those of a `Ledger`.
        portion: Lines per portion.
    """

    def __init__(self, lines: np.ndarray, portion: int) -> None:
        self._lines = lines
        self._portion = portion

    def play(self) -> Iterator[np.ndarray]:
        """Yield the portions from the beginning."""
        for start in range(0, len(self._lines), self._portion):
            yield self._lines[start : start + self._portion]


class Index:
    """What is in a ledger, in words: nothing to train on."""
