"""Prices of houses in 20,640 districts of California in 1990.

No checksum of the file is published, so its arrays are held to their shapes and dtypes.
"""

from __future__ import annotations

import os

import numpy as np

from polykeras.datasets.data_file import find
from polykeras.datasets.housing import read_table, split_table
from polykeras.datasets.splits import checked_split
from polykeras.plugins.errors import did_you_mean

SAMPLES = 20_640
VERSIONS = {"small": 600, "large": None}


def load_data(
    version: str = "large",
    path: str | os.PathLike[str] = "california_housing.npz",
    test_split: float = 0.2,
    seed: int | None = 113,
) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Return the California housing table (Pace and Barry, 1997).

    The features are median income, median age of houses, rooms and bedrooms per household, population, members per
    household, latitude and longitude.

    Args:
        version: ``"large"`` for all districts, ``"small"`` for the first 600.
        path: Name in the cache (see `utils.get_file`), or an absolute path; a file there is used as it is.
        test_split: Part of the samples to test with, in [0, 1).
        seed: Gives the order of the samples.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: features, floats of shape ``(samples, 8)``, and median prices in
        dollars, floats of shape ``(samples,)``.

    Raises:
        ValueError: If there is no such version, or `test_split` is out of range.
        DownloadError: If the file is not there and cannot be fetched; the message says where to put it.
        CorruptFileError: If it does not hold these arrays.
    """
    if version not in VERSIONS:
        raise ValueError(
            f"The California housing table has no such version.{did_you_mean(str(version), VERSIONS)}\n"
            f"Received: version={version!r}.\nAllowed: 'small' or 'large'.\nPass one of them."
        )
    checked_split(test_split)
    x, y = read_table(find(path, "california_housing.npz"), SAMPLES, 8)
    end = VERSIONS[version]
    return split_table(x[:end], y[:end], test_split, seed)
