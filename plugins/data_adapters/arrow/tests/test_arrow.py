"""Columns of Arrow: what is shared, what is refused, and what nobody has to have installed."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import tracemalloc
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute
import pyarrow.dataset
import pytest

from polykeras.data.choice import adapter_for
from polykeras.plugins import DataRequest

NUMBERS = pa.table({"a": [1, 2, 3], "b": [0.5, None, 2.5]})
ROWS = np.random.default_rng(0).permutation(40)


def _all(x: Any, y: Any = None, weight: Any = None, size: int = 100, names: tuple[str, ...] | None = None) -> Any:
    """Return the only batch."""
    (batch,) = adapter_for(DataRequest(x, y, weight, size, names=names)).epoch(None)
    return batch


@pytest.mark.parametrize(
    "kind", ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float16", "float32", "float64"]
)
def test_a_column_shares_memory_and_keeps_its_dtype(kind: str) -> None:
    values = np.arange(6).astype(kind)
    column = pa.array(values)
    (batch,) = _all(pa.table({"a": column[1:]}))
    assert batch.dtype == values.dtype
    np.testing.assert_array_equal(batch[:, 0], values[1:])
    assert np.shares_memory(batch, np.frombuffer(column.buffers()[1], dtype=kind))


def test_a_series_of_polars_shares_memory() -> None:
    series = pl.Series("a", np.arange(6.0))
    (batch,) = _all(series)
    assert np.shares_memory(batch, series.to_numpy(allow_copy=False))


def test_nothing_is_read_but_the_rows_asked_for() -> None:
    size = 1 << 20
    table = pa.concat_tables([pa.table({name: np.arange(size, dtype="float32") for name in "abc"}) for _ in range(4)])
    before = pa.total_allocated_bytes()
    tracemalloc.start()
    adapter: Any = adapter_for(DataRequest(table, "c", batch_size=1 << 17))
    batches = [y[0, 0] for _, y in adapter.epoch(None)]
    out_of_order = adapter.inputs[np.array([3 * size + 1, 5, size])]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert batches == list(range(0, size, 1 << 17)) * 4
    assert out_of_order.tolist() == [[1.0, 1.0], [5.0, 5.0], [0.0, 0.0]]
    # A batch has 1.5 MiB, a column 16.
    assert pa.total_allocated_bytes() - before + peak < 4 << 20


# Offsets within bytes of bits, chunks of every size, and values that are missing at every level.
COLUMNS = {
    "booleans": pa.array([i % 3 == 0 for i in range(40)]),
    "floats": pa.array([None if i % 7 == 0 else i / 2 for i in range(40)]),
    "lists": pa.array([[i, -i] for i in range(40)], pa.list_(pa.int32(), 2)),
    "lists of booleans": pa.array([[i % 3 == 0, True, i % 2 == 0] for i in range(40)], pa.list_(pa.bool_(), 3)),
    "missing in lists": pa.array([[i / 2, None if i % 5 else 1.0] for i in range(40)], pa.list_(pa.float32(), 2)),
    "missing lists": pa.array([None if i % 5 == 0 else [i / 2, 1.0] for i in range(40)], pa.list_(pa.float64(), 2)),
    "lists of lists": pa.array([[[i], [None], [3.0]] for i in range(40)], pa.list_(pa.list_(pa.float64(), 1), 3)),
}


@pytest.mark.parametrize("cuts", [[0, 40], [0, 1, 9, 9, 26, 40], [3, 17, 38]], ids=str)
@pytest.mark.parametrize("name", COLUMNS)
def test_rows_in_order_and_out_of_order(name: str, cuts: list[int]) -> None:
    column = COLUMNS[name]
    chunks = pa.chunked_array([column[start:stop] for start, stop in itertools.pairwise(cuts)])
    dtype = {"booleans": "bool", "lists of booleans": "bool", "lists": "int32", "missing in lists": "float32"}
    expected = _expected(column, dtype.get(name, "float64"))[cuts[0] : cuts[-1]]
    for size in (1, 5, 64):
        batches = adapter_for(DataRequest(chunks, batch_size=size)).epoch(None)
        np.testing.assert_array_equal(np.concatenate([x for (x,) in batches]), expected)
    ours = adapter_for(DataRequest(chunks, batch_size=4, shuffle=True)).epoch(5)
    theirs = adapter_for(DataRequest(expected, batch_size=4, shuffle=True)).epoch(5)
    for (mine,), (other,) in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(mine, other)
        assert mine.dtype == other.dtype


def _expected(column: Any, dtype: str) -> np.ndarray:
    rows = [
        [np.nan, np.nan] if row is None and pa.types.is_fixed_size_list(column.type) else row
        for row in column.to_pylist()
    ]
    array = np.array(rows, dtype=dtype)
    return array[:, None] if array.ndim == 1 else array


def test_tensors_have_their_axes_in_the_order_that_users_see() -> None:
    kind = pa.fixed_shape_tensor(pa.float64(), [2, 3], permutation=[1, 0])
    storage = pa.FixedSizeListArray.from_arrays(pa.array(np.arange(24.0)), 6)
    tensors = pa.ExtensionArray.from_storage(kind, storage)
    (batch,) = _all(tensors[1:])
    np.testing.assert_array_equal(batch, tensors.to_numpy_ndarray()[1:])


def test_a_code_stands_for_one_value() -> None:
    pieces = [pa.array(values).dictionary_encode() for values in (["b", "a"], ["a", "c", "b"], ["c"])]
    whole = pa.table({"kind": pa.chunked_array(pieces)})
    expected = [[0], [1], [1], [2], [0], [2]]
    np.testing.assert_array_equal(_all(whole)[0], expected)
    for source in (pyarrow.dataset.dataset(whole), whole.to_reader()):
        batches = list(adapter_for(DataRequest(source, batch_size=4)).epoch(None))
        np.testing.assert_array_equal(np.concatenate([x for (x,) in batches]), expected)
    kinds = pl.concat([pl.Series([*values], dtype=pl.Categorical) for values in ("ba", "acb", "c")], rechunk=False)
    codes = _all(kinds)[0][:, 0]
    assert [codes.tolist().index(code) for code in codes] == [0, 1, 1, 3, 0, 3]


def test_views_of_text_have_codes_too() -> None:
    text = [pa.array(values).cast(pa.string_view()) for values in (["b", "a"], ["a", "c"])]
    indices = pa.array([0, 1], pa.int8())
    column = pa.chunked_array([pa.DictionaryArray.from_arrays(indices, one) for one in text])
    np.testing.assert_array_equal(_all(column)[0], [[0], [1], [1], [2]])


def test_a_reader_goes_on_where_it_stopped_and_is_read_once() -> None:
    adapter = adapter_for(DataRequest(NUMBERS.to_reader(max_chunksize=1), "a", batch_size=2))
    assert (adapter.num_batches, adapter.batch_size) == (None, 2)
    assert [len(y) for _, y in adapter.epoch(None)] == [2, 1]
    with pytest.raises(ValueError, match=r"at its end.\nReceived: .*\nAllowed: .*\n"):
        next(adapter.epoch(None))
    with pytest.raises(ValueError, match=r"cannot be split among workers.\nReceived: part 0 of 2"):
        adapter.shard(0, 2)


def test_a_scanner_reads_what_it_was_asked_for() -> None:
    source = pyarrow.dataset.dataset(NUMBERS)
    scanner = source.scanner(columns=["b"], filter=pyarrow.compute.field("a") > 1)
    np.testing.assert_array_equal(_all(scanner)[0], [[np.nan], [2.5]])


DATES = pa.array([0, 1], pa.date32())
REFUSED = {
    "text": (
        lambda: pa.table({"name": ["u", "v"]}),
        {},
        r"column 'name' does not hold numbers.\nReceived: type string",
    ),
    "dates": (lambda: pa.table({"day": DATES}), {}, r"column 'day' does not hold numbers.\nReceived: type date32"),
    "an array of text": (lambda: pa.array(["u"]), {}, r"The array does not hold numbers.\nReceived: type string"),
    "text of polars": (lambda: pl.DataFrame({"name": ["u"]}), {}, "column 'name' does not hold numbers"),
    "nothing but missing": (lambda: pa.table({"a": pa.nulls(3)}), {}, "column 'a' does not hold numbers"),
    "several lengths": (
        lambda: pa.table({"a": [[1], [2, 3]]}),
        {},
        r"Received: type list<[^\n]*\n[^\n]*\nCast it to lists",
    ),
    "structs": (lambda: pa.table({"a": [{"b": 1}]}), {}, "column 'a' does not hold numbers"),
    "missing integers": (
        lambda: pa.table({"a": [1, None, None]}),
        {},
        r"'a' has missing values.\nReceived: 2 missing in 3",
    ),
    "missing in lists": (
        lambda: pa.array([[1, None]], pa.list_(pa.int8(), 2)),
        {},
        r"has missing values.\nReceived: 1 miss",
    ),
    "missing booleans": (lambda: pl.Series([True, None]), {}, "has missing values"),
    "missing codes": (lambda: pa.array(["a", None]).dictionary_encode(), {}, "has missing values"),
    "missing in a stream": (lambda: pyarrow.dataset.dataset(pa.table({"a": [None, 1]})), {}, "'a' has missing values"),
    "text in a stream": (lambda: pa.table({"a": ["u"]}).to_reader(), {}, "column 'a' does not hold numbers"),
    "no such column": (lambda: NUMBERS, {"y": "c"}, r"the column 'c'.*\nReceived: a table with columns 'a', 'b'."),
    "nearly a column": (lambda: NUMBERS.rename_columns(["price", "b"]), {"y": "prise"}, "Did you mean 'price'"),
    "no inputs": (lambda: NUMBERS, {"y": ["a", "b"]}, "No column is left for the inputs"),
    "a name twice": (lambda: NUMBERS.rename_columns(["a", "a"]), {"names": ("a",)}, "more than one column called 'a'"),
    "tensors beside others": (
        lambda: NUMBERS.append_column("t", pa.array([[[1.0]]] * 3, pa.list_(pa.list_(pa.float32(), 1), 1))),
        {},
        "cannot be side by side",
    ),
    "arrays beside a stream": (NUMBERS.to_reader, {"y": ROWS}, "cannot go beside a stream of record batches"),
    "batch size": (NUMBERS.to_reader, {"batch_size": 0}, "batch size is not usable"),
    "other lengths": (lambda: NUMBERS, {"y": ROWS}, "different numbers of samples"),
    "no rows": (lambda: NUMBERS[:0], {}, "arrays are empty"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused(what: str) -> None:
    make, given, match = REFUSED[what]
    with pytest.raises(ValueError, match=match) as caught:
        list(adapter_for(DataRequest(make(), **given)).epoch(None))
    lines = str(caught.value).split("\n")
    assert len(lines) == 4, lines
    assert lines[1].startswith("Received: ")
    assert lines[2].startswith("Allowed: ")


LOADED = """
import json, sys
import numpy as np
from polykeras.data.choice import adapter_for
from polykeras.plugins import DataRequest
from polykeras.data import PyDataset
list(adapter_for(DataRequest(np.zeros((4, 2)), np.zeros(4))).epoch(None))
list(adapter_for(DataRequest([[1.0], [2.0]])).epoch(None))
print(json.dumps([name for name in ("pyarrow", "polars", "keras_data_arrow") if name in sys.modules]))
"""
WITHOUT = """
import sys
sys.modules["pyarrow"] = None
import polars as pl
from polykeras.data.choice import adapter_for
from polykeras.plugins import DataRequest
try:
    adapter_for(DataRequest(pl.DataFrame({"a": [1.0]})))
except ImportError as error:
    print(error)
"""


def _output(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_arrays_load_nothing_of_arrow() -> None:
    assert json.loads(_output(LOADED)) == []


def test_polars_without_pyarrow_is_told_what_it_lacks() -> None:
    assert _output(WITHOUT).startswith("The data of polars cannot be read.\nReceived: polars without pyarrow")
