"""Record batches that come one after the other: datasets of files, scanners, readers.

Promises: batches of `batch_size` rows, whatever the record batches; no more is held than what makes one; a value of a
dictionary keeps its code through the whole stream. Their order is the source's: nothing is known of rows that have not
come. Refuses: targets that are not in its columns, parts of a reader, which is read once, and columns without numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from keras_data_arrow.codes import Codes
from keras_data_arrow.taken_apart import taken_apart
from polykeras import tree
from polykeras.data import BatchSource
from polykeras.data.batch_size import checked_size
from polykeras.data.roles import is_names, roles
from polykeras.plugins import DataRequest


def is_stream(x: Any) -> bool:
    """Return whether `x` gives record batches without having all rows in memory."""
    if isinstance(x, pa.RecordBatchReader):
        return True
    # Datasets and scanners; their module, which loads much, is not imported to ask.
    return type(x).__module__ == "pyarrow._dataset" and hasattr(x, "to_batches")


def over(request: DataRequest) -> StreamAdapter:
    """Return an adapter over the stream that `request` holds.

    Raises:
        ValueError: Targets or weights are not in its columns, or the batch size is not usable.
    """
    for name, value in (("y", request.y), ("sample_weight", request.sample_weight)):
        if value is not None and not is_names(value):
            raise ValueError(
                "Arrays cannot go beside a stream of record batches.\n"
                f"Received: {name} of type {type(value).__name__}.\n"
                f"Allowed: {name} left out, or names of the stream's columns.\n"
                "Put it into a column and pass the name, or read the whole with `to_table`."
            )
    return StreamAdapter(request, checked_size(request.batch_size))


class StreamAdapter(BatchSource):
    """Adapter over record batches.

    Args:
        request: What the user passed.
        size: Rows per batch.
        part: Index and count of the part that this adapter gives, by batches.
    """

    def __init__(self, request: DataRequest, size: int, part: tuple[int, int] = (0, 1)) -> None:
        super().__init__(None, size, part=part)
        self._size = size
        self._request = request
        self._source = request.x
        self._once = isinstance(self._source, pa.RecordBatchReader)
        self.what = f"a {type(self._source).__name__} of Arrow"
        schema = getattr(self._source, "projected_schema", None)
        self._schema = self._source.schema if schema is None else schema
        self._roles = roles(request, self._schema.names)
        self._ended = False
        # Checks the types of columns before anything is read.
        taken_apart(pa.Table.from_batches([], self._schema), self._roles)

    def batches(self, seed: int | None) -> Iterator[Any]:
        """Yield batches of rows in the order of the source; those of a reader from where it is."""
        del seed
        codes = Codes()
        for table in self._tables():
            parts = taken_apart(codes.unified(table), self._roles)
            read = tree.map_structure(lambda leaf: None if leaf is None else leaf[:], parts)
            last = max(number for number, part in enumerate(read) if part is not None)
            yield read[: last + 1]

    def _tables(self) -> Iterator[Any]:
        """Yield tables of `batch_size` rows."""
        waiting: list[Any] = []
        rows, size = 0, self._size
        for batch in self._record_batches():
            left = batch
            while rows + len(left) >= size:
                waiting.append(left.slice(0, size - rows))
                yield pa.Table.from_batches(waiting, self._schema)
                left = left.slice(size - rows)
                waiting, rows = [], 0
            if len(left):
                waiting.append(left)
                rows += len(left)
        if rows:
            yield pa.Table.from_batches(waiting, self._schema)

    def _record_batches(self) -> Iterator[Any]:
        if not self._once:
            yield from self._source.to_batches()
            return
        if self._ended:
            raise ValueError(
                "The stream is at its end.\n"
                "Received: a RecordBatchReader that has given all of its batches, and has no more for this epoch.\n"
                "Allowed: readers for one epoch, or sources that start anew, such as tables and datasets.\n"
                "Pass `steps_per_epoch`, or a `pyarrow.dataset.Dataset`, or read the whole with `read_all`."
            )
        yield from self._source
        self._ended = True

    def shard(self, index: int, count: int) -> StreamAdapter:
        """Return the part with every `count`-th batch from `index` on.

        Raises:
            ValueError: The source is a reader, and there is more than one part.
        """
        if self._once and count > 1:
            raise ValueError(
                "A reader of record batches cannot be split among workers.\n"
                f"Received: part {index} of {count} of a RecordBatchReader, which is read once.\n"
                "Allowed: datasets, of which each worker reads its own part.\nPass a `pyarrow.dataset.Dataset`."
            )
        return StreamAdapter(self._request, self._size, self.within(index, count))
