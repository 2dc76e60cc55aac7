"""Every `load_data` on small files in the published formats, from a server and from absolute paths."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

import polykeras as keras
from polykeras import datasets
from polykeras.datasets import data_file
from polykeras.plugins.errors import CorruptFileError, DownloadError
from tests.core.datasets import upstream_files as files
from tests.core.file_server import serve

RECORDED = json.loads(Path(__file__).with_name("keras_datasets.json").read_text(encoding="utf-8"))
NPZ = {
    "mnist": (files.mnist, "SAMPLES", (6, 3)),
    "imdb": (files.imdb, "SAMPLES", 6),
    "reuters": (files.reuters, "SAMPLES", 12),
    "boston_housing": (lambda: files.housing(20, 13), "SAMPLES", 20),
    "california_housing": (lambda: files.housing(610, 8), "SAMPLES", 610),
}
WORDS = ("imdb", "reuters")


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """Give the session an empty cache."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache/datasets"


@pytest.fixture
def server(cache, monkeypatch):
    """Serve small data sets as if they were the published ones."""
    with serve() as served:
        monkeypatch.setattr(data_file, "ORIGIN", f"{served.url}/")
        for name, (make, constant, samples) in NPZ.items():
            served.files[f"{name}.npz"] = make()
            monkeypatch.setattr(getattr(datasets, name), constant, samples)
        for name in WORDS:
            served.files[f"{name}_word_index.json"] = files.word_index()
        _serve_images(served, monkeypatch)
        yield served


def md5(content: bytes) -> str:
    return hashlib.md5(content).hexdigest()  # noqa: S324  # as published beside the files


def _serve_images(served, monkeypatch) -> None:
    images = {
        f"{part}-{kind}.gz": files.idx(array)
        for part, count in (("train", 6), ("t10k", 3))
        for kind, array in (
            ("images-idx3-ubyte", files.DRAW.integers(0, 256, (count, 28, 28), np.uint8)),
            ("labels-idx1-ubyte", files.DRAW.integers(0, 10, count, np.uint8)),
        )
    }
    served.files |= images
    monkeypatch.setattr(datasets.fashion_mnist, "ORIGIN", f"{served.url}/")
    monkeypatch.setattr(datasets.fashion_mnist, "MD5", {name: md5(content) for name, content in images.items()})
    monkeypatch.setattr(datasets.fashion_mnist, "SAMPLES", {"train": 6, "t10k": 3})
    monkeypatch.setattr(datasets.cifar10, "BATCH_SAMPLES", 4)
    monkeypatch.setattr(datasets.cifar100, "SAMPLES", {"train": 6, "test": 3})
    for module, content in ((datasets.cifar10, files.cifar10(4)), (datasets.cifar100, files.cifar100(6, 3))):
        name = f"{module.__name__}.tar.gz"
        served.files[name] = content
        monkeypatch.setattr(module, "ORIGIN", served / name)
        monkeypatch.setattr(module, "MD5", md5(content))


# What comes: shapes and dtypes of x_train, y_train, x_test, y_test.
SHAPES = {
    "mnist": ["uint8 (6, 28, 28)", "uint8 (6,)", "uint8 (3, 28, 28)", "uint8 (3,)"],
    "fashion_mnist": ["uint8 (6, 28, 28)", "uint8 (6,)", "uint8 (3, 28, 28)", "uint8 (3,)"],
    "cifar10": ["uint8 (20, 32, 32, 3)", "uint8 (20, 1)", "uint8 (4, 32, 32, 3)", "uint8 (4, 1)"],
    "cifar100": ["uint8 (6, 32, 32, 3)", "int64 (6, 1)", "uint8 (3, 32, 32, 3)", "int64 (3, 1)"],
    "imdb": ["object (6,)", "int64 (6,)", "object (6,)", "int64 (6,)"],
    "reuters": ["object (9,)", "int64 (9,)", "object (3,)", "int64 (3,)"],
    "boston_housing": ["float64 (16, 13)", "float64 (16,)", "float64 (4, 13)", "float64 (4,)"],
    "california_housing": ["float64 (488, 8)", "float64 (488,)", "float64 (122, 8)", "float64 (122,)"],
}


