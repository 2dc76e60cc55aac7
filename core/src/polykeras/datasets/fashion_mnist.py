"""Clothes: 60,000 small images to train on and 10,000 to test with.

The files come from their authors' repository and have the md5 that is quoted with them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from polykeras.datasets.data_file import DataFile, Facts, check
from polykeras.datasets.idx_reader import read_idx
from polykeras.utils.file_cache import get_file

ORIGIN = "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"
SAMPLES = {"train": 60_000, "t10k": 10_000}
MD5 = {
    "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
    "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
    "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
    "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
}


def load_data() -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Return the Fashion-MNIST images (Xiao et al., 2017).

    The classes are 0 T-shirt or top, 1 trouser, 2 pullover, 3 dress, 4 coat, 5 sandal, 6 shirt, 7 sneaker, 8 bag and
    9 ankle boot.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: images, ``uint8`` of shape ``(samples, 28, 28)`` from 0 to 255, and
        classes, ``uint8`` of shape ``(samples,)``.

    Raises:
        DownloadError: If a file is not there and cannot be fetched; the message says where to put it.
        CorruptFileError: If one is damaged.
    """
    return _part("train"), _part("t10k")


def _part(part: str) -> tuple[np.ndarray, np.ndarray]:
    labels, samples = _file(f"{part}-labels-idx1-ubyte.gz"), SAMPLES[part]
    y = read_idx(labels, (samples,))
    check(labels, {"labels": y}, {"labels": Facts("u", samples, (), (0, 9))})
    return read_idx(_file(f"{part}-images-idx3-ubyte.gz"), (samples, 28, 28)), y


def _file(name: str) -> DataFile:
    return DataFile(Path(get_file(name, ORIGIN + name, file_hash=MD5[name], cache_subdir="datasets/fashion-mnist")))
