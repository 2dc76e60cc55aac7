"""Frames and series: what becomes of dtypes, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from polykeras.data.choice import adapter_for
from polykeras.plugins import DataRequest

INTEGERS = [3, 1, 2]


def _x(frame: Any, **options: Any) -> Any:
    return next(adapter_for(DataRequest(frame, **options)).epoch(None))[0]


@pytest.mark.parametrize(
    ("series", "values", "dtype"),
    [
        (pd.Series(INTEGERS), INTEGERS, "int64"),
        (pd.Series(INTEGERS, dtype="Int8"), INTEGERS, "int8"),
        (pd.Series(INTEGERS, dtype="UInt32"), INTEGERS, "uint32"),
        (pd.Series([1.5, None, 2.0], dtype="Float32"), [1.5, np.nan, 2.0], "float32"),
        (pd.Series([True, False, True], dtype="boolean"), [1, 0, 1], "bool"),
        (pd.Series(INTEGERS, dtype=pd.ArrowDtype(pa.int16())), INTEGERS, "int16"),
        (pd.Series([1.5, None, 2.0], dtype=pd.ArrowDtype(pa.float64())), [1.5, np.nan, 2.0], "float64"),
        (pd.Series(["b", "a", "b"], dtype="category"), [1, 0, 1], "int8"),
        (pd.Series(pd.arrays.SparseArray([0, 1, 0])), [0, 1, 0], "int64"),
    ],
    ids=lambda value: str(getattr(value, "dtype", "")),
)
def test_dtypes_of_columns(series: pd.Series, values: list[Any], dtype: str) -> None:
    column = _x(series)
    assert column.dtype == dtype
    np.testing.assert_array_equal(column, np.array(values)[:, None])
    np.testing.assert_array_equal(_x(pd.DataFrame({"a": series, "b": series})), np.array([values, values]).T)


def test_columns_bind_by_name_and_not_by_place() -> None:
    frame = pd.DataFrame({"b": INTEGERS, "a": [0.5, 1.5, 2.5]}, index=[7, 7, 7])
    named = _x(frame, names=("a", "b"))
    assert {name: column.tolist() for name, column in named.items()} == {
        "b": [[3], [1], [2]],
        "a": [[0.5], [1.5], [2.5]],
    }


def test_targets_and_weights_may_be_series_beside_other_inputs() -> None:
    y = pd.Series(INTEGERS, index=list("zyx"))
    ((x, targets, weights),) = adapter_for(DataRequest(np.eye(3), y, pd.Series([0.5, 1.0, 2.0]))).epoch(None)
    assert x.shape == (3, 3)
    assert targets.tolist() == [[3], [1], [2]]
    assert weights.tolist() == [[0.5], [1.0], [2.0]]


@pytest.mark.parametrize(
    ("frame", "received"),
    [
        (pd.DataFrame({"name": ["a", "b"]}), "'name' does not hold numbers"),
        (pd.DataFrame({"name": pd.Series(["a", "b"], dtype=object)}), "dtype object"),
        (pd.Series(pd.to_datetime(["2020-01-01"])), "dtype datetime64"),
        (pd.Series([1, None], dtype="Int64"), "1 of 2 missing"),
        (pd.Series(["a", None], dtype="category"), "1 of 2 missing"),
        (pd.DataFrame({"a": []}), "0 samples"),
        (pd.DataFrame(index=[0, 1]), "no columns"),
    ],
)
def test_what_is_refused(frame: Any, received: str) -> None:
    with pytest.raises(ValueError, match=received) as caught:
        _x(frame)
    lines = str(caught.value).splitlines()
    assert len(lines) >= 4
    assert lines[1].startswith("Received: ")
    assert lines[2].startswith("Allowed: ")


def test_two_columns_of_one_name_are_refused_where_names_count() -> None:
    frame = pd.DataFrame([[1, 2]], columns=["a", "a"])
    assert _x(frame).tolist() == [[1, 2]]
    with pytest.raises(ValueError, match="called 'a'"):
        _x(frame, names=("a",))


def test_lengths_are_compared() -> None:
    with pytest.raises(ValueError, match="x: 3; y: 2"):
        _x(pd.DataFrame({"a": INTEGERS}), y=pd.Series([0, 1]))


def test_targets_and_weights_may_be_columns() -> None:
    frame = pd.DataFrame({"a": INTEGERS, "price": [0.5, 1.5, 2.5], "weight": [1.0, 0.0, 1.0], 7: INTEGERS})
    ((x, y, weight),) = adapter_for(DataRequest(frame, "price", "weight")).epoch(None)
    assert x.tolist() == [[3, 3], [1, 1], [2, 2]]
    assert (y.tolist(), weight.tolist()) == ([[0.5], [1.5], [2.5]], [[1.0], [0.0], [1.0]])
    ((x, y),) = adapter_for(DataRequest(frame, {"u": "price", "v": ["a", "7"]}, names=("weight",))).epoch(None)
    assert list(x) == ["weight"]
    assert y["v"].tolist() == [[3, 3], [1, 1], [2, 2]]
    with pytest.raises(ValueError, match=r"'prize'.*'price'"):
        adapter_for(DataRequest(frame, "prize"))
