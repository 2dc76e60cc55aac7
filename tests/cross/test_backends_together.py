"""Every installed backend in one process: models, threads and defaults that do not disturb each other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import polykeras as keras
from polykeras import ops
from polykeras.backend import current
from polykeras.plugins.discovery import backend_names
from polykeras.plugins.errors import BackendMismatch, BackendNotFound

NAMES = backend_names()
STEPS = 5
RNG = np.random.default_rng(0)
X = RNG.normal(size=(STEPS * 8, 6)).astype("float32")
Y = RNG.integers(0, 3, STEPS * 8)


@pytest.fixture(autouse=True)
def default_restored() -> Iterator[None]:
    assert len(NAMES) >= 2
    keras.set_backend(NAMES[0])
    before = current.ACTIVE.count
    yield
    assert current.ACTIVE.count == before
    assert current.current_name() in NAMES
    keras.set_backend(NAMES[0])


def _other(name: str) -> str:
    return NAMES[(NAMES.index(name) + 1) % len(NAMES)]


def _model(name: str) -> Any:
    with keras.use_backend(name):
        keras.utils.set_random_seed(4)
        model = keras.Sequential(
            [
                keras.Input((6,)),
                keras.layers.Dense(8, activation="relu"),
                keras.layers.Dropout(0.3),
                keras.layers.BatchNormalization(),
                keras.layers.Dense(3, activation="softmax"),
            ]
        )
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def _step(model: Any, number: int) -> float:
    rows = slice(number * 8, number * 8 + 8)
    return float(model.train_on_batch(X[rows], Y[rows])[0])


class Run:
    """A model trained from its start, with what came of it."""

    def __init__(self, name: str, train: Callable[[Any], list[float]]) -> None:
        self.model = _model(name)
        self.finish(train(self.model))

    def finish(self, losses: list[float]) -> None:
        self.losses = losses
        self.weights = self.model.get_weights()
        self.predicted = self.model.predict(X, verbose=0)


def _all_steps(model: Any) -> list[float]:
    return [_step(model, number) for number in range(STEPS)]


@pytest.fixture(scope="module")
def alone() -> dict[str, Run]:
    """Each backend's training with no other one current."""
    runs = {}
    for name in NAMES:
        keras.set_backend(name)
        runs[name] = Run(name, _all_steps)
    return runs


