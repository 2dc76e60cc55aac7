"""Datasets of tf.data: batches as TensorFlow makes them, read ahead by its own threads.

Promises: batches are TensorFlow's own tensors, which its backend takes as they are and others share through DLPack; an
error says which batch it was. Refuses: ragged and sparse elements, and what a dataset brings itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import tensorflow as tf

from polykeras.data import BatchSource, check_batch, refuse_beside
from polykeras.plugins import DataRequest

_WHAT = "a tf.data.Dataset"
_AHEAD = 2


def claim(request: DataRequest) -> TfDataAdapter | None:
    """Return an adapter over a dataset, or ``None`` when `x` is none.

    Raises:
        ValueError: `x` is ragged or sparse, or has such elements; or targets or weights stand beside a dataset.
    """
    x = request.x
    if isinstance(x, tf.data.Dataset):
        refuse_beside(request, _WHAT)
        _check_elements(x.element_spec)
        return TfDataAdapter(x)
    if isinstance(x, (tf.RaggedTensor, tf.SparseTensor)):
        _check_elements(tf.type_spec_from_value(x))
    return None


class TfDataAdapter(BatchSource):
    """Adapter over a dataset.

    Args:
        dataset: Whose elements are batches.
    """

    what = _WHAT

    def __init__(self, dataset: tf.data.Dataset) -> None:
        self._dataset = dataset
        count = int(dataset.cardinality())
        endless = count == tf.data.INFINITE_CARDINALITY
        known = not endless and count != tf.data.UNKNOWN_CARDINALITY
        super().__init__(count if known else None, _samples(dataset.element_spec), endless=endless)

    def epoch(self, seed: int | None, start_batch: int = 0) -> Iterator[Any]:
        """Yield the batches from `start_batch` on, in the dataset's own order."""
        del seed  # a dataset that shuffles says so itself, with a seed of its own
        dataset = self._dataset.skip(start_batch) if start_batch else self._dataset
        number = start_batch
        try:
            for batch in dataset.prefetch(_AHEAD):
                yield check_batch(batch, _WHAT, number)
                number += 1
        except (tf.errors.OpError, ValueError) as error:
            error.add_note(f"This was batch {number} of {_WHAT}.")
            raise

    def shard(self, index: int, count: int) -> TfDataAdapter:
        """Return every `count`-th batch from `index` on."""
        return TfDataAdapter(self._dataset.shard(count, index))


def _samples(spec: Any) -> int | None:
    """Return the number of samples per batch where the dataset knows it."""
    for leaf in tf.nest.flatten(spec):
        shape = getattr(leaf, "shape", None)
        if shape is not None and shape.rank:
            return None if shape[0] is None else int(shape[0])
    return None


def _check_elements(spec: Any) -> None:
    for leaf in tf.nest.flatten(spec):
        if isinstance(leaf, (tf.RaggedTensorSpec, tf.SparseTensorSpec)):
            kind = "ragged" if isinstance(leaf, tf.RaggedTensorSpec) else "sparse"
            raise ValueError(
                f"The data are {kind}.\nReceived: {leaf}.\n"
                "Allowed: dense tensors, whose rows have one shape.\n"
                + (
                    "Pad the rows with `to_tensor()`, in `dataset.map` for a dataset, and pass a mask."
                    if kind == "ragged"
                    else "Make them dense with `tf.sparse.to_dense`, in `dataset.map` for a dataset."
                )
            )