@pytest.mark.parametrize("name", datasets.__all__)
def test_shapes_and_dtypes_and_one_download(name, server):
    for _ in range(2):
        (x_train, y_train), (x_test, y_test) = getattr(keras.datasets, name).load_data()
        arrays = (x_train, y_train, x_test, y_test)
        assert [f"{array.dtype} {array.shape}" for array in arrays] == SHAPES[name]
        assert all(type(row) is list for row in x_train if x_train.dtype == object)
    assert len(server.asked) == len(set(server.asked))


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: f"{case['name']} {case['options']}")
def test_what_keras_makes_of_the_same_file(case, server):
    loaded = getattr(datasets, case["name"]).load_data(**case["options"])
    for (x, y), expected in zip(loaded, case["parts"], strict=True):
        rows = list(x) if x.dtype == object else [int(row[0]) for row in x]
        assert (rows, y.tolist(), [x.dtype.name, y.dtype.name]) == (expected["x"], expected["y"], expected["dtypes"])
        assert all(type(number) is int for row in x for number in row if x.dtype == object)


@pytest.mark.parametrize("name", NPZ)
def test_an_absolute_path_is_used_as_it_is(name, server, cache, tmp_path):
    module = getattr(datasets, name)
    path = tmp_path / "mine.npz"
    path.write_bytes(files.housing(5, 8) if name == "california_housing" else server.files[f"{name}.npz"])
    (x, y), _ = module.load_data(path=str(path))
    assert len(x) == len(y) > 0
    assert server.asked == []
    assert not cache.exists()
    (_, _), _ = module.load_data(path=tmp_path / "new" / "there.npz")
    assert server.asked == [f"{name}.npz"]
    assert (tmp_path / "new/there.npz").read_bytes() == server.files[f"{name}.npz"]
    (_, _), _ = module.load_data(path="other.npz")
    assert (cache / "other.npz").exists()


def test_another_number_of_samples_is_for_named_files_only(server, tmp_path):
    server.files["mnist.npz"] = files.mnist(5, 2)
    with pytest.raises(CorruptFileError, match="5 samples") as caught:
        datasets.mnist.load_data()
    assert "downloaded again" in str(caught.value)
    (tmp_path / "m.npz").write_bytes(server.files["mnist.npz"])
    (x, _), _ = datasets.mnist.load_data(str(tmp_path / "m.npz"))
    assert len(x) == 5


@pytest.mark.parametrize("name", WORDS)
def test_word_index(name, server, tmp_path):
    module = getattr(datasets, name)
    assert module.get_word_index() == {"the": 1, "and": 2, "fürst": 3}
    path = tmp_path / "words.json"
    for text in ("[1]", '{"a": "b"}', '{"a": 0}', '{"a": true}', "{", "[" * 100_000, '{"a": 1.5}'):
        path.write_text(text)
        with pytest.raises(CorruptFileError):
            module.get_word_index(str(path))
    path.write_text('{"a": 1}')
    assert module.get_word_index(str(path)) == {"a": 1}


def test_label_names():
    names = datasets.reuters.get_label_names()
    assert (len(names), len(set(names)), names[0], names[-1]) == (46, 46, "cocoa", "lead")


def test_images_follow_the_data_format(server):
    (last, _), (last_test, _) = datasets.cifar10.load_data()
    keras.config.set_image_data_format("channels_first")
    try:
        (first, _), (first_test, _) = datasets.cifar10.load_data()
    finally:
        keras.config.set_image_data_format("channels_last")
    assert first.shape == (20, 3, 32, 32)
    np.testing.assert_array_equal(first.transpose(0, 2, 3, 1), last)
    np.testing.assert_array_equal(first_test.transpose(0, 2, 3, 1), last_test)


