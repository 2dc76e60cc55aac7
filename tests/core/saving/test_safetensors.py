"""The safetensors format: what its own library reads and writes, and headers that lie."""

from __future__ import annotations

import json
import struct

import ml_dtypes
import numpy as np
import pytest
import safetensors
import safetensors.numpy

from polykeras.plugins.errors import CorruptFileError, UnsafeFileError
from polykeras.saving import limits
from polykeras.saving import safetensors as format_
from polykeras.saving.weights import Entry, Value
from polykeras.saving.weights_file import as_safetensors, from_safetensors, pieces
from tests.core.saving.cases import SAFETENSORS_WAYS, safetensors_bytes

DTYPES = (
    "bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64",
    "float16", "bfloat16", "float32", "float64",
)  # fmt: skip
SHAPES = ((), (5,), (2, 3), (0,), (3, 0, 2))


def array_of(shape, name):
    values = np.asarray(np.random.default_rng(3).normal(size=shape) * 3)
    return values.astype(np.dtype(getattr(ml_dtypes, name, name)))


def written(arrays):
    entry = Entry("vars", "n", {key: Value(a.shape, a.dtype, lambda a=a: a) for key, a in arrays.items()})
    plan, values = as_safetensors([entry])
    return b"".join(bytes(piece) for piece in pieces(plan, values))


@pytest.mark.parametrize("name", DTYPES)
def test_its_library_reads_what_is_written(name):
    arrays = {str(index): array_of(shape, name) for index, shape in enumerate(SHAPES)}
    found = dict(safetensors.deserialize(written(arrays)))
    assert found.keys() == {f"vars/{key}" for key in arrays}
    for key, array in arrays.items():
        own = found[f"vars/{key}"]
        assert own["dtype"] == format_._NAMES[array.dtype]
        assert tuple(own["shape"]) == array.shape
        assert bytes(own["data"]) == array.tobytes()


@pytest.mark.parametrize("name", DTYPES)
def test_what_its_library_writes_is_read(name):
    arrays = {f"a/vars/{index}": array_of(shape, name) for index, shape in enumerate(SHAPES)}
    data = safetensors.numpy.save(arrays, metadata={"made": "elsewhere"})
    found = from_safetensors(np.frombuffer(data, np.uint8), "test")["a/vars"]
    for key, array in arrays.items():
        own = found[key.rpartition("/")[2]]
        assert own.dtype == array.dtype
        np.testing.assert_array_equal(own, array)


def test_dtypes_without_a_place():
    with pytest.raises(TypeError, match="complex64"):
        written({"0": np.zeros(2, "complex64")})


def of(dtype="F32", shape=(2,), offsets=(0, 8)):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}


BODY = bytes(8)
FILES = {
    "empty": (b"", CorruptFileError, "header of"),
    "three bytes": (b"abc", CorruptFileError, "header of"),
    "header of exabytes": (struct.pack("<Q", 2**63), CorruptFileError, "header of"),
    "header beyond the end": (struct.pack("<Q", 100) + b"{}", CorruptFileError, "header of"),
    "long header": (safetensors_bytes(b" " * (limits.JSON_BYTES + 1)), UnsafeFileError, "may be"),
    "no JSON": (safetensors_bytes(b"hello"), CorruptFileError, "not JSON"),
    "deep JSON": (safetensors_bytes(b"[" * 100_000), UnsafeFileError, "nested"),
    "a list": (safetensors_bytes(b"[]"), CorruptFileError, "object must be"),
    "a name twice": (
        safetensors_bytes(f'{{"a": {json.dumps(of())}, "a": {json.dumps(of())}}}'.encode(), BODY),
        CorruptFileError,
        "twice",
    ),
    "no entry": (safetensors_bytes({"a": 3}, BODY), CorruptFileError, "described as"),
    "unknown dtype": (safetensors_bytes({"a": of("PICKLE")}, BODY), CorruptFileError, "described as"),
    "dtype is a list": (safetensors_bytes({"a": of(["F32"])}, BODY), CorruptFileError, "described as"),
    "negative size": (safetensors_bytes({"a": of(shape=[-2])}, BODY), CorruptFileError, "described as"),
    "size is a truth": (safetensors_bytes({"a": of(shape=[True, 2])}, BODY), CorruptFileError, "described as"),
    "size is a fraction": (safetensors_bytes({"a": of(shape=[2.0])}, BODY), CorruptFileError, "described as"),
    "three offsets": (safetensors_bytes({"a": of(offsets=[0, 4, 8])}, BODY), CorruptFileError, "described as"),
    "petabyte": (safetensors_bytes({"a": of(shape=[2**48])}, BODY), CorruptFileError, "declared for 8 bytes"),
    "petabyte twice": (
        safetensors_bytes({"a": of(shape=[2**48], offsets=[0, 2**50])}, BODY),
        CorruptFileError,
        "of 8",
    ),
    "no bytes and no end": (
        safetensors_bytes({"a": of(shape=[0, 2**62, 2**62], offsets=[0, 0])}),
        CorruptFileError,
        "shape",
    ),
    "offsets in turn": (safetensors_bytes({"a": of(offsets=[8, 0])}, BODY), CorruptFileError, "bytes 8 to 0"),
    "on one another": (safetensors_bytes({"a": of(), "b": of()}, BODY), CorruptFileError, "ends at 8"),
    "a hole": (safetensors_bytes({"a": of(offsets=[4, 12])}, bytes(12)), CorruptFileError, "ends at 0"),
    "bytes behind": (safetensors_bytes({"a": of()}, bytes(9)), CorruptFileError, "header tells of 8"),
    "cut off": (safetensors_bytes({"a": of()}, bytes(7)), CorruptFileError, "of 7"),
    "an archive": (b"PK\3\4" + bytes(100), CorruptFileError, "header of"),
}


@pytest.mark.parametrize("way", SAFETENSORS_WAYS, ids=lambda way: way.name)
@pytest.mark.parametrize("name", FILES)
def test_is_refused(name, way, tmp_path):
    data, kind, reason = FILES[name]
    path = tmp_path / f"bad{way.ending}"
    path.write_bytes(data)
    with pytest.raises(kind, match=reason) as caught:
        way.load(path)
    assert "bad" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 4


def test_a_sound_file_is_not_refused(tmp_path):
    """Otherwise the table above would prove nothing: here only the number of arrays is wrong."""
    path = tmp_path / "a.safetensors"
    path.write_bytes(safetensors_bytes({"vars/0": of()}, BODY))
    with pytest.raises(ValueError, match="1 arrays in the file, 0 variables"):
        SAFETENSORS_WAYS[0].load(path)


def test_tensors_are_views():
    data = np.frombuffer(safetensors_bytes({"a": of()}, BODY), np.uint8)
    assert np.shares_memory(format_.read(data, "test")["a"], data)
