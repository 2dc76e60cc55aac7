"""Tensors of the backend's own are not copied on their way from the source to the step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import polykeras as keras
from polykeras import tree
from polykeras.backend import current

SHAPE = (4, 3)
COUNT = 5


class Watch:
    """What a backend's tensor provider was given to place, and how often it copied a batch's shape to the host."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.placed: list[Any] = []
        self.to_host = 0
        provider = current.current().tensors
        place, to_host = provider.place, provider.to_host

        def watched_place(batch: Any) -> Any:
            self.placed += [leaf for leaf in tree.flatten(batch) if leaf is not None]
            return place(batch)

        def watched_to_host(x: Any) -> Any:
            self.to_host += tuple(x.shape) == SHAPE
            return to_host(x)

        monkeypatch.setattr(provider, "place", watched_place, raising=False)
        monkeypatch.setattr(provider, "to_host", watched_to_host, raising=False)


@pytest.fixture
def model() -> Any:
    made = keras.Sequential([keras.Input(SHAPE[1:]), keras.layers.Dense(1)])
    made.compile("sgd", "mse")
    return made


def _tensors() -> list[Any]:
    return [
        (
            keras.ops.convert_to_tensor(np.full(SHAPE, index, "float32")),
            keras.ops.convert_to_tensor(np.ones((SHAPE[0], 1), "float32")),
        )
        for index in range(COUNT)
    ]


class Tensors(keras.utils.PyDataset):
    """Batches of tensors."""

    def __init__(self, batches: list[Any], **options: Any) -> None:
        super().__init__(**options)
        self.batches = batches

    def __len__(self) -> int:
        return len(self.batches)

    def __getitem__(self, index: int) -> Any:
        return self.batches[index]


class Stream:
    """Yields batches of tensors."""

    def __init__(self, batches: list[Any]) -> None:
        self.batches = batches

    def __iter__(self) -> Iterator[Any]:
        return iter(self.batches)


@pytest.mark.parametrize("source", [Tensors, lambda batches: Tensors(batches, workers=2), Stream, iter])
def test_batches_of_tensors_reach_the_device_as_they_are(source: Any, model: Any, monkeypatch: Any) -> None:
    batches = _tensors()
    watch = Watch(monkeypatch)
    model.fit(source(batches), shuffle=False, verbose=0)
    model.evaluate(Stream(batches), verbose=0)
    given = [id(leaf) for batch in batches for leaf in batch]
    assert [id(leaf) for leaf in watch.placed] == given * 2
    assert watch.to_host == 0


def test_rows_of_arrays_in_order_are_views(model: Any, monkeypatch: Any) -> None:
    x = np.zeros((COUNT * SHAPE[0], SHAPE[1]), "float32")
    y = np.zeros((COUNT * SHAPE[0], 1), "float32")
    watch = Watch(monkeypatch)
    model.fit(x, y, batch_size=SHAPE[0], shuffle=False, verbose=0)
    assert len(watch.placed) == 2 * COUNT
    assert all(np.shares_memory(leaf, x) or np.shares_memory(leaf, y) for leaf in watch.placed)
    assert watch.to_host == 0


def test_rows_of_tensors_share_their_memory(model: Any, monkeypatch: Any) -> None:
    x, y = np.zeros((COUNT * SHAPE[0], SHAPE[1]), "float32"), np.zeros((COUNT * SHAPE[0], 1), "float32")
    tensors = keras.ops.convert_to_tensor(x), keras.ops.convert_to_tensor(y)
    watch = Watch(monkeypatch)
    model.fit(*tensors, batch_size=SHAPE[0], shuffle=False, verbose=0)
    whole = [np.from_dlpack(tensor) for tensor in tensors]
    assert len(watch.placed) == 2 * COUNT
    assert all(any(np.shares_memory(np.from_dlpack(leaf), one) for one in whole) for leaf in watch.placed)
    assert watch.to_host == 0
