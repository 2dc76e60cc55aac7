"""Handwritten digits: 60,000 to train on and 10,000 to test with.

No checksum of the file is published, so its arrays are held to their shapes, dtypes and labels.
"""

from __future__ import annotations

import os

import numpy as np

from polykeras.datasets.data_file import Facts, check, check_pairs, find
from polykeras.datasets.npz_reader import read_npz

SAMPLES = (60_000, 10_000)


def load_data(
    path: str | os.PathLike[str] = "mnist.npz",
) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Return the MNIST digits (LeCun et al., 1998).

    Args:
        path: Name in the cache (see `utils.get_file`), or an absolute path; a file there is used as it is.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: images, ``uint8`` of shape ``(samples, 28, 28)`` from 0 to 255, and
        digits, ``uint8`` of shape ``(samples,)``.

    Raises:
        DownloadError: If the file is not there and cannot be fetched; the message says where to put it.
        CorruptFileError: If it does not hold these arrays.
    """
    file = find(path, "mnist.npz")
    facts = {}
    for part, samples in zip(("train", "test"), SAMPLES, strict=True):
        facts[f"x_{part}"] = Facts("u", samples, (28, 28), (0, 255))
        facts[f"y_{part}"] = Facts("u", samples, (), (0, 9))
    data = read_npz(file, facts)
    check(file, data, facts)
    train, test = (data["x_train"], data["y_train"]), (data["x_test"], data["y_test"])
    check_pairs(file, train, test)
    return train, test
