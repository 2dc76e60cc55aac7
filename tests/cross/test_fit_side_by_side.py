"""`fit`, whole, in threads and in a callback of another `fit`: it gives what it gives alone.

What is compared bit by bit runs with the same operations in the same order on the same machine.
"""

from __future__ import annotations

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import polykeras as keras
from polykeras import ops
from polykeras.backend import current
from polykeras.plugins.discovery import backend_names
from polykeras.plugins.errors import BackendMismatch

NAMES = backend_names()
PAIRS = list(itertools.combinations_with_replacement(NAMES, 2))
RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 6)).astype("float32")
Y = RNG.integers(0, 3, 40)


class Seen(keras.callbacks.Callback):
    """Notes the logs of each batch and epoch, and the thread's backend there."""

    def __init__(self) -> None:
        super().__init__()
        self.logs: list[Any] = []
        self.current: set[str] = set()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.logs.append(dict(logs))
        self.current.add(current.current_name())

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.logs.append(dict(logs))


def make(name: str) -> Any:
    with keras.use_backend(name):
        keras.utils.set_random_seed(4)
        model = keras.Sequential(
            [
                keras.Input((6,)),
                keras.layers.Dense(8, activation="relu"),
                keras.layers.Dropout(0.3, seed=3),
                keras.layers.BatchNormalization(),
                keras.layers.Dense(3, activation="softmax"),
            ]
        )
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def fit(model: Any, *more: Any) -> tuple[Any, list[np.ndarray]]:
    seen = Seen()
    # The order of rows is drawn from the process's seed, which threads would share: it is left as it is.
    history = model.fit(
        X, Y, batch_size=8, epochs=2, shuffle=False, validation_data=(X, Y), verbose=2, callbacks=[seen, *more]
    )
    return (seen.logs, history.history), model.get_weights()


@pytest.fixture(scope="module")
def alone() -> dict[str, Any]:
    return {name: fit(make(name)) for name in NAMES}


def same(found: Any, wanted: Any) -> None:
    (logs, history), weights = found
    (logs_alone, history_alone), weights_alone = wanted
    assert len(logs) == len(logs_alone) == 12
    for one, other in zip([*logs, history], [*logs_alone, history_alone], strict=True):
        assert one.keys() == other.keys()
        for key in one:
            np.testing.assert_allclose(one[key], other[key], rtol=1e-12, atol=0, err_msg=key)
    for one, other in zip(weights, weights_alone, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_two_threads(alone: dict[str, Any], pair: tuple[str, str]) -> None:
    models = [make(name) for name in pair]
    together = threading.Barrier(2)
    default = current.current_name()

    def train(model: Any) -> Any:
        in_step = keras.callbacks.LambdaCallback(on_train_batch_begin=lambda *_: together.wait(120))
        return fit(model, in_step)

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(train, models))
    for name, found in zip(pair, results, strict=True):
        same(found, alone[name])
    assert current.current_name() == default


@pytest.mark.parametrize(
    "pair", [*zip(NAMES, NAMES, strict=True), *itertools.pairwise([*NAMES, NAMES[0]])], ids="-".join
)
def test_a_fit_in_a_callback_of_another(alone: dict[str, Any], pair: tuple[str, str]) -> None:
    outer, inner = (make(name) for name in pair)
    results = []

    class Between(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            if not results:
                results.append(fit(inner))

    same(fit(outer, Between()), alone[pair[0]])
    same(results[0], alone[pair[1]])


@pytest.mark.parametrize("name", NAMES)
def test_a_function_may_be_decorated(name: str) -> None:
    @keras.use_backend(name)
    def where(depth: int) -> list[str]:
        return [current.current_name(), *(where(depth - 1) if depth else [])]

    default = current.current_name()
    assert where(2) == [name] * 3
    assert current.current_name() == default


@pytest.mark.parametrize(("own", "other"), list(itertools.permutations(NAMES, 2)))
def test_what_is_mixed_is_named(own: str, other: str) -> None:
    with keras.use_backend(other):
        foreign = ops.ones((4, 3))
    with keras.use_backend(own):
        metric, loss = keras.metrics.MeanSquaredError(), keras.losses.MeanSquaredError()
        metric.update_state(np.zeros((4, 3)), np.ones((4, 3)))
        weight = keras.Variable(np.zeros((4, 3), "float32"))
        layer = keras.layers.Dense(2)
        layer(np.zeros((4, 3), "float32"))
    calls = {
        "metric": lambda: metric.update_state(np.zeros((4, 3)), foreign),
        "loss": lambda: loss(np.zeros((4, 3)), foreign),
        "layer": lambda: layer(foreign),
        "op": lambda: ops.add(weight, foreign),
        "optimizer": lambda: keras.optimizers.SGD().apply([foreign], [weight]),
    }
    for what, call in calls.items():
        with keras.use_backend(own), pytest.raises(BackendMismatch) as caught:
            call()
        message = str(caught.value)
        assert "Received: " in message, what
        assert "Allowed: " in message, what
        assert len(message.splitlines()) == 4, what
        assert repr(own) in message, what
        assert repr(other) in message, what
    np.testing.assert_array_equal(weight.numpy(), 0)
    with keras.use_backend(own):
        assert float(metric.result()) == 1.0
