"""Small files in the formats that the data sets are published in."""

from __future__ import annotations

import gzip
import io
import json
import struct
import tarfile

import numpy as np

DRAW = np.random.default_rng(0)
TEXTS = [[1, 5, 9, 2], [3, 4], [7, 8, 9, 1, 2, 3], [20, 30], [6], [2, 2, 2]]


def npz(**arrays) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


def objects(rows: list) -> np.ndarray:
    array = np.empty(len(rows), object)
    for at, row in enumerate(rows):
        array[at] = row
    return array


def mnist(train: int = 6, test: int = 3, **changes) -> bytes:
    arrays = {}
    for part, count in (("train", train), ("test", test)):
        arrays[f"x_{part}"] = DRAW.integers(0, 256, (count, 28, 28), np.uint8)
        arrays[f"y_{part}"] = DRAW.integers(0, 10, count, np.uint8)
    return npz(**arrays | changes)


def imdb() -> bytes:
    return npz(
        x_train=objects(TEXTS),
        y_train=np.arange(6) % 2,
        x_test=objects([text[::-1] for text in TEXTS]),
        y_test=np.arange(6) // 3,
    )


def reuters() -> bytes:
    return npz(x=objects(TEXTS + [text[::-1] for text in TEXTS]), y=np.arange(12))


def housing(rows: int, columns: int) -> bytes:
    return npz(x=np.arange(rows * columns, dtype=float).reshape(rows, columns), y=np.arange(rows, dtype=float))


def word_index() -> bytes:
    return json.dumps({"the": 1, "and": 2, "fürst": 3}).encode()


def idx(array: np.ndarray) -> bytes:
    header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    return gzip.compress(header + array.tobytes())


def _short(text: bytes) -> bytes:
    return b"U" + bytes([len(text)]) + text


def _numbers(numbers: list[int]) -> bytes:
    return b"](" + b"".join(b"K" + bytes([number]) for number in numbers) + b"e"


def python2_batch(data: np.ndarray, labels: dict[bytes, list[int]]) -> bytes:
    """Pickle a batch as Python 2 did, in protocol 2: strings are bytes, the array is made by NumPy of that time."""
    array = (
        b"cnumpy.core.multiarray\n_reconstruct\nq\x01cnumpy\nndarray\nq\x02K\x00\x85" + _short(b"b") + b"\x87Rq\x03"
        b"(K\x01M" + struct.pack("<H", data.shape[0]) + b"M" + struct.pack("<H", data.shape[1]) + b"\x86"
        b"cnumpy\ndtype\nq\x04" + _short(b"u1") + b"K\x00K\x01\x87Rq\x05"
        b"(K\x03" + _short(b"|") + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
        b"\x89T" + struct.pack("<i", data.size) + data.tobytes() + b"tb"
    )
    names = b"](" + b"".join(_short(b"%d.png" % number) for number in range(len(data))) + b"e"
    items = _short(b"batch_label") + _short(b"a batch") + _short(b"data") + array + _short(b"filenames") + names
    for key, numbers in labels.items():
        items += _short(key) + _numbers(numbers)
    return b"\x80\x02}q\x00(" + items + b"u."


def batch(samples: int, **classes: int) -> bytes:
    data = DRAW.integers(0, 256, (samples, 3072), np.uint8)
    labels = {key.encode(): DRAW.integers(0, count, samples).tolist() for key, count in classes.items()}
    return python2_batch(data, labels)


def archive(folder: str, files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(f"{folder}/{name}")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return stream.getvalue()


def cifar10(samples: int) -> bytes:
    names = [*[f"data_batch_{number}" for number in range(1, 6)], "test_batch"]
    return archive("cifar-10-batches-py", {name: batch(samples, labels=10) for name in names})


def cifar100(train: int, test: int) -> bytes:
    kinds = {"fine_labels": 100, "coarse_labels": 20}
    return archive("cifar-100-python", {"train": batch(train, **kinds), "test": batch(test, **kinds)})
