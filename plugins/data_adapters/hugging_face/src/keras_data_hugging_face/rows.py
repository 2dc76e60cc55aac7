"""Datasets whose rows can be had in any order.

Promises: rows are read as they are asked for, in the dataset's own format where that gives arrays or tensors, as NumPy
arrays otherwise, and only the columns that are needed; orders and parts are those of arrays of as many rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from keras_data_hugging_face.columns import Parts, beside, parts_of, taken
from keras_data_hugging_face.values import array_of
from polykeras.data import ArrayAdapter
from polykeras.plugins import DataRequest

ARRAYS = frozenset({"numpy", "torch", "tensorflow", "jax"})
"""Formats that give arrays or tensors."""
_OWN = "custom"


def over_dataset(request: DataRequest) -> DatasetAdapter:
    """Return an adapter over a `datasets.Dataset`.

    Raises:
        ValueError: A column is not there, or lengths differ.
    """
    dataset = request.x
    own = dataset.format["type"] == _OWN
    # What a function of the user's makes of the columns is known when it has been called.
    names = list(dataset[:1]) if own else list(dataset.format["columns"])
    parts = parts_of(request, names)
    features = {} if own else dataset.features
    rows = Rows(dataset if own else _formatted(dataset, parts))
    inner = ArrayAdapter.over(beside(request), rows)

    def batch(read: tuple[Any, ...]) -> tuple[Any, ...]:
        columns = {name: array_of(name, read[0][name], features.get(name)) for name in parts.names}
        return taken(columns, parts, read[1:])

    return DatasetAdapter(inner, batch)


def over_column(request: DataRequest) -> DatasetAdapter | None:
    """Return an adapter over a column of a dataset, ``None`` where it is a part of another column."""
    source = request.x.source
    if not hasattr(source, "select_columns"):
        return None
    return over_dataset(request._replace(x=source.select_columns([request.x.column_name]), names=None))


def _formatted(dataset: Any, parts: Parts) -> Any:
    kind = dataset.format["type"]
    if kind in ARRAYS:
        return dataset.with_format(kind, columns=parts.names, **dataset.format["format_kwargs"])
    return dataset.with_format("numpy", columns=parts.names)


class Rows:
    """What `polykeras.data.ArrayAdapter` needs of a dataset.

    Args:
        dataset: Gives a dict of columns for a slice or for indices.
        start: First row.
        length: Number of rows; all for ``None``.
    """

    ndim = 1
    dtype = np.dtype(object)

    def __init__(self, dataset: Any, start: int = 0, length: int | None = None) -> None:
        self._dataset = dataset
        self._start = start
        self.shape = (len(dataset) if length is None else length,)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: slice | np.ndarray) -> Any:
        if isinstance(rows, slice):
            start, stop, _ = rows.indices(len(self))
            return self._dataset[self._start + start : self._start + stop]
        return self._dataset[(rows + self._start).tolist()]

    def window(self, start: int, stop: int) -> Rows:
        """Return the rows from `start` to `stop`."""
        return Rows(self._dataset, self._start + start, stop - start)


class DatasetAdapter:
    """Adapter over rows that are taken apart after they are read.

    Args:
        inner: Chooses rows.
        batch: Makes a batch of what was read.
    """

    def __init__(self, inner: ArrayAdapter, batch: Callable[[tuple[Any, ...]], tuple[Any, ...]]) -> None:
        self._inner = inner
        self._batch = batch
        self.batch_size = inner.batch_size
        self.num_batches = inner.num_batches

    @property
    def inputs(self) -> Any:
        """Return the inputs of all samples, read at once: what a column is where it is passed as targets."""
        return self._batch((self._inner.inputs[:],))[0]

    def epoch(self, seed: int | None, start_batch: int = 0) -> Iterator[Any]:
        """Yield the batches of one epoch; the same seed gives the same order."""
        return map(self._batch, self._inner.epoch(seed, start_batch))

    def shard(self, index: int, count: int) -> DatasetAdapter:
        """Return every `count`-th sample from `index` on."""
        return DatasetAdapter(self._inner.shard(index, count), self._batch)

    def split(self, fraction: float) -> tuple[DatasetAdapter, DatasetAdapter]:
        """Return the first samples and the last `fraction` of them, the latter in order.

        Raises:
            ValueError: If a part would be empty.
        """
        first, last = self._inner.split(fraction)
        return DatasetAdapter(first, self._batch), DatasetAdapter(last, self._batch)
