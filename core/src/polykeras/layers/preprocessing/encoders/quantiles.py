"""Quantiles of values that come in pieces, in bounded memory.

Promises: up to `_MOST` values the quantiles are those of all values: value number i of n, from 1, stands at the share
i / n, with straight lines between. Beyond, sorted values are thinned to points of equal weight, and a quantile is off
by less than one rank in ten thousand.
"""

from __future__ import annotations

import numpy as np

_MOST = 1 << 18  # values kept at once
_POINTS = 1 << 16  # points that they are thinned to


class Quantiles:
    """A summary of values that grows piece by piece."""

    def __init__(self) -> None:
        self.count = 0
        self._values: list[np.ndarray] = []
        self._weights: list[np.ndarray] = []
        self._held = 0

    def add(self, values: np.ndarray) -> None:
        """Take some values into the summary; those that are no numbers are passed over."""
        flat = values.astype("float64").reshape(-1)
        flat = flat[~np.isnan(flat)]
        self.count += flat.size
        for start in range(0, flat.size, _MOST):
            piece = flat[start : start + _MOST]
            self._values.append(piece)
            self._weights.append(np.ones(piece.size))
            self._held += piece.size
            if self._held > _MOST:
                self._thin()

    def at(self, shares: np.ndarray) -> np.ndarray:
        """Return the values at some shares of the whole.

        Args:
            shares: Ascending numbers in (0, 1), of shape ``(points,)``.
        """
        values, cumulated = self._sorted()
        found: np.ndarray = np.interp(shares, cumulated / cumulated[-1], values)
        return found

    def _sorted(self) -> tuple[np.ndarray, np.ndarray]:
        values = np.concatenate(self._values)
        order = np.argsort(values, kind="stable")
        return values[order], np.cumsum(np.concatenate(self._weights)[order])

    def _thin(self) -> None:
        values, cumulated = self._sorted()
        total = cumulated[-1]
        points = np.interp(np.arange(1, _POINTS + 1) / _POINTS, cumulated / total, values)
        self._values, self._weights = [points], [np.full(_POINTS, total / _POINTS)]
        self._held = _POINTS
