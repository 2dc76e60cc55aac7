"""Datasets that are read as they come.

Promises: batches of `batch_size` rows in the dataset's own format where that gives arrays or tensors, as NumPy arrays
otherwise. Where ``shuffle=True`` is asked for, a seed is an epoch of the dataset's own: it orders the shards, and what
its `shuffle` draws. Parts are shards of the dataset where their number allows, rows otherwise. Refuses: targets that
are not in its columns.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from keras_data_hugging_face.columns import Parts, parts_of, taken
from keras_data_hugging_face.rows import ARRAYS
from keras_data_hugging_face.values import array_of
from polykeras.data.batch_size import checked_size
from polykeras.data.roles import is_names
from polykeras.plugins import DataRequest


def over(request: DataRequest) -> StreamAdapter:
    """Return an adapter over a `datasets.IterableDataset`.

    Raises:
        ValueError: Targets or weights are not in its columns, or the batch size is not usable.
    """
    for name, value in (("y", request.y), ("sample_weight", request.sample_weight)):
        if value is not None and not is_names(value):
            raise ValueError(
                "Arrays cannot go beside a dataset that is read as it comes.\n"
                f"Received: {name} of type {type(value).__name__}.\n"
                f"Allowed: {name} left out, or names of the dataset's columns.\nAdd it with `map` and pass its name."
            )
    return StreamAdapter(request, checked_size(request.batch_size))


class StreamAdapter:
    """Adapter over a dataset without a length.

    Args:
        request: What the user passed, with the dataset, or a part of it, for `x`.
        size: Rows per batch.
    """

    num_batches = None
    what = "a dataset that is read as it comes"

    def __init__(self, request: DataRequest, size: int) -> None:
        self._request = request
        self.batch_size = size
        dataset = request.x
        names = dataset.column_names
        self._parts = None if names is None else parts_of(request, names)
        if self._parts is not None:
            dataset = dataset.select_columns(self._parts.names)
        formatting = getattr(dataset, "_formatting", None)
        if formatting is None or formatting.format_type not in ARRAYS:
            dataset = dataset.with_format("numpy")
        self._dataset = dataset
        self._features = dataset.features or {}

    def epoch(self, seed: int | None, start_batch: int = 0) -> Iterator[Any]:
        """Yield the batches of one epoch from `start_batch` on; `seed` orders shards and what the dataset shuffles."""
        self._dataset.set_epoch(seed if self._request.shuffle and seed is not None else 0)
        batches = self._dataset.iter(self.batch_size)
        return (self._batch(columns) for columns in itertools.islice(batches, start_batch, None))

    def _batch(self, columns: Any) -> tuple[Any, ...]:
        if self._parts is None:
            self._parts = parts_of(self._request, list(columns))
        parts: Parts = self._parts
        arrays = {name: array_of(name, columns[name], self._features.get(name)) for name in parts.names}
        return taken(arrays, parts)

    def shard(self, index: int, count: int) -> StreamAdapter:
        """Return the part of worker `index` of `count`."""
        # The dataset is there, so the package is; it is asked for when it is needed, and by those who have it.
        from datasets.distributed import split_dataset_by_node

        part = split_dataset_by_node(self._request.x, rank=index, world_size=count)
        return StreamAdapter(self._request._replace(x=part), self.batch_size)
