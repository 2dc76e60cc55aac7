"""The kinds of data source, each made of the same samples: what a user passes to `fit` for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

import polykeras as keras
from polykeras import tree

SIZE = 4
"""Samples per batch: ten samples make two batches, and one of two."""


class Samples(NamedTuple):
    """Inputs, an array or a dict of arrays of one column, with targets and weights if there are any."""

    x: Any
    y: Any = None
    weight: Any = None

    def parts(self) -> tuple[Any, ...]:
        """Return what is there, as a batch has it."""
        given = (self.x, self.y, self.weight)
        return given if self.weight is not None else given[:2] if self.y is not None else given[:1]

    def batches(self) -> list[Any]:
        """Return the batches in order."""
        parts = self.parts()
        count = len(tree.flatten(parts)[0])
        return [
            tree.map_structure(lambda array: array[start : start + SIZE], parts)  # noqa: B023 - called before the next
            for start in range(0, count, SIZE)
        ]


class Kind(NamedTuple):
    """A kind of source.

    Attributes:
        name: Told in the test's id.
        rows: Whether polykeras makes the batches, so that its seed orders the samples and it can split them.
        source: Makes the arguments ``x``, ``y``, ``sample_weight`` and ``batch_size`` of a loop.
        unknown: The same for a source that does not know its length; ``None`` where there is no such thing.
        shuffled: The same for a source that orders samples itself, anew in each epoch; ``None`` where `fit` does it.
    """

    name: str
    rows: bool
    source: Callable[[Samples], dict[str, Any]]
    unknown: Callable[[Samples], dict[str, Any]] | None = None
    shuffled: Callable[[Samples], dict[str, Any]] | None = None


def _beside(x: Any, samples: Samples, convert: Callable[[np.ndarray], Any]) -> dict[str, Any]:
    given = {"x": x, "y": samples.y, "sample_weight": samples.weight}
    known = {name: value if name == "x" else convert(value) for name, value in given.items() if value is not None}
    return {**known, "batch_size": SIZE}


# ------------------------------------------------------------------------------------------------------------- rows


def _arrays(samples: Samples) -> dict[str, Any]:
    return _beside(samples.x, samples, np.asarray)


def _frame(samples: Samples) -> dict[str, Any]:
    import pandas as pd

    columns = {name: column[:, 0] for name, column in samples.x.items()} if isinstance(samples.x, dict) else samples.x
    # An index of its own: rows are taken by position.
    index = np.arange(len(samples.y if samples.y is not None else samples.x))[::-1]
    return _beside(pd.DataFrame(columns, index=index), samples, lambda array: pd.Series(array, index=index))


def _columns(samples: Samples) -> dict[str, np.ndarray]:
    """Return one-dimensional columns of the inputs; Arrow knows no matrices."""
    if isinstance(samples.x, dict):
        return {name: column[:, 0] for name, column in samples.x.items()}
    return {f"x{index}": samples.x[:, index] for index in range(samples.x.shape[1])}


def _table(samples: Samples) -> dict[str, Any]:
    import pyarrow as pa

    return _beside(pa.table(_columns(samples)), samples, pa.array)


def _reader(samples: Samples) -> dict[str, Any]:
    """Return a dataset of Arrow, which is read as it comes; its targets are a column."""
    import pyarrow as pa
    import pyarrow.dataset

    table = pa.table({**_columns(samples), "target": samples.y})
    return {"x": pyarrow.dataset.dataset(table), "y": "target", "batch_size": SIZE}


def _hugging_face_dataset(samples: Samples) -> Any:
    import datasets

    inputs = samples.x if isinstance(samples.x, dict) else {"x": samples.x}
    beside = {"label": samples.y, "weight": samples.weight}
    columns = {**inputs, **{name: value for name, value in beside.items() if value is not None}}
    return datasets.Dataset.from_dict(columns).with_format("numpy")


def _hugging_face(samples: Samples) -> dict[str, Any]:
    weight = {} if samples.weight is None else {"sample_weight": "weight"}
    return {"x": _hugging_face_dataset(samples), **weight, "batch_size": SIZE}


def _streamed(samples: Samples) -> dict[str, Any]:
    return {"x": _hugging_face_dataset(samples).to_iterable_dataset(), "batch_size": SIZE}


# ---------------------------------------------------------------------------------------------------------- tf.data


def _tf_dataset(samples: Samples) -> Any:
    import tensorflow as tf

    parts = samples.parts()
    return tf.data.Dataset.from_tensor_slices(parts if len(parts) > 1 else parts[0])


def _tf_data(samples: Samples) -> dict[str, Any]:
    return {"x": _tf_dataset(samples).batch(SIZE)}


def _tf_unknown(samples: Samples) -> dict[str, Any]:
    import tensorflow as tf

    dataset = _tf_dataset(samples).filter(lambda *_: True).batch(SIZE)
    assert dataset.cardinality() == tf.data.UNKNOWN_CARDINALITY
    return {"x": dataset}


def _tf_shuffled(samples: Samples) -> dict[str, Any]:
    return {"x": _tf_dataset(samples).shuffle(10).batch(SIZE)}


# ------------------------------------------------------------------------------------------------------- DataLoader


def _torch_dataset(samples: Samples, base: str) -> Any:
    import torch

    parts = samples.parts()

    class Rows(getattr(torch.utils.data, base)):  # type: ignore[misc]
        def __len__(self) -> int:
            return len(tree.flatten(parts)[0])

        def __getitem__(self, index: int) -> Any:
            sample = tree.map_structure(lambda array: array[index], parts)
            return sample if len(sample) > 1 else sample[0]

    class Stream(Rows):
        __len__ = None  # type: ignore[assignment]

        def __iter__(self) -> Iterator[Any]:
            return (self[index] for index in range(Rows.__len__(self)))

    return Rows() if base == "Dataset" else Stream()


def _loader(samples: Samples, base: str = "Dataset", **options: Any) -> dict[str, Any]:
    import torch

    return {"x": torch.utils.data.DataLoader(_torch_dataset(samples, base), batch_size=SIZE, **options)}


# ------------------------------------------------------------------------------------------- datasets by index, code


class Dataset(keras.utils.PyDataset):
    """Batches by index."""

    def __init__(self, batches: list[Any], **options: Any) -> None:
        super().__init__(**options)
        self._batches = batches

    def __len__(self) -> int:
        return len(self._batches)

    def __getitem__(self, index: int) -> Any:
        batch = self._batches[index]
        return batch if len(batch) > 1 else batch[0]


def _by_index(samples: Samples, **options: Any) -> dict[str, Any]:
    return {"x": Dataset(samples.batches(), **options)}


class Stream:
    """Yields batches, anew each time."""

    def __init__(self, batches: list[Any]) -> None:
        self._batches = batches

    def __iter__(self) -> Iterator[Any]:
        return iter(self._batches)


KINDS = [
    Kind("numpy", rows=True, source=_arrays),
    Kind("pandas", rows=True, source=_frame),
    Kind("arrow", rows=True, source=_table, unknown=_reader),
    Kind("hugging_face", rows=True, source=_hugging_face, unknown=_streamed),
    Kind("tf_data", rows=False, source=_tf_data, unknown=_tf_unknown, shuffled=_tf_shuffled),
    Kind(
        "dataloader",
        rows=False,
        source=_loader,
        unknown=lambda samples: _loader(samples, "IterableDataset"),
        shuffled=lambda samples: _loader(samples, shuffle=True),
    ),
    Kind(
        "py_dataset",
        rows=False,
        source=lambda samples: _by_index(samples, workers=2),
        unknown=lambda samples: {"x": Stream(samples.batches())},
    ),
]
