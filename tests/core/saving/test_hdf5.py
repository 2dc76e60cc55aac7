"""The part of HDF5 that weights need: what is written is read by HDF5's own library, and the other way round."""

from __future__ import annotations

import io

import h5py
import ml_dtypes
import numpy as np
import pytest

from polykeras.plugins.errors import UnsafeFileError
from polykeras.saving import hdf5
from polykeras.saving.weights import Entry, Value
from polykeras.saving.weights_file import as_hdf5, pieces, stores_of

NARROW = ("bfloat16", "float8_e4m3fn", "float8_e5m2")
DTYPES = (
    "bool",
    "int8",
    "uint8",
    "int16",
    "uint16",
    "int32",
    "uint32",
    "int64",
    "uint64",
    "float16",
    "float32",
    "float64",
)
SHAPES = ((), (1,), (5,), (2, 3), (0,), (3, 0, 2), (2, 1, 2, 1, 2))


def host_dtype(name):
    return np.dtype(getattr(ml_dtypes, name, name))


def array_of(shape, name):
    values = np.random.default_rng(3).normal(size=shape) * 3
    return np.asarray(values).astype(host_dtype(name))


def written(groups):
    """Return the bytes of a file of groups: path to (name, {key: array})."""
    entries = [
        Entry(path, name, {key: Value(a.shape, a.dtype, lambda a=a: a) for key, a in arrays.items()})
        for path, (name, arrays) in groups.items()
    ]
    plan, values = as_hdf5(entries)
    data = b"".join(bytes(piece) for piece in pieces(plan, values))
    assert len(data) == plan.size
    return data


def read(data):
    return stores_of(hdf5.read(np.frombuffer(data, np.uint8), "test"))


@pytest.mark.parametrize("name", DTYPES)
@pytest.mark.parametrize("shape", SHAPES)
def test_the_library_reads_what_is_written(name, shape):
    array = array_of(shape, name)
    with h5py.File(io.BytesIO(written({"a/vars": ("n", {"0": array})}))) as file:
        found = file["a/vars/0"]
        assert found.dtype == array.dtype
        assert found.shape == shape
        np.testing.assert_array_equal(found[()], array)
        assert file["a/vars"].attrs["name"] == "n"


@pytest.mark.parametrize("name", DTYPES)
@pytest.mark.parametrize("shape", SHAPES)
def test_what_the_library_writes_is_read(name, shape):
    array = array_of(shape, name)
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        file["a/vars/0"] = array
        file["a/vars"].attrs["name"] = "ünï"
    data = np.frombuffer(stream.getvalue(), np.uint8)
    found = read(data)["a/vars"]["0"]
    assert found.dtype == array.dtype
    assert found.shape == shape
    np.testing.assert_array_equal(found, array)
    group = hdf5.read(data, "test").members["a"].members["vars"]
    assert group.attributes.text("name") == "ünï"
    assert group.attributes.text("other") is None


@pytest.mark.parametrize("name", NARROW)
def test_narrow_floats_are_opaque_bytes(name):
    array = array_of((2, 3), name)
    data = written({"vars": ("n", {"0": array})})
    with h5py.File(io.BytesIO(data)) as file:
        assert file["vars/0"].dtype == np.dtype(f"V{array.itemsize}")
        assert file["vars/0"][()].tobytes() == array.tobytes()
        assert file["vars/0"].attrs.get("dtype") == ("bfloat16" if name == "bfloat16" else None)
    found = read(data)["vars"]["0"]
    assert found.tobytes() == array.tobytes()
    assert found.dtype == (array.dtype if name == "bfloat16" else np.dtype(f"V{array.itemsize}"))


def test_bytes_in_the_other_order_are_read():
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        file["a/0"] = np.arange(5, dtype=">i4")
        file["a/1"] = np.arange(5, dtype=">f8")
    stores = read(stream.getvalue())
    for key in "01":
        np.testing.assert_array_equal(stores["a"][key], np.arange(5))


@pytest.mark.parametrize("count", [1, 8, 9, 255, 256, 257, 8192, 9000])
def test_groups_of_any_size(count):
    """Eight names fill a symbol table, 32 tables a node, 32 nodes the next."""
    arrays = {str(index): np.full((1,), index, "i4") for index in range(count)}
    data = written({"optimizer/vars": ("adam", arrays)})
    with h5py.File(io.BytesIO(data)) as file:
        assert sorted(file["optimizer/vars"]) == sorted(arrays)
        assert all(file["optimizer/vars"][key][0] == int(key) for key in ("0", str(count // 2), str(count - 1)))
    found = read(data)["optimizer/vars"]
    assert {key: array[0] for key, array in found.items()} == {key: int(key) for key in arrays}


def test_many_groups_and_long_names():
    groups = {f"layers/{'x' * 300}_{i}/vars": ("é" * 200 + str(i), {"0": np.float32(i)[None]}) for i in range(500)}
    data = written(groups)
    with h5py.File(io.BytesIO(data)) as file:
        for path, (name, arrays) in groups.items():
            assert file[path].attrs["name"] == name
            assert file[path]["0"][0] == arrays["0"][0]
    assert set(read(data)) == set(groups)


def test_a_file_without_arrays():
    data = written({"vars": ("empty", {})})
    with h5py.File(io.BytesIO(data)) as file:
        assert list(file) == ["vars"]
    assert read(data) == {}


def test_arrays_are_views():
    data = np.frombuffer(bytearray(written({"vars": ("n", {"0": np.arange(1000.0)})})), np.uint8)
    found = stores_of(hdf5.read(data, "test"))["vars"]["0"]
    assert np.shares_memory(found, data)


def test_dtypes_without_a_place():
    with pytest.raises(TypeError, match="complex64"):
        written({"vars": ("n", {"0": np.zeros(2, "complex64")})})


def test_nothing_but_text_is_taken_from_attributes():
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        file.attrs["number"] = 3
        file.attrs["texts"] = ["a", "bc", ""]
        file.attrs["fixed"] = np.array([b"ab", b"c"])
        file.attrs["long"] = "x" * 70_000
    attributes = hdf5.read(np.frombuffer(stream.getvalue(), np.uint8), "test").attributes
    assert attributes.texts("texts") == ["a", "bc", ""]
    assert attributes.texts("fixed") == ["ab", "c"]
    assert attributes.texts("number") is None
    with pytest.raises(UnsafeFileError, match="70000"):
        attributes.text("long")
