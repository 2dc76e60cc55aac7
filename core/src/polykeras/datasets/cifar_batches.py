"""Batches of the CIFAR data sets: pickled dicts of images and labels.

Promises images in the order of axes that `config.image_data_format` asks for, and labels from 0. Refuses files that
hold anything but plain data.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from polykeras.backend.config import image_data_format
from polykeras.datasets.data_file import DataFile, Facts, check, wrong
from polykeras.datasets.npz_reader import unsafe
from polykeras.datasets.pickled_data import UnsafePickle, read_pickle

_BYTES = 256 << 20
_IMAGE = 3 * 32 * 32


def read_batch(path: Path, samples: int, labels: str, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the images and labels in a file.

    Args:
        path: The file.
        samples: How many it must have.
        labels: The key of its labels.
        classes: How many there are.

    Returns:
        Images, ``uint8`` of shape ``(samples, 3, 32, 32)``, and labels, ``int64`` of shape ``(samples, 1)``.

    Raises:
        CorruptFileError: If the file is absent or does not hold them.
        UnsafeFileError: If it asks for more than data.
    """
    file = DataFile(path)
    if not path.is_file() or path.stat().st_size > _BYTES:
        raise wrong(file, "", "no file, or one that is far too large", "a batch as its authors publish it")
    try:
        batch = read_pickle(path.read_bytes())
    except UnsafePickle as error:
        raise unsafe(file, path.name, str(error)) from error
    images = batch.get("data") if isinstance(batch, dict) else None
    numbers = batch.get(labels) if isinstance(batch, dict) else None
    if not isinstance(images, np.ndarray) or not isinstance(numbers, list) or set(map(type, numbers)) - {int}:
        raise wrong(file, "", "other contents", f"a dict with an array `data` and a list `{labels}`")
    arrays = {"data": images, labels: np.array(numbers, np.int64)}
    check(
        file,
        arrays,
        {"data": Facts("u", samples, (_IMAGE,), (0, 255)), labels: Facts("i", samples, (), (0, classes - 1))},
    )
    return images.reshape(samples, 3, 32, 32), arrays[labels].reshape(samples, 1)


def in_data_format(images: np.ndarray) -> np.ndarray:
    """Return images of shape ``(samples, 3, 32, 32)`` with their channels where the settings want them."""
    if image_data_format() == "channels_first":
        return np.ascontiguousarray(images)
    return np.ascontiguousarray(images.transpose(0, 2, 3, 1))  # (samples, 32, 32, 3)
