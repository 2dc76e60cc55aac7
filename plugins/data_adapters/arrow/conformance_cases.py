"""Sources for the conformance suite: tables, frames and columns of every kind, whole and in chunks, and streams."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.dataset

from polykeras import tree
from polykeras.conformance.adapters import AdapterCase
from polykeras.plugins import DataRequest

AGE = np.array([3, 1, 4, 1, 5])
HEIGHT = np.array([0.5, np.nan, 2.5, 3.5, 4.5])
TALL = np.array([False, True, True, False, True])
PLACE = np.arange(20, dtype="float32").reshape(5, 2, 2)
KIND = ["red", "blue", "red", "green", "blue"]
CODE = np.array([0, 1, 0, 2, 1])


def _table(rows: slice) -> pa.Table:
    place = pa.FixedShapeTensorArray.from_numpy_ndarray(PLACE[rows])
    height = pa.array(HEIGHT[rows], from_pandas=True)  # nan is missing
    columns = {"age": AGE[rows], "height": height, "tall": TALL[rows], "place": place}
    return pa.table({**columns, "kind": pa.array(KIND[rows]).dictionary_encode()})


TABLE = _table(slice(None))
CHUNKS = pa.concat_tables([_table(slice(0, 3)), TABLE[:0], _table(slice(3, 5))])
FRAME = pl.DataFrame({"age": AGE, "height": pl.Series([0.5, None, 2.5, 3.5, 4.5]), "tall": TALL}).with_columns(
    kind=pl.Series(KIND, dtype=pl.Enum(["red", "blue", "green"])),
    pair=pl.Series(PLACE[:, 0], dtype=pl.Array(pl.Float32, 2)),
)
NUMBERS = ["age", "height", "tall"]
PHYSICAL = FRAME["kind"].to_physical().to_numpy().dtype
MATRIX = np.stack([AGE, HEIGHT, TALL], axis=1)
NAMED = {"age": AGE[:, None], "height": HEIGHT[:, None], "place": PLACE, "kind": CODE[:, None].astype("int32")}
Y = np.arange(5)


def _case(name: str, request: Callable[[], DataRequest], *parts: Any, **abilities: bool) -> AdapterCase:
    def cut(start: int) -> Any:
        return tree.map_structure(lambda array: array[start : start + 2], parts)

    return AdapterCase(name, request, [cut(start) for start in range(0, 5, 2)], **{"shuffles": True, **abilities})


def _numbers(source: Any) -> Callable[[], DataRequest]:
    return lambda: DataRequest(source, Y, batch_size=2)


def _by_name(source: Any) -> Callable[[], DataRequest]:
    return lambda: DataRequest(source, "tall", "height", batch_size=2, names=("age", "place", "kind"))


def _reader() -> DataRequest:
    return _by_name(CHUNKS.to_reader())()


BY_NAME = ({key: NAMED[key] for key in ("age", "place", "kind")}, TALL[:, None], HEIGHT)
CASES = [
    _case("a table", _numbers(TABLE.select(NUMBERS)), MATRIX, Y),
    _case("a table in chunks", _numbers(CHUNKS.select(NUMBERS)), MATRIX, Y),
    _case(
        "a part of a table", lambda: DataRequest(_table(slice(None)).slice(1, 4)["tall"], batch_size=4), TALL[1:, None]
    )._replace(batches=[(TALL[1:, None],)]),
    _case("a record batch", _numbers(TABLE.select(NUMBERS).to_batches()[0]), MATRIX, Y),
    _case("columns by name", _by_name(TABLE), *BY_NAME),
    _case("columns by name, in chunks", _by_name(CHUNKS), *BY_NAME),
    _case(
        "targets side by side",
        lambda: DataRequest(TABLE.select(NUMBERS), ["height", "age"], batch_size=2),
        TALL[:, None],
        MATRIX[:, [1, 0]],
    ),
    _case("arrays", lambda: DataRequest(pa.array(AGE), pa.array(TALL), batch_size=2), NAMED["age"], TALL[:, None]),
    _case("tensors in chunks", lambda: DataRequest(CHUNKS["place"], batch_size=2), PLACE),
    _case("codes in chunks", lambda: DataRequest(CHUNKS["kind"], batch_size=2), NAMED["kind"]),
    _case("a frame", _numbers(FRAME.select(NUMBERS)), MATRIX, Y),
    _case("a lazy frame", _numbers(FRAME.lazy().select(NUMBERS)), MATRIX, Y),
    _case(
        "vectors beside numbers",
        _numbers(FRAME.select("pair", "age")),
        np.concatenate([PLACE[:, 0], AGE[:, None]], axis=1),
        Y,
    ),
    _case("a series", lambda: DataRequest(FRAME["age"], FRAME["tall"], batch_size=2), NAMED["age"], TALL[:, None]),
    _case("categories", lambda: DataRequest(FRAME["kind"], batch_size=2), CODE[:, None].astype(PHYSICAL)),
    _case("a dataset", _by_name(pyarrow.dataset.dataset(CHUNKS)), *BY_NAME, shuffles=False),
    _case("a reader", _reader, *BY_NAME, shuffles=False, replays=False, shards=False),
]
FOREIGN = [
    DataRequest(x) for x in (TABLE.schema, pa.scalar(1), pa.Table, FRAME.schema, pl.col("age"), FRAME.group_by("age"))
]
