"""Tables and columns in memory, or mapped into it, as arrays of numbers.

Promises: a table or a frame is a matrix of shape ``(rows, columns)``, or a dict of columns of shape ``(rows, 1)`` where
the model takes a dict; a column alone has shape ``(rows, 1)``; lists of one size and tensors keep their shape. Rows are
read from Arrow's own memory as they are asked for, and nothing is copied whole. Refuses: what `columns` does.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from keras_data_arrow import streams
from keras_data_arrow.columns import Column, Matrix
from keras_data_arrow.sources import collected
from keras_data_arrow.taken_apart import taken_apart
from polykeras.data import ArrayAdapter, arrays_of
from polykeras.data.roles import roles
from polykeras.plugins import DataAdapter, DataRequest


def claim(request: DataRequest) -> DataAdapter | None:
    """Return an adapter over a table, a column or a stream, or ``None`` when `x` is none of these.

    Raises:
        ValueError: A column does not hold numbers, or a missing value has nothing to stand for it.
    """
    if isinstance(request.x, type):
        return None
    x = collected(request.x)
    if streams.is_stream(x):
        return streams.over(request)
    if isinstance(x, pa.Array):
        x = pa.chunked_array([x])
    elif not isinstance(x, (pa.Table, pa.ChunkedArray)):
        x = imported(x)
    if isinstance(x, pa.ChunkedArray):
        return ArrayAdapter.over(request, arrays_of(Matrix([Column(None, x)])))
    return None if x is None else _over(request, x)


def imported(x: Any) -> Any:
    """Return what an object exports as Arrow, a table or a chunked array, or ``None`` where it exports neither."""
    if isinstance(x, pa.RecordBatch):
        return pa.Table.from_batches([x])
    if not hasattr(x, "__arrow_c_stream__"):
        return None
    # A series has a frame, as which every release of polars hands over its categories.
    return pa.table(x.to_frame()).column(0) if hasattr(x, "to_frame") else pa.table(x)


def _over(request: DataRequest, table: pa.Table) -> ArrayAdapter:
    found = roles(request, table.column_names)
    x, y, weight = taken_apart(table, found)
    return ArrayAdapter.over(
        request._replace(
            y=request.y if found.targets is None else y,
            sample_weight=request.sample_weight if found.weights is None else weight,
        ),
        arrays_of(x),
    )
