"""Tables of houses and their prices, in one file of two arrays."""

from __future__ import annotations

import numpy as np

from polykeras.datasets.data_file import DataFile, Facts, check, check_pairs
from polykeras.datasets.npz_reader import read_npz
from polykeras.datasets.splits import checked_split, first_part, shuffled


def read_table(file: DataFile, rows: int, columns: int) -> tuple[np.ndarray, np.ndarray]:
    """Return features and prices.

    Args:
        file: The file, with arrays ``x`` and ``y``.
        rows: How many houses it must have.
        columns: How many features.

    Raises:
        CorruptFileError: If it has anything else.
    """
    facts = {"x": Facts("f", rows, (columns,)), "y": Facts("f", rows)}
    data = read_npz(file, facts)
    check(file, data, facts)
    check_pairs(file, (data["x"], data["y"]))
    return data["x"], data["y"]


def split_table(
    x: np.ndarray, y: np.ndarray, test_split: float, seed: int | None
) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Return shuffled rows in two parts.

    Raises:
        ValueError: If `test_split` is not in [0, 1).
    """
    end = first_part(len(x), checked_split(test_split))
    (order,) = shuffled(seed, len(x))
    x, y = x[order], y[order]
    return (x[:end], y[:end]), (x[end:], y[end:])