def test_fine_and_coarse_labels(server):
    (_, fine), _ = datasets.cifar100.load_data()
    (_, coarse), _ = datasets.cifar100.load_data("coarse")
    assert fine.shape == coarse.shape
    assert fine.tolist() != coarse.tolist()
    assert coarse.max() < 20


def test_images_are_those_in_the_batches(server, cache):
    (x, y), _ = datasets.cifar10.load_data()
    batch = (cache / "cifar-10-batches-py-target/cifar-10-batches-py/data_batch_2").read_bytes()
    at = batch.index(b"T\x00\x30\x00\x00") + 5
    pixels = np.frombuffer(batch[at : at + 4 * 3072], np.uint8).reshape(4, 3, 32, 32)
    np.testing.assert_array_equal(x[4:8], pixels.transpose(0, 2, 3, 1))
    numbers = batch[batch.index(b"labels") + 8 :]
    assert y[4:8, 0].tolist() == [numbers[1], numbers[3], numbers[5], numbers[7]]


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: datasets.boston_housing.load_data(test_split=1.0), "test_split=1.0"),
        (lambda: datasets.boston_housing.load_data(test_split=-0.1), "test_split=-0.1"),
        (lambda: datasets.california_housing.load_data(test_split=1), "test_split=1"),
        (lambda: datasets.california_housing.load_data("smal"), "Did you mean 'small'"),
        (lambda: datasets.cifar100.load_data("corse"), "Did you mean 'coarse'"),
        (lambda: datasets.reuters.load_data(test_split=1.5), "test_split=1.5"),
        (lambda: datasets.imdb.load_data(maxlen=1), "maxlen=1"),
        (lambda: datasets.reuters.load_data(maxlen=2), "more than 2"),
        (lambda: datasets.mnist.load_data("../mnist.npz"), "`..`"),
        (lambda: datasets.mnist.load_data("folder/mnist.npz"), "a path"),
    ],
)
def test_arguments_without_a_meaning(call, reason, server):
    with pytest.raises(ValueError, match=reason) as caught:
        call()
    assert len(str(caught.value).splitlines()) == 4


def test_unknown_options_are_ignored_with_a_warning(server):
    with pytest.warns(UserWarning, match="nb_words"):
        datasets.imdb.load_data(nb_words=3)


@pytest.mark.parametrize("name", datasets.__all__)
def test_offline_says_where_to_put_the_file(name, server, cache, monkeypatch):
    nowhere = "http://127.0.0.1:9/"
    monkeypatch.setattr(data_file, "ORIGIN", nowhere)
    if name not in NPZ:
        monkeypatch.setattr(getattr(datasets, name), "ORIGIN", nowhere)
    with pytest.raises(DownloadError, match="Check the network") as caught:
        getattr(datasets, name).load_data()
    lines = str(caught.value).splitlines()
    assert len(lines) == 4
    assert nowhere in lines[0]
    assert str(cache) in lines[3]
    # Done as told, it works.
    place = Path(lines[3].split("'")[1])
    place.write_bytes(server.files[next(key for key in server.files if place.name in key or name in key)])
    if name != "fashion_mnist":
        getattr(datasets, name).load_data()


@pytest.mark.parametrize("name", ["fashion_mnist", "cifar10", "cifar100"])
def test_published_checksums_are_held_to(name, server, cache):
    module = getattr(datasets, name)
    module.load_data()
    for key in list(server.files):
        server.files[key] += b"\0"
    damaged = next(path for path in cache.rglob("*") if path.name.endswith(("_archive", "-images-idx3-ubyte.gz")))
    whole = damaged.read_bytes()
    module.load_data()
    damaged.write_bytes(whole[:-1])
    with pytest.raises(CorruptFileError, match="not the file that was asked for"):
        module.load_data()
    damaged.write_bytes(whole)
    module.load_data()
