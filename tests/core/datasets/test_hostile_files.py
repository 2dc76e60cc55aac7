"""Data files that lie, are damaged or would run something: one clear error each, memory in proportion to the file."""

from __future__ import annotations

import builtins
import gzip
import io
import os
import pickle
import random
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest

from polykeras.datasets import imdb, mnist, pickled_data
from polykeras.datasets.cifar_batches import read_batch
from polykeras.datasets.data_file import DataFile
from polykeras.datasets.idx_reader import read_idx
from polykeras.datasets.npz_reader import read_npz
from polykeras.datasets.pickled_data import STEPS, UnsafePickle, read_pickle
from polykeras.plugins.errors import CorruptFileError, UnsafeFileError
from tests.core.datasets import upstream_files as files


class Evil:
    def __reduce__(self):
        return os.system, ("exit 1",)


class EvilBuild:
    def __reduce__(self):
        return builtins.getattr, ("", "upper"), {"a": 1}


def npy(descr: str = "|u1", shape: str = "(2,)", data: bytes = b"\1\2", *, version: bytes = b"\1\0") -> bytes:
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY" + version + struct.pack("<H", len(header)) + header + data


def zipped(*members: tuple[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return stream.getvalue()


def changed(content: bytes, offset: int, value: bytes) -> bytes:
    """Write `value` into both headers of a zip with one member; the central one lies two bytes further."""
    result = bytearray(content)
    for at in (result.index(b"PK\3\4") + offset, result.index(b"PK\1\2") + offset + 2):
        result[at : at + len(value)] = value
    return bytes(result)


def read(tmp_path, content: bytes, **names):
    path = tmp_path / "data.npz"
    path.write_bytes(content)
    return read_npz(DataFile(path), **({"names": ["a"]} | names))


def object_npz(value: object, *, shape: str = "(2,)", protocol: int = 2) -> bytes:
    return zipped(("a.npy", npy("|O", shape, pickle.dumps(value, protocol=protocol))))


NPZ = {
    "empty": (b"", CorruptFileError, "not a zip"),
    "text": (b"<html>", CorruptFileError, "not a zip"),
    "cut": (zipped(("a.npy", npy()))[:-20], CorruptFileError, "not a zip"),
    "no such array": (zipped(("b.npy", npy())), CorruptFileError, "no a"),
    "twice": (zipped(("a.npy", npy()), ("b.npy", npy())).replace(b"b.npy", b"a.npy"), CorruptFileError, "twice"),
    "petabyte": (zipped(("a.npy", npy("<f8", "(1000000000000, 1000)"))), CorruptFileError, "8000000000000000 bytes"),
    "one more": (zipped(("a.npy", npy(shape="(3,)"))), CorruptFileError, "3 bytes"),
    "one less": (zipped(("a.npy", npy(shape="(1,)"))), CorruptFileError, "1 bytes"),
    "negative": (zipped(("a.npy", npy(shape="(-2, -1)"))), CorruptFileError, "strange"),
    "huge number": (zipped(("a.npy", npy(shape=f"({'9' * 30},)"))), CorruptFileError, "strange"),
    "code in the shape": (zipped(("a.npy", npy(shape="(print(1),)"))), CorruptFileError, "strange"),
    "nested shape": (zipped(("a.npy", npy(shape="(" * 60 + ")" * 60))), CorruptFileError, "strange"),
    "strange dtype": (zipped(("a.npy", npy("<f99"))), CorruptFileError, "dtype"),
    "text dtype": (zipped(("a.npy", npy("<U1"))), CorruptFileError, "strange"),
    "structured dtype": (zipped(("a.npy", npy("[('x', '<f8')]"))), CorruptFileError, "strange"),
    "unknown version": (zipped(("a.npy", npy(version=b"\t\0"))), CorruptFileError, "header"),
    "no header": (zipped(("a.npy", b"abc")), CorruptFileError, "header"),
    "objects for numbers": (object_npz([1, 2]), UnsafeFileError, "objects"),
    "bomb": (zipped(("a.npy", npy(shape="(90000000,)", data=bytes(90_000_000)))), UnsafeFileError, "200 times"),
    "bomb beside": (zipped(("a.npy", npy()), ("b.npy", bytes(80 << 20))), UnsafeFileError, "200 times"),
    "declares 4 GB": (changed(zipped(("a.npy", npy())), 22, b"\xf0\xff\xff\xff"), UnsafeFileError, "200 times"),
    "declares more": (
        changed(zipped(("a.npy", npy(shape="(9,)"))), 22, bytes([72, 0])),
        CorruptFileError,
        "does not hold",
    ),
    "encrypted": (changed(zipped(("a.npy", npy())), 6, b"\1\0"), CorruptFileError, "encrypted"),
    "bzip2": (zipped(("a.npy", npy()), compression=zipfile.ZIP_BZIP2), CorruptFileError, "compression"),
    "wrong checksum": (changed(zipped(("a.npy", npy())), 14, bytes(4)), CorruptFileError, "CRC"),
}


@pytest.mark.parametrize(("content", "error", "reason"), NPZ.values(), ids=NPZ)
def test_an_npz_that_lies(content, error, reason, tmp_path):
    with pytest.raises(error, match=reason) as caught:
        read(tmp_path, content)
    assert len(str(caught.value).splitlines()) == 4


@pytest.mark.parametrize("dtype", ["uint8", "int64", ">f4", "float16", "<i2"])
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3), (2, 0, 3)])
@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_come_back_as_numpy_wrote_them(dtype, shape, order, tmp_path):
    array = np.asarray(np.random.default_rng(1).integers(0, 100, shape), dtype, order=order)
    stream = io.BytesIO()
    np.savez_compressed(stream, a=array)
    loaded = read(tmp_path, stream.getvalue())["a"]
    assert (loaded.dtype, loaded.shape) == (array.dtype, array.shape)
    np.testing.assert_array_equal(loaded, array)


