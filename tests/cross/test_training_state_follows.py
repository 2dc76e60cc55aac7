"""Optimizers and metrics made while one backend is current serve a model whose weights another one keeps."""

from __future__ import annotations

import numpy as np
import pytest

import polykeras as keras
from polykeras.backend import current
from polykeras.plugins.discovery import backend_names

NAMES = backend_names()[:2]
X = np.random.default_rng(0).normal(size=(48, 4)).astype("float32")
Y = np.arange(48) % 3


@pytest.fixture(autouse=True)
def default_restored():
    default = current.ACTIVE.default, current.ACTIVE.default_name
    yield
    current.ACTIVE.default, current.ACTIVE.default_name = default


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "rmsprop"])
@pytest.mark.parametrize(("made_on", "kept_on"), [NAMES, NAMES[::-1]])
def test_state_follows_the_weights(made_on, kept_on, optimizer):
    keras.set_backend(made_on)
    chosen = keras.optimizers.get(optimizer)
    chosen.learning_rate = 0.05  # a value, not only a promise of one
    metric = keras.metrics.SparseCategoricalAccuracy(name="own")
    with keras.use_backend(kept_on):
        keras.utils.set_random_seed(1)
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
    model.compile(chosen, "sparse_categorical_crossentropy", metrics=["accuracy", metric])
    history = model.fit(X, Y, epochs=2, batch_size=16, shuffle=False, verbose=0).history
    state = [*chosen.variables, *(variable for one in model.metrics for variable in one.variables)]
    assert {variable.backend_name for variable in state} == {kept_on}
    assert chosen.get_config()["learning_rate"] == 0.05
    assert int(chosen.iterations.numpy()) == 6
    assert history["accuracy"] == history["own"]
    assert model.evaluate(X, Y, verbose=0, return_dict=True)["own"] > 0


def test_gradients_are_applied_on_the_weights_own_backend():
    keras.set_backend(NAMES[0])
    with keras.use_backend(NAMES[1]):
        weight = keras.Variable(np.ones(2, "float32"))
    optimizer = keras.optimizers.SGD(0.5, momentum=0.9)
    optimizer.apply([np.ones(2)], [weight])
    np.testing.assert_allclose(weight.numpy(), [0.5, 0.5])
    assert {variable.backend_name for variable in optimizer.variables} == {NAMES[1]}
