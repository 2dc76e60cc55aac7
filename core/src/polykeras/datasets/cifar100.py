"""Small colour images of a hundred classes in twenty groups: 50,000 to train on and 10,000 to test with.

The archive comes from its authors' page and has the md5 that is quoted with it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from polykeras.datasets.cifar_batches import in_data_format, read_batch
from polykeras.plugins.errors import did_you_mean
from polykeras.utils.file_cache import get_file

ORIGIN = "https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz"
MD5 = "eb9058c3a382ffc7106e4002c42a8d85"
SAMPLES = {"train": 50_000, "test": 10_000}
CLASSES = {"fine": 100, "coarse": 20}


def load_data(label_mode: str = "fine") -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Return the CIFAR-100 images (Krizhevsky, 2009).

    Args:
        label_mode: ``"fine"`` for the 100 classes, ``"coarse"`` for the 20 groups.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: images, ``uint8`` of shape ``(samples, 32, 32, 3)``, or
        ``(samples, 3, 32, 32)`` if `config.image_data_format` is ``"channels_first"``, and labels, ``int64`` of shape
        ``(samples, 1)``.

    Raises:
        ValueError: If there is no such label mode.
        DownloadError: If the archive is not there and cannot be fetched; the message says where to put it.
        CorruptFileError: If it is damaged.
    """
    if label_mode not in CLASSES:
        raise ValueError(
            f"CIFAR-100 has no such labels.{did_you_mean(str(label_mode), CLASSES)}\n"
            f"Received: label_mode={label_mode!r}.\nAllowed: 'fine' or 'coarse'.\nPass one of them."
        )
    # The archive is kept beside the folder, under the names that Keras gives them.
    cached = get_file("cifar-100-python-target", ORIGIN, extract=True, file_hash=MD5)
    folder = Path(cached) / "cifar-100-python"
    (x_train, y_train), (x_test, y_test) = (
        read_batch(folder / part, samples, f"{label_mode}_labels", CLASSES[label_mode])
        for part, samples in SAMPLES.items()
    )
    return (in_data_format(x_train), y_train), (in_data_format(x_test), y_test)