def test_headers_of_python_2(tmp_path):
    loaded = read(tmp_path, zipped(("a.npy", npy(shape="(1L, 2L)"))))
    assert loaded["a"].tolist() == [[1, 2]]


LISTS = {
    "runs a command": ([Evil(), []], UnsafeFileError, "system"),
    "builds": ([EvilBuild(), []], UnsafeFileError, "getattr"),
    "too few": ([[1]], CorruptFileError, "2 lists"),
    "texts": ([["a"], [1]], CorruptFileError, "2 lists"),
    "floats": ([[1.5], [1]], UnsafeFileError, "instruction"),
    "booleans": ([[True], [1]], CorruptFileError, "2 lists"),
    "negative": ([[-1], [1]], CorruptFileError, "2 lists"),
    "large": ([[1 << 31], [1]], CorruptFileError, "2 lists"),
    "huge": ([[1 << 100], [1]], UnsafeFileError, "13 bytes"),
    "no list": (7, CorruptFileError, "2 lists"),
    "nested": ([[[1]], [1]], CorruptFileError, "2 lists"),
    "none": (None, UnsafeFileError, "no data"),
}


@pytest.mark.parametrize(("value", "error", "reason"), LISTS.values(), ids=LISTS)
@pytest.mark.parametrize("protocol", [2, 3, 4])
def test_lists_that_are_none(value, error, reason, protocol, tmp_path):
    with pytest.raises(error, match=reason):
        read(tmp_path, object_npz(value, protocol=protocol), names=[], lists=["a"])


def test_lists_that_share_their_contents(tmp_path):
    row = [1] * 1000
    with pytest.raises(UnsafeFileError, match="share"):
        read(tmp_path, object_npz([row] * 500, shape="(500,)"), names=[], lists=["a"])


@pytest.mark.parametrize("protocol", [2, 3, 4])
def test_lists_of_every_protocol(protocol, tmp_path):
    rows = [[1, 255, 256, 65535, 65536, (1 << 31) - 1], [], [7] * 3000]
    content = zipped(("a.npy", npy("|O", "(3,)", pickle.dumps(files.objects(rows), protocol=protocol))))
    assert read(tmp_path, content, names=[], lists=["a"])["a"] == rows


