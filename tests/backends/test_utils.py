"""`utils`, `config` and seed generators where they touch tensors, variables and loops."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from polykeras import callbacks, config, layers, models, ops, random, utils
from polykeras.backend import current, run_limits


def host(x: Any) -> np.ndarray:
    assert ops.is_tensor(x)
    return ops.convert_to_numpy(x)


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        ([0, 1], [[1, 0, 0], [0, 1, 0]]),
        ([[0], [1]], [[1, 0, 0], [0, 1, 0]]),
        ([0, 7, -1], [[1, 0, 0], [0, 0, 0], [0, 0, 0]]),
        ([0.0, 2.0], [[1, 0, 0], [0, 0, 1]]),
    ],
)
def test_to_categorical_of_tensors(x, expected):
    got = host(utils.to_categorical(ops.array(x), 3))
    assert got.dtype == np.float32
    np.testing.assert_array_equal(got, expected)


@pytest.mark.parametrize(
    ("x", "options", "expected"),
    [
        ([[3.0, 4], [0, 0]], {}, [[0.6, 0.8], [0, 0]]),
        ([[3.0, 4], [1, 2]], {"order": 1}, [[3 / 7, 4 / 7], [1 / 3, 2 / 3]]),
        ([[3.0, 4], [0, 0]], {"order": 3}, [[0.6669718, 0.8892957], [0, 0]]),
        ([[3, 4], [0, 0]], {}, [[0.6, 0.8], [0, 0]]),
        (5.0, {}, [1.0]),
    ],
)
def test_normalize_of_tensors_and_lists(x, options, expected):
    for value in (x, ops.array(x)):
        got = host(utils.normalize(value, **options))
        assert got.dtype == np.float32
        np.testing.assert_allclose(got, expected, rtol=1e-5)


def test_a_generator_moves_on_and_what_it_gave_stays():
    generator = random.SeedGenerator(3)
    given = [generator.next(), generator.next(), generator.next(ordered=False), generator.next()]
    assert [host(words).tolist() for words in given] == [[3, 0], [3, 1], [3, 2], [3, 2]]
    assert generator.state.numpy().tolist() == [3, 3]
    assert generator.state.numpy().dtype == np.uint32


def test_a_layer_lists_the_states_of_its_generators():
    class Noisy(layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.own = random.SeedGenerator(1)
            self.several = [random.SeedGenerator(2), {"deep": random.SeedGenerator(3)}]

        def call(self, x: Any) -> Any:
            return x + random.uniform((), seed=self.own)

    model = models.Sequential([layers.Input((2,)), Noisy(), layers.Dropout(0.5, seed=4)])
    seeds = [v.numpy().tolist() for v in model.variables if v.name == "seed_generator_state"]
    assert [words[0] for words in seeds] == [1, 2, 3, 4]
    assert not model.weights
    model(np.ones((1, 2), "float32"), training=True)
    assert [v.numpy().tolist()[1] for v in model.variables] == [1, 0, 0, 1]


def test_assigning_a_state_repeats_the_draws():
    generator = random.SeedGenerator(7)
    state = generator.state.numpy()
    first = host(random.normal((4,), seed=generator))
    generator.state.assign(state)
    np.testing.assert_array_equal(host(random.normal((4,), seed=generator)), first)


def test_the_process_seed_repeats_draws_and_weights():
    def draws() -> list[np.ndarray]:
        return [host(random.uniform((3,))), host(layers.Dense(2)(ops.ones((1, 3))))]

    utils.set_random_seed(11)
    first = draws()
    for again in (lambda: utils.set_random_seed(11), utils.clear_session):
        again()
        for one, other in zip(first, draws(), strict=True):
            np.testing.assert_array_equal(one, other)


def test_the_hidden_generator_of_a_framework_is_seeded(monkeypatch):
    seeds: list[int] = []
    provider = current.current().random
    monkeypatch.setattr(provider, "seed_framework", seeds.append, raising=False)
    utils.set_random_seed(12)
    assert seeds == [12]


def compiled() -> models.Sequential:
    model = models.Sequential([layers.Input((2,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


X, Y = np.ones((40, 2), "float32"), np.ones((40, 1), "float32")


def test_models_work_after_clear_session():
    model = compiled()
    model.fit(X, Y, verbose=0)
    before = model.predict(X, verbose=0)
    utils.clear_session()
    np.testing.assert_allclose(model.predict(X, verbose=0), before, rtol=1e-6)
    model.fit(X, Y, verbose=0)
    assert not np.allclose(model.predict(X, verbose=0), before)


@pytest.fixture
def limits(monkeypatch):
    monkeypatch.setattr(run_limits, "_limits", {})


class Count(callbacks.Callback):
    def __init__(self) -> None:
        super().__init__()
        self.batches = {"train": 0, "test": 0}

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.batches["train"] += 1

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        self.batches["test"] += 1


@pytest.mark.usefixtures("limits")
def test_limits_cut_loops_short():
    model, count = compiled(), Count()
    config.set_max_epochs(2)
    config.set_max_steps_per_epoch(3)
    with pytest.warns(UserWarning, match="cut short") as told:
        history = model.fit(X, Y, batch_size=4, epochs=5, validation_data=(X, Y), verbose=0, callbacks=[count])
    assert {warning.filename for warning in told} == {__file__}
    assert history.epoch == [0, 1]
    assert history.params["steps"] == 3
    assert count.batches == {"train": 6, "test": 6}
    with pytest.warns(UserWarning, match="max_steps_per_epoch"):
        assert model.predict(X, batch_size=4, verbose=0).shape == (12, 1)
    with pytest.warns(UserWarning, match="max_steps_per_epoch"):
        model.evaluate(X, Y, batch_size=4, verbose=0, callbacks=[count])
    assert count.batches["test"] == 9


@pytest.mark.usefixtures("limits")
def test_limits_do_not_lengthen_loops():
    model, count = compiled(), Count()
    config.set_max_epochs(9)
    config.set_max_steps_per_epoch(9)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        history = model.fit(X, Y, batch_size=20, epochs=2, verbose=0, callbacks=[count])
        model.fit(X, Y, batch_size=20, steps_per_epoch=1, verbose=0, callbacks=[count])
    assert history.epoch == [0, 1]
    assert count.batches["train"] == 5
