"""`to_backend`: a copy that trains on, on another backend, as the model would have."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import polykeras as keras
from polykeras.plugins.discovery import backend_names
from polykeras.plugins.errors import BackendMismatch, BackendNotFound, NotBuiltError

NAMES = backend_names()
RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 6))
Y = RNG.integers(0, 3, 40)


@pytest.fixture(autouse=True)
def wide():
    before = keras.config.floatx()
    keras.config.set_floatx("float64")
    yield
    keras.config.set_floatx(before)


def sequential():
    return keras.Sequential(
        [
            keras.Input((6,)),
            keras.layers.Dense(8, activation="relu"),
            keras.layers.BatchNormalization(),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )


def functional():
    inputs = keras.Input((6,))
    shared = keras.layers.Dense(6, activation="tanh", kernel_regularizer="l2")
    x = keras.layers.Add()([shared(inputs), shared(shared(inputs))])
    return keras.Model(inputs, keras.layers.Dense(3, activation="softmax")(x))


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.blocks = [keras.layers.Dense(5, activation="relu"), keras.layers.LayerNormalization()]
        self.out = keras.layers.Dense(3, activation="softmax")
        self.count = self.add_weight(shape=(), initializer="zeros", trainable=False)

    def call(self, x):
        self.count.assign(self.count + 1)
        for block in self.blocks:
            x = block(x)
        return self.out(x)


def trained(make, backend):
    with keras.use_backend(backend):
        keras.utils.set_random_seed(0)
        model = make()
        rate = keras.optimizers.schedules.ExponentialDecay(0.05, 3, 0.9)
        model.compile(
            keras.optimizers.Adam(rate, use_ema=True), "sparse_categorical_crossentropy", metrics=["accuracy"]
        )
        model.fit(X, Y, batch_size=8, verbose=0)
    return model


def trained_on(model):
    return [float(model.train_on_batch(X[at : at + 8], Y[at : at + 8])[0]) for at in range(0, 40, 8)]


@pytest.mark.parametrize(
    ("start", "make"),
    [*((name, sequential) for name in NAMES), (NAMES[0], functional), (NAMES[-1], Subclassed)],
)
def test_training_goes_on(start, make):
    model = trained(make, start)
    copies = {name: model.to_backend(name) for name in NAMES}
    before = [variable.numpy() for variable in [*model.variables, *model.optimizer.variables]]
    expected = trained_on(model)
    for name, copy in copies.items():
        variables = [*copy.variables, *copy.optimizer.variables]
        assert {variable.backend_name for variable in variables} == {name}
        for variable, value in zip(variables, before, strict=True):
            np.testing.assert_array_equal(variable.numpy(), value)
        np.testing.assert_allclose(trained_on(copy), expected, rtol=0, atol=1e-6, err_msg=f"{start} to {name}")
        np.testing.assert_allclose(copy.predict(X, verbose=0), model.predict(X, verbose=0), rtol=0, atol=1e-6)


def test_copies_are_their_own():
    first, second = NAMES[:2]
    model = trained(sequential, first)
    copy = model.to_backend(second)
    before = model.get_weights()
    copy.fit(X, Y, verbose=0)
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert {variable.backend_name for variable in model.variables} == {first}


def test_seeds_go_on():
    # Draws are each framework's own, the states that they come from are not.
    first, second = NAMES[:2]
    with keras.use_backend(first):
        model = keras.Sequential([keras.Input((6,)), keras.layers.Dropout(0.5, seed=7), keras.layers.Dense(1)])
        model(X, training=True)
    states = [variable.numpy() for variable in model.variables if variable.dtype == "uint32"]
    copy = model.to_backend(second)
    np.testing.assert_array_equal(
        states, [variable.numpy() for variable in copy.variables if variable.dtype == "uint32"]
    )
    assert copy(X, training=True).shape == (40, 1)


@pytest.mark.parametrize("name", NAMES)
def test_to_where_it_is(name):
    model = trained(sequential, name)
    twin = model.to_backend(name)
    np.testing.assert_array_equal(twin.predict(X, verbose=0), model.predict(X, verbose=0))
    assert not {id(one) for one in twin.variables} & {id(one) for one in model.variables}


def test_there_and_back():
    for start, other in itertools.pairwise(NAMES):
        model = trained(functional, start)
        back = model.to_backend(other).to_backend(start)
        np.testing.assert_array_equal(back.predict(X, verbose=0), model.predict(X, verbose=0))


def test_a_model_that_was_not_compiled():
    first, second = NAMES[:2]
    with keras.use_backend(first):
        model = sequential()
    np.testing.assert_allclose(
        model.to_backend(second).predict(X, verbose=0), model.predict(X, verbose=0), rtol=0, atol=1e-9
    )


def test_refusals():
    first, second = NAMES[:2]
    model = trained(sequential, first)
    with pytest.raises(BackendNotFound, match="nobody"):
        model.to_backend("nobody")
    with pytest.raises(NotBuiltError, match="use_backend"):
        keras.Sequential([keras.layers.Dense(2)]).to_backend(second)
    with keras.use_backend(first):
        model.layers[0].table = keras.ops.ones(3)
    with pytest.raises(BackendMismatch, match="attributes table"):
        model.to_backend(second)