# Pickles by hand, each a step that only the standard machine takes, or one that would cost it much memory.
PICKLES = {
    "empty": b"",
    "no end": b"\x80\x02]",
    "global": b"cos\nsystem\n.",
    "global by stack": b"\x80\x04\x8c\x02os\x8c\x06system\x93.",
    "instance": b"(S'exit 1'\nios\nsystem\n.",
    "object": b"(cos\nsystem\no.",
    "new object": b"\x80\x02cbuiltins\nlist\n)\x81.",
    "persistent": b"Pabc\n.",
    "extension": b"\x80\x02\x82\x01.",
    "call of a number": b"K\x01)R.",
    "call of reconstruct on another class": b"cnumpy.core.multiarray\n_reconstruct\nK\x01K\x00\x85U\x01b\x87R.",
    "dtype of objects with fields": b"cnumpy\ndtype\n(U\x03V16K\x00K\x01tR.",
    "state of a list": b"]}b.",
    "state of a name": b"cnumpy\nndarray\n}U\x01aK\x01sb.",
    "name as the result": b"cnumpy\nndarray\n.",
    "4 GB of text": b"X\xff\xff\xff\xffabc.",
    "text of less than nothing": b"T\xff\xff\xff\xffabc.",
    "8-byte length": b"\x8e" + b"\xff" * 7 + b"\x7f.",
    "memory at four billion": b"]r\xff\xff\xff\xff0.",
    "absent memory": b"h\x05.",
    "no mark": b"]e.",
    "below a mark": b"](a.",
    "empty stack": b"a.",
    "key that is a list": b"}]K\x01s.",
    "odd items": b"}(K\x01u.",
    "list as dict": b"]U\x01aK\x01s.",
    "array of more than there is": (
        b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R"
        b"(K\x01J\xff\xff\xff\x7f\x85cnumpy\ndtype\nU\x02u1K\x00K\x01\x87R\x89U\x01xtb."
    ),
    "negative shape": (
        b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R"
        b"(K\x01J\xff\xff\xff\xff\x85cnumpy\ndtype\nU\x02u1K\x00K\x01\x87R\x89U\x01xtb."
    ),
    "text that grows": b"X\xe8\x03\x00\x00" + b"a" * 1000 + b"q\x000X\x06\x00\x00\x00latin1q\x010("
    + b"c_codecs\nencode\nh\x00h\x01\x86R" * 1000 + b"l.",
}  # fmt: skip


@pytest.mark.parametrize("data", PICKLES.values(), ids=PICKLES)
def test_a_pickle_that_is_no_data(data):
    tracemalloc.start()
    try:
        with pytest.raises(UnsafePickle):
            read_pickle(data)
        # Objects cost at most about a hundred bytes for each instruction.
        assert tracemalloc.get_traced_memory()[1] < 200 * len(data) + (1 << 20)
    finally:
        tracemalloc.stop()


def test_a_pickle_has_so_many_steps(monkeypatch):
    assert STEPS <= 1_000_000
    monkeypatch.setattr(pickled_data, "STEPS", 1000)
    assert read_pickle(b"]" * 999 + b".") == []
    with pytest.raises(UnsafePickle, match="more than 1000"):
        read_pickle(b"]" * 1000 + b".")


def test_a_list_that_holds_itself_is_no_lists_of_integers(tmp_path):
    content = zipped(("a.npy", npy("|O", "(1,)", b"]q\0h\0a.")))
    with pytest.raises(CorruptFileError):
        read(tmp_path, content, names=[], lists=["a"])


@pytest.mark.parametrize("protocol", [2, 3, 4])
def test_batches_of_every_protocol(protocol, tmp_path):
    data = np.arange(2 * 3072, dtype=np.uint8).reshape(2, 3072)
    path = tmp_path / "batch"
    for array, keys in ((data, ("data", "labels")), (np.asfortranarray(data), (b"data", b"labels"))):
        path.write_bytes(pickle.dumps({keys[0]: array, keys[1]: [3, 9]}, protocol=protocol))
        images, labels = read_batch(path, 2, "labels", 10)
        np.testing.assert_array_equal(images.reshape(2, 3072), data)
        assert labels.tolist() == [[3], [9]]


BATCHES = {
    "absent": (None, CorruptFileError),
    "evil": (pickle.dumps({"data": Evil()}), UnsafeFileError),
    "no dict": (pickle.dumps([1]), CorruptFileError),
    "no labels": (files.batch(2), CorruptFileError),
    "other labels": (files.batch(2, fine_labels=10), CorruptFileError),
    "too few": (files.batch(1, labels=10), CorruptFileError),
    "label out of range": (files.python2_batch(np.zeros((2, 3072), np.uint8), {b"labels": [1, 10]}), CorruptFileError),
    "label missing": (files.python2_batch(np.zeros((2, 3072), np.uint8), {b"labels": [1]}), CorruptFileError),
    "other shape": (files.python2_batch(np.zeros((2, 300), np.uint8), {b"labels": [1, 2]}), CorruptFileError),
}