def _same(model: Any, losses: list[float], reference: Run) -> None:
    # The same operations in the same order: equal up to the threads of a framework's own reductions.
    np.testing.assert_allclose(losses, reference.losses, rtol=1e-6)
    for own, wanted in zip(model.get_weights(), reference.weights, strict=True):
        np.testing.assert_allclose(own, wanted, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(model.predict(X, verbose=0), reference.predicted, rtol=1e-5, atol=1e-7)


def test_training_alone_learns_something(alone: dict[str, Run]) -> None:
    for run in alone.values():
        assert all(np.isfinite(run.losses))
        assert not np.array_equal(run.weights[0], _model(NAMES[0]).get_weights()[0])
    # The draws of Dropout differ between most, so these are several trainings and not one counted twice.
    assert len({tuple(run.losses) for run in alone.values()}) > 1


@pytest.mark.parametrize("default", NAMES)
def test_interleaved_batches_change_nothing(alone: dict[str, Run], default: str) -> None:
    models = {name: _model(name) for name in NAMES}
    keras.set_backend(default)
    losses: dict[str, list[float]] = {name: [] for name in NAMES}
    for number in range(STEPS):
        for name, model in models.items():
            losses[name].append(_step(model, number))
    for name, model in models.items():
        _same(model, losses[name], alone[name])
    assert current.current_name() == default


def test_a_thread_for_each_changes_nothing(alone: dict[str, Run]) -> None:
    models = {name: _model(name) for name in NAMES}
    together = threading.Barrier(len(NAMES))

    def train(name: str) -> list[float]:
        losses = []
        for number in range(STEPS):
            together.wait(60)  # all are in their first, compiling step at once, and in each one after
            losses.append(_step(models[name], number))
        return losses

    with ThreadPoolExecutor(len(NAMES)) as pool:
        futures = {name: pool.submit(train, name) for name in NAMES}
        results = {name: future.result(120) for name, future in futures.items()}
    for name, model in models.items():
        _same(model, results[name], alone[name])


@pytest.mark.parametrize("name", NAMES)
def test_a_new_default_leaves_models_where_they_are(alone: dict[str, Run], name: str) -> None:
    keras.set_backend(name)
    model = _model(name)
    keras.set_backend(_other(name))
    losses = _all_steps(model)
    assert {variable.backend_name for variable in [*model.variables, *model.optimizer.variables]} == {name}
    _same(model, losses, alone[name])
    outputs = model(X[:2])
    with keras.use_backend(name) as backend:
        assert backend.tensors.is_tensor(outputs)
    # What is made now belongs to the new default.
    assert keras.Variable(1.0).backend_name == _other(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_layer_s_draws_stay_where_its_seed_is(name: str) -> None:
    with keras.use_backend(name) as backend:
        layer = keras.layers.Dropout(0.5, seed=1)
    keras.set_backend(_other(name))
    assert backend.tensors.is_tensor(layer(X, training=True))


def test_use_backend_nests() -> None:
    first, second = NAMES[:2]
    with keras.use_backend(second) as outer:
        assert (current.current_name(), outer.name) == (second, second)
        with keras.use_backend(first), keras.use_backend(second):
            with keras.use_backend(first) as inner:
                assert inner.tensors.is_tensor(ops.add(1.0, 2.0))
            assert outer.tensors.is_tensor(ops.add(1.0, 2.0))
        assert current.current() is outer
    assert current.current_name() == first


def test_an_exception_leaves_the_block() -> None:
    with pytest.raises(KeyError), keras.use_backend(NAMES[1]):
        raise KeyError
    assert current.current_name() == NAMES[0]
    with pytest.raises(BackendNotFound), keras.use_backend("nobody"):
        pass
    with pytest.raises(BackendNotFound):
        keras.set_backend("nobody")
    assert current.current_name() == NAMES[0]


def test_overrides_belong_to_their_thread() -> None:
    inside, checked = threading.Event(), threading.Event()
    seen: list[str] = []

    def bystander() -> None:
        inside.wait(60)
        seen.append(current.current_name())
        checked.set()

    thread = threading.Thread(target=bystander)
    thread.start()  # before the block, so it inherits nothing
    with keras.use_backend(NAMES[1]):
        child = threading.Thread(target=lambda: seen.append(f"child {current.current_name()}"))
        inside.set()
        checked.wait(60)
        child.start()
        child.join(60)
    thread.join(60)
    assert seen == [NAMES[0], f"child {NAMES[1]}"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "call",
    [
        lambda x: ops.add(x, 1.0),
        lambda x: ops.matmul(np.ones((2, 2), "float32"), x),
        lambda x: ops.concatenate([x, ops.ones((2, 2))]),
        ops.exp,
        ops.convert_to_tensor,
    ],
    ids=["add", "matmul", "concatenate", "exp", "convert_to_tensor"],
)
def test_tensors_of_two_backends_do_not_mix(name: str, call: Callable[[Any], Any]) -> None:
    with keras.use_backend(_other(name)):
        foreign = ops.ones((2, 2))
    with keras.use_backend(name), pytest.raises(BackendMismatch, match="Allowed: ") as caught:
        call(foreign)
    message = str(caught.value)
    assert f"use_backend({_other(name)!r})" in message
    assert repr(name) in message


def test_two_models_of_one_backend_in_two_threads(alone: dict[str, Run]) -> None:
    for name in NAMES:
        models = [_model(name), _model(name)]
        with ThreadPoolExecutor(2) as pool:
            for model, losses in zip(models, pool.map(_all_steps, models), strict=True):
                _same(model, losses, alone[name])


@pytest.mark.parametrize("name", NAMES)
def test_a_model_takes_no_foreign_tensors_but_any_data(name: str) -> None:
    model = _model(name)
    with keras.use_backend(_other(name)):
        foreign = ops.convert_to_tensor(X)
    with pytest.raises(BackendMismatch, match="Allowed: "):
        model(foreign)
    # As data they are values like any others.
    np.testing.assert_array_equal(model.predict(foreign, verbose=0), model.predict(X, verbose=0))


def test_a_model_of_two_backends_cannot_train() -> None:
    first, second = NAMES[:2]
    with keras.use_backend(first):
        inner = keras.Sequential([keras.Input((6,)), keras.layers.Dense(4, name="inner")])
    with keras.use_backend(second):
        model = keras.Sequential([keras.Input((6,)), inner, keras.layers.Dense(3, activation="softmax", name="outer")])
        model.compile("sgd", "sparse_categorical_crossentropy")
        with pytest.raises(BackendMismatch, match="weights on several backends") as caught:
            model.fit(X, Y, verbose=0)
    assert "'inner/kernel' on" in str(caught.value)
    assert "'outer/kernel' on" in str(caught.value)


def test_an_optimizer_built_elsewhere_is_refused() -> None:
    first, second = (_model(name) for name in NAMES[:2])
    optimizer = keras.optimizers.Adam()
    optimizer.build(first.trainable_variables)
    gradients = [np.zeros(variable.shape, "float32") for variable in second.trainable_variables]
    with pytest.raises(ValueError, match="Allowed: "):
        optimizer.apply(gradients, second.trainable_variables)


@pytest.mark.parametrize("name", NAMES)
def test_operators_of_tensors_work_whatever_is_current(name: str) -> None:
    with keras.use_backend(name) as backend:
        x = ops.arange(4, dtype="float32")
    with keras.use_backend(_other(name)):
        results = [x + 1, 2 * x, x[1:], -x, x == 3.0, abs(x)]
        assert all(backend.tensors.is_tensor(result) for result in results)
        assert "3." in repr(x)


def test_values_cross_through_numpy() -> None:
    with keras.use_backend(NAMES[1]):
        foreign = ops.arange(3, dtype="float32")
        variable = keras.Variable(np.ones(3, "float32"))
    own = keras.Variable(np.zeros(3, "float32"))
    own.assign(variable)
    np.testing.assert_array_equal(own.numpy(), [1.0, 1.0, 1.0])
    assert ops.is_tensor(ops.add(ops.convert_to_numpy(foreign), own))
