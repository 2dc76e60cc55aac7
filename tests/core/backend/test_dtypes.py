"""Dtype names and promotion, held to a record of JAX's lattice (``promotion.csv``, made in tests/cross)."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polykeras.backend import config
from polykeras.backend.dtypes import (
    DTYPES,
    DtypeValueError,
    is_complex,
    is_float,
    is_int,
    result_type,
    standardize_dtype,
    sum_dtype,
    to_float_dtype,
)
from polykeras.plugins.errors import DtypeError

RECORD = list(csv.DictReader(Path(__file__).with_name("promotion.csv").read_text(encoding="utf-8").splitlines()))
NUMBERS = [name for name in DTYPES if name != "string"]


class Foreign:
    """A framework's dtype object, as far as its text goes."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text


class Named:
    """A framework's dtype object with a name, and a text of another form."""

    name = "bfloat16"

    def __str__(self) -> str:
        return "<dtype: 'bfloat16'>"


SPELLINGS = [
    *((name, name) for name in DTYPES),
    (None, "float32"),
    (float, "float32"),
    ("float", "float32"),
    (int, "int32"),
    ("int", "int32"),
    (bool, "bool"),
    (complex, "complex64"),
    (str, "string"),
    (np.float16, "float16"),
    (np.dtype("float64"), "float64"),
    (np.bool_, "bool"),
    (np.dtype("U7"), "string"),
    (np.zeros(1, "int8").dtype, "int8"),
    (np.array(["a"], object).dtype, "string"),
    (Foreign("somewhere.float8_e5m2"), "float8_e5m2"),
    (Foreign("a.b.uint16"), "uint16"),
    (Named(), "bfloat16"),
]


@pytest.mark.parametrize(("dtype", "name"), SPELLINGS, ids=str)
def test_standardize(dtype, name):
    assert standardize_dtype(dtype) == name


def test_floatx_stands_for_none_and_python_floats(monkeypatch):
    monkeypatch.setattr(config._settings, "floatx", "bfloat16")
    assert {standardize_dtype(dtype) for dtype in (None, float, "float")} == {"bfloat16"}
    assert standardize_dtype(None, "float64") == "float64"
    assert result_type("int8", float) == result_type(None) == result_type() == "bfloat16"
    assert result_type("int8", float, floatx="float16") == "float16"


@pytest.mark.parametrize("dtype", ["float33", "Float32", "", 3, object(), [], Foreign("some.thing")], ids=str)
def test_what_is_no_dtype(dtype):
    with pytest.raises(DtypeValueError, match="No dtype is called") as caught:
        standardize_dtype(dtype)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, DtypeError)
    assert "Allowed: bool, uint8" in str(caught.value)


def test_close_names_are_offered():
    with pytest.raises(DtypeValueError, match="Did you mean 'float32'"):
        standardize_dtype("flaot32")


@pytest.mark.parametrize("name", DTYPES)
def test_kinds_are_disjoint(name):
    kinds = (is_float(name), is_int(name), is_complex(name), name in {"bool", "string"})
    assert sum(kinds) == 1
    assert is_float(name) == ("float" in name)


def expected(row: dict[str, str], floatx: str) -> str:
    """Return the recorded type with weak results made strong our way; JAX records them as 64 bits."""
    pair = {row["left"], row["right"]}
    if pair <= {"int", "bool"} and "int" in pair:
        return "int32"
    if floatx == "float32" and not pair & {"float64", "complex128"}:
        return {"float64": "float32", "complex128": "complex64"}.get(row["result"], row["result"])
    return row["result"]


@pytest.mark.parametrize("floatx", ["float64", "float32"])
@pytest.mark.parametrize("row", RECORD, ids=lambda row: f"{row['left']}-{row['right']}")
def test_promotion_of_pairs(row, floatx):
    results = []
    for pair in ((row["left"], row["right"]), (row["right"], row["left"])):
        try:
            results.append(result_type(*pair, floatx=floatx))
        except DtypeValueError:
            results.append("none")
    assert results == [expected(row, floatx)] * 2


def test_every_pair_is_recorded():
    count = len(NUMBERS) + len(("int", "float", "complex"))
    assert len({(row["left"], row["right"]) for row in RECORD}) == count * (count + 1) // 2


@given(st.lists(st.sampled_from([*NUMBERS, int, float]), min_size=1, max_size=5))
def test_order_and_grouping_do_not_matter(dtypes):
    try:
        together = result_type(*dtypes)
    except DtypeValueError:
        return
    assert result_type(*reversed(dtypes)) == together
    assert result_type(*dtypes, *dtypes) == together
    assert result_type(together, together) == together


def test_strings_stay_among_themselves():
    assert result_type("string", "string") == "string"
    with pytest.raises(DtypeValueError, match="No dtype holds the values of all of float32, string"):
        result_type("string", "float32")


@pytest.mark.parametrize(
    ("dtype", "result"),
    [
        ("bool", "float32"),
        ("int8", "float32"),
        ("int64", "float32"),
        ("uint64", "float32"),
        ("float16", "float16"),
        ("bfloat16", "bfloat16"),
        ("float64", "float64"),
        ("complex64", "complex64"),
        (int, "float32"),
    ],
)
def test_to_float(dtype, result):
    assert to_float_dtype(dtype) == result


# As `keras.ops.sum` of Keras 3.15.1; there 64 bits are then narrowed by the backend.
SUMS = {"bool": "int32", "int8": "int32", "int16": "int32", "uint8": "uint32", "uint16": "uint32"}


@pytest.mark.parametrize("name", NUMBERS)
def test_sums_have_room(name):
    assert sum_dtype(name) == SUMS.get(name, name)
