"""Sources that fail: a clear error, and a model with the weights of the last finished step."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import polykeras as keras

X = np.linspace(-1.0, 1.0, 30, dtype="float32").reshape(10, 3)
Y = np.arange(10) % 2
BATCHES = [(X, Y)] * 10
BAD = 7


class StopError(ValueError):
    """Raised by a source."""


class Dataset(keras.utils.PyDataset):
    """Ten batches, of which one fails."""

    def __init__(self, how: str = "", **options: Any) -> None:
        super().__init__(**options)
        self.how = how

    def __len__(self) -> int:
        return len(BATCHES)

    def __getitem__(self, index: int) -> Any:
        if index == BAD and self.how == "raises":
            raise StopError("no more of this")
        if index == BAD and self.how == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        return BATCHES[index]


def _fails(batches: list[Any] = BATCHES) -> Iterator[Any]:
    for number, batch in enumerate(batches):
        if number == BAD:
            raise StopError("no more of this")
        yield batch


def _model() -> Any:
    keras.utils.set_random_seed(2)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, activation="sigmoid")])
    model.compile(keras.optimizers.SGD(0.5), "binary_crossentropy")
    return model


def _after(steps: int) -> list[Any]:
    model = _model()
    model.fit((batch for batch in BATCHES[:steps]), verbose=0)
    return model.get_weights()


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(_fails, id="a generator"),
        pytest.param(lambda: Dataset("raises"), id="by index"),
        pytest.param(lambda: Dataset("raises", workers=3), id="threads"),
        pytest.param(lambda: Dataset("raises", workers=2, use_multiprocessing=True), id="processes"),
    ],
)
def test_a_source_that_raises(source: Any) -> None:
    model = _model()
    with pytest.raises(StopError, match="no more of this") as caught:
        model.fit(source(), shuffle=False, verbose=0)
    assert any(f"batch {BAD}" in note for note in caught.value.__notes__)
    for own, other in zip(model.get_weights(), _after(BAD), strict=True):
        np.testing.assert_array_equal(own, other)
    model.fit(X, Y, verbose=0)  # it trains on


def test_a_worker_that_is_killed() -> None:
    model = _model()
    with pytest.raises(RuntimeError, match=rf"(?s)died.*SIGKILL.*batch {BAD}"):
        model.fit(Dataset("killed", workers=1, use_multiprocessing=True), shuffle=False, verbose=0)
    for own, other in zip(model.get_weights(), _after(BAD), strict=True):
        np.testing.assert_array_equal(own, other)


def test_a_worker_tells_its_own_traceback() -> None:
    with pytest.raises(StopError) as caught:
        _model().fit(Dataset("raises", workers=2, use_multiprocessing=True), shuffle=False, verbose=0)
    assert any("In a worker process" in note and "__getitem__" in note for note in caught.value.__notes__)


def test_a_generator_that_ends_early() -> None:
    model = _model()
    with pytest.raises(ValueError, match=r"ended early|at its end") as caught:
        model.fit((batch for batch in BATCHES), steps_per_epoch=4, epochs=3, verbose=0)
    assert "10 batches" in str(caught.value)
    for own, other in zip(model.get_weights(), _after(10), strict=True):
        np.testing.assert_array_equal(own, other)


SHORT = {"x": X, "y": Y[:7]}
REFUSED = [
    pytest.param(SHORT, "x: 10; y: 7", id="lengths that differ"),
    pytest.param({"x": {"a": X, "b": X[:3]}, "y": Y}, "x: 10, 3; y: 10", id="lengths that differ in a dict"),
    pytest.param({"x": X[:0], "y": Y[:0]}, "0 samples", id="no samples"),
    pytest.param({"x": iter(())}, "at its end|no batches", id="a generator without batches"),
    pytest.param({"x": [[1.0, 2.0, 3.0], [1.0]], "y": [0, 1]}, "different lengths", id="ragged lists"),
    pytest.param({"x": np.array([["a", "b", "c"]]), "y": Y[:1]}, "dtype <U1", id="text"),
    pytest.param({"x": X.astype(object), "y": Y}, "dtype object", id="objects"),
    pytest.param({"x": Dataset(), "y": Y}, "Received: y beside it", id="targets beside a dataset"),
    pytest.param({"x": Dataset(), "sample_weight": Y}, "sample_weight beside it", id="weights beside a dataset"),
    pytest.param({"x": Dataset(), "validation_split": 0.1}, "validation_split=0.1 for a PyDataset", id="split"),
    pytest.param({"x": (b for b in [(X, Y, Y, Y)])}, "Batch 0 of a generator", id="batches of four items"),
    pytest.param({"x": X, "y": Y, "batch_size": 0}, "batch_size=0", id="a batch size of nothing"),
    pytest.param({"x": {1, 2}, "y": Y}, "No data adapter takes this data", id="a set"),
]


@pytest.mark.parametrize(("arguments", "received"), REFUSED)
def test_a_source_that_is_refused(arguments: dict[str, Any], received: str) -> None:
    model = _model()
    before = model.get_weights()
    with pytest.raises((ValueError, TypeError), match=received) as caught:
        model.fit(**arguments, verbose=0)
    lines = str(caught.value).splitlines()
    assert len(lines) >= 4
    assert lines[1].startswith("Received: ")
    assert lines[2].startswith("Allowed: ")
    for own, other in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(own, other)
