"""Small colour images of ten classes: 50,000 to train on and 10,000 to test with.

The archive comes from its authors' page and has the md5 that is published there.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from polykeras.datasets.cifar_batches import in_data_format, read_batch
from polykeras.utils.file_cache import get_file

ORIGIN = "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz"
MD5 = "c58f30108f718f92721af3b95e74349a"
BATCH_SAMPLES = 10_000


def load_data() -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Return the CIFAR-10 images (Krizhevsky, 2009).

    The classes are 0 airplane, 1 automobile, 2 bird, 3 cat, 4 deer, 5 dog, 6 frog, 7 horse, 8 ship and 9 truck.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: images, ``uint8`` of shape ``(samples, 32, 32, 3)``, or
        ``(samples, 3, 32, 32)`` if `config.image_data_format` is ``"channels_first"``, and classes, ``uint8`` of shape
        ``(samples, 1)``.

    Raises:
        DownloadError: If the archive is not there and cannot be fetched; the message says where to put it.
        CorruptFileError: If it is damaged.
    """
    # The archive is kept beside the folder, under the names that Keras gives them.
    cached = get_file("cifar-10-batches-py-target", ORIGIN, extract=True, file_hash=MD5)
    folder = Path(cached) / "cifar-10-batches-py"
    train = [read_batch(folder / f"data_batch_{number}", BATCH_SAMPLES, "labels", 10) for number in range(1, 6)]
    x_train = in_data_format(np.concatenate([images for images, _ in train]))
    x_test, y_test = read_batch(folder / "test_batch", BATCH_SAMPLES, "labels", 10)
    y_train = np.concatenate([labels for _, labels in train])
    return (x_train, y_train.astype(np.uint8)), (in_data_format(x_test), y_test.astype(np.uint8))
