"""Datasets: what is refused, how long they are, and what an error says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from polykeras.data.choice import adapter_for
from polykeras.plugins import DataRequest

ROWS = tf.data.Dataset.range(10).map(lambda index: (tf.ones(2), index))
RAGGED = tf.ragged.constant([[1.0, 2.0], [3.0]])
SPARSE = tf.sparse.from_dense([[0.0, 1.0]])


@pytest.mark.parametrize(
    ("dataset", "batches", "size", "endless"),
    [
        (ROWS.batch(4), 3, None, False),
        (ROWS.batch(5, drop_remainder=True), 2, 5, False),
        (ROWS.filter(lambda _, index: index > 2).batch(4), None, None, False),
        (ROWS.batch(4).repeat(), None, None, True),
    ],
)
def test_lengths(dataset: Any, batches: int | None, size: int | None, endless: bool) -> None:
    adapter = adapter_for(DataRequest(dataset))
    assert (adapter.num_batches, adapter.batch_size, adapter.endless) == (batches, size, endless)


def test_an_error_says_which_batch_it_was() -> None:
    def batches() -> Iterator[Any]:
        for number in range(10):
            if number == 7:
                raise ValueError("no more of this")
            yield np.ones((2, 2), "float32")

    dataset = tf.data.Dataset.from_generator(batches, output_signature=tf.TensorSpec((None, 2)))
    seen = []
    with pytest.raises(tf.errors.OpError, match="no more of this") as caught:
        seen.extend(adapter_for(DataRequest(dataset)).epoch(None))
    assert len(seen) == 7
    assert caught.value.__notes__ == ["This was batch 7 of a tf.data.Dataset."]


@pytest.mark.parametrize(
    ("x", "received"),
    [
        (RAGGED, "The data are ragged"),
        (SPARSE, "The data are sparse"),
        (tf.data.Dataset.from_tensors(RAGGED), "The data are ragged"),
        (tf.data.Dataset.from_tensors((tf.ones((1, 2)), SPARSE)), "The data are sparse"),
    ],
)
def test_what_is_not_dense_is_refused(x: Any, received: str) -> None:
    with pytest.raises(ValueError, match=received) as caught:
        adapter_for(DataRequest(x))
    assert len(str(caught.value).splitlines()) == 4


@pytest.mark.parametrize("extra", ["y", "sample_weight"])
def test_targets_beside_a_dataset_are_refused(extra: str) -> None:
    with pytest.raises(ValueError, match=f"Received: {extra} beside it"):
        adapter_for(DataRequest(ROWS.batch(2), **{extra: np.ones(10)}))
