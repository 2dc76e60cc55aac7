"""Codes of dictionaries that come in pieces: each record batch of a stream may bring a dictionary of its own.

Promises: a value has the code with which it came first, in every table after that.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from keras_data_arrow.columns import one_dictionary


class Codes:
    """What codes have been given so far, by the place of the column."""

    def __init__(self) -> None:
        self._known: dict[int, Any] = {}

    def unified(self, table: Any) -> Any:
        """Return a `pyarrow.Table` whose dictionaries go on from those of the tables before it."""
        for place, field in enumerate(table.schema):
            if pa.types.is_dictionary(field.type):
                column = self._column(place, table.column(place))
                table = table.set_column(place, field.name, column)
        return table

    def _column(self, place: int, column: Any) -> Any:
        known = self._known.get(place)
        if known is not None:
            # A chunk without rows, whose dictionary the others are brought to.
            column = pa.chunked_array([known, *column.chunks])
        column = one_dictionary(column)
        last = column.chunk(column.num_chunks - 1)
        self._known[place] = last.slice(0, 0)
        return column