@pytest.mark.parametrize(("content", "error"), BATCHES.values(), ids=BATCHES)
def test_a_batch_that_is_none(content, error, tmp_path):
    path = tmp_path / "batch"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(error):
        read_batch(path, 2, "labels", 10)


GOOD_IDX = files.idx(np.arange(6, dtype=np.uint8).reshape(3, 2))
IDX = {
    "empty": b"",
    "no gzip": b"\0\0\x08\2\0\0\0\3\0\0\0\2abcdef",
    "other shape": files.idx(np.zeros((2, 3), np.uint8)),
    "huge shape": gzip.compress(struct.pack(">HBB2I", 0, 8, 2, 0xFFFFFFFF, 0xFFFFFFFF)),
    "other elements": gzip.compress(struct.pack(">HBB2I", 0, 9, 2, 3, 2) + bytes(6)),
    "one byte less": gzip.compress(struct.pack(">HBB2I", 0, 8, 2, 3, 2) + bytes(5)),
    "one byte more": gzip.compress(struct.pack(">HBB2I", 0, 8, 2, 3, 2) + bytes(7)),
    "bomb": gzip.compress(struct.pack(">HBB2I", 0, 8, 2, 3, 2) + bytes(50 << 20)),
    "cut": GOOD_IDX[:-4],
    "wrong checksum": GOOD_IDX[:-8] + bytes(8),
}


@pytest.mark.parametrize("content", IDX.values(), ids=IDX)
def test_an_idx_file_that_lies(content, tmp_path):
    path = tmp_path / "idx.gz"
    path.write_bytes(content)
    tracemalloc.start()
    try:
        with pytest.raises(CorruptFileError):
            read_idx(DataFile(path), (3, 2))
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()
    path.write_bytes(GOOD_IDX)
    assert read_idx(DataFile(path), (3, 2)).tolist() == [[0, 1], [2, 3], [4, 5]]


VALUES = {
    "label out of range": {"y_train": np.full(6, 10, np.uint8)},
    "labels of another dtype": {"y_train": np.zeros(6, np.float32)},
    "images of another shape": {"x_train": np.zeros((6, 28, 27), np.uint8)},
    "images of another dtype": {"x_train": np.zeros((6, 28, 28), np.int16)},
    "more labels": {"y_train": np.zeros(7, np.uint8)},
    "flat": {"x_train": np.zeros((6, 784), np.uint8)},
}


@pytest.mark.parametrize("changes", VALUES.values(), ids=VALUES)
def test_arrays_that_are_not_the_data_set(changes, tmp_path):
    path = tmp_path / "mnist.npz"
    path.write_bytes(files.mnist(**changes))
    with pytest.raises(CorruptFileError, match="does not hold the data set"):
        mnist.load_data(str(path))


@pytest.mark.parametrize(("module", "make"), [(mnist, files.mnist), (imdb, files.imdb)])
def test_mutations_load_or_are_refused(module, make, tmp_path):
    data, path = make(), tmp_path / "data.npz"
    draw = random.Random(3)  # noqa: S311  # which bits are changed is no secret
    refused = 0
    for _ in range(150):
        mutated = bytearray(data)
        for _ in range(draw.randint(1, 4)):
            mutated[draw.randrange(len(mutated))] ^= 1 << draw.randrange(8)
        path.write_bytes(mutated[: draw.randint(1, len(mutated))] if draw.random() < 0.3 else mutated)
        try:
            module.load_data(str(path))
        except (CorruptFileError, UnsafeFileError):
            refused += 1
    assert refused > 100


def test_mutated_pickles_are_data_or_refused():
    draw = random.Random(5)  # noqa: S311  # which bits are changed is no secret
    data = files.batch(2, labels=10)
    head = [at for at in range(len(data)) if not 200 < at < len(data) - 120]
    for _ in range(600):
        mutated = bytearray(data)
        for _ in range(draw.randint(1, 3)):
            mutated[draw.choice(head)] = draw.randrange(256)
        try:
            read_pickle(bytes(mutated))
        except UnsafePickle:
            continue
