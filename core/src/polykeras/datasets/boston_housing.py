"""Prices of 506 houses in the suburbs of Boston in the 1970s.

No checksum of the file is published, so its arrays are held to their shapes and dtypes. One column is made from the
share of Black people in a town, on the assumption that it lowers prices: use `california_housing` for anything but
comparison with earlier work.
"""

from __future__ import annotations

import os

import numpy as np

from polykeras.datasets.data_file import find
from polykeras.datasets.housing import read_table, split_table
from polykeras.datasets.splits import checked_split

SAMPLES = 506


def load_data(
    path: str | os.PathLike[str] = "boston_housing.npz", test_split: float = 0.2, seed: int | None = 113
) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Return the Boston housing table (Harrison and Rubinfeld, 1978).

    Args:
        path: Name in the cache (see `utils.get_file`), or an absolute path; a file there is used as it is.
        test_split: Part of the samples to test with, in [0, 1).
        seed: Gives the order of the samples.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: features, floats of shape ``(samples, 13)``, and prices in thousands
        of dollars, floats of shape ``(samples,)``.

    Raises:
        ValueError: If `test_split` is out of range.
        DownloadError: If the file is not there and cannot be fetched; the message says where to put it.
        CorruptFileError: If it does not hold these arrays.
    """
    checked_split(test_split)
    x, y = read_table(find(path, "boston_housing.npz"), SAMPLES, 13)
    return split_table(x, y, test_split, seed)
