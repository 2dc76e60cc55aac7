"""Arrays that lie in files: rows are read as they are asked for, in the order that arrays in memory have."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from polykeras.data.choice import adapter_for
from polykeras.plugins import DataRequest

ROWS = 23
X = np.arange(ROWS * 2, dtype="float32").reshape(ROWS, 2)
Y = np.arange(ROWS)


class Counted:
    """Rows like those of a file, which says what was read of it."""

    def __init__(self, array: np.ndarray) -> None:
        self._array = array
        self.shape, self.dtype = array.shape, array.dtype
        self.read: list[Any] = []

    def __len__(self) -> int:
        return len(self._array)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        raise AssertionError("the whole was read")

    def __getitem__(self, rows: Any) -> np.ndarray:
        self.read.append(rows)
        return self._array[rows]


def _mapped(folder: Path) -> Iterator[Any]:
    mapped = np.memmap(folder / "x", "float32", "w+", shape=X.shape)
    mapped[:] = X
    yield mapped


def _hdf5(folder: Path) -> Iterator[Any]:
    with h5py.File(folder / "x.h5", "w") as file:
        yield file.create_dataset("x", data=X)


def _counted(_: Path) -> Iterator[Any]:
    yield Counted(X)


@pytest.fixture(params=[_mapped, _hdf5, _counted])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """Return `X` as it lies in a file."""
    yield from request.param(tmp_path)


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("seed", [None, 3])
def test_batches_are_those_of_arrays(source: Any, shuffle: bool, seed: int | None) -> None:
    ours, theirs = (adapter_for(DataRequest(x, Y, None, 4, shuffle)) for x in (source, X))
    for one, other in zip(ours.epoch(seed), theirs.epoch(seed), strict=True):
        for own, their in zip(one, other, strict=True):
            assert type(own).__module__ == "numpy"
            np.testing.assert_array_equal(own, their)


def test_parts_and_splits(source: Any) -> None:
    train, held_out = adapter_for(DataRequest(source, Y, None, 5)).split(0.4)
    np.testing.assert_array_equal(np.concatenate([x for x, _ in train.epoch(None)]), X[:13])
    np.testing.assert_array_equal(np.concatenate([x for x, _ in held_out.epoch(None)]), X[13:])
    part = held_out.shard(1, 3)
    np.testing.assert_array_equal(np.concatenate([y for _, y in part.epoch(None)]), Y[13:][1::3])


def test_nothing_is_read_before_it_is_asked_for() -> None:
    source = Counted(X)
    adapter = adapter_for(DataRequest({"x": source}, Y, None, 4, True))
    assert source.read == []
    batches = adapter.epoch(5)
    next(batches)
    (rows,) = source.read
    assert len(rows) == 4
    assert list(rows) == sorted(rows)  # readers of files want increasing indices


def test_views_in_order_share_memory() -> None:
    nested = {"a": (X, [X[:, :1]]), "b": Y}
    for (x,) in adapter_for(DataRequest(nested, batch_size=6)).epoch(None):
        assert np.shares_memory(x["a"][0], X)
        assert np.shares_memory(x["a"][1][0], X)
        assert np.shares_memory(x["b"], Y)
