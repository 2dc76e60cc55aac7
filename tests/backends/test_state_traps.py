"""State of models inside losses, loops and compiled steps; of variables alone: `polykeras.conformance.test_state`."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest

import polykeras as keras
from polykeras import ops

X = np.linspace(-1.0, 1.0, 24, dtype="float32").reshape(6, 4)
Y = np.array([0, 1, 2, 0, 1, 2])


def _classifier(seed: int = 0) -> Any:
    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(5, activation="relu"), keras.layers.Dense(3, activation="softmax")]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


class Counting(keras.layers.Layer):
    """Counts its calls in a weight."""

    def build(self, input_shape: Any) -> None:
        self.calls = self.add_weight(shape=(), initializer="zeros", trainable=False, name="calls")
        self.scale = self.add_weight(shape=(), initializer="ones", name="scale")

    def call(self, x: Any) -> Any:
        self.calls.assign(self.calls + 1)
        return x * self.scale + 0.0 * self.calls


class Normalising(keras.layers.Layer):
    """Keeps the running sum of what a scan sees."""

    def build(self, input_shape: Any) -> None:
        self.total = self.add_weight(shape=(input_shape[-1],), initializer="zeros", trainable=False, name="total")

    def call(self, x: Any) -> Any:
        def body(carry: Any, row: Any) -> tuple[Any, Any]:
            self.total.assign_add(row)
            return carry + row, carry

        last, _ = ops.scan(body, ops.zeros_like(x[0]), x)
        return x + last


@pytest.mark.parametrize("eagerly", [False, True])
def test_a_weight_counted_up_in_call_trains(eagerly: bool) -> None:
    model = keras.Sequential([keras.Input((4,)), Counting(), keras.layers.Dense(1)])
    model.compile("sgd", "mse", run_eagerly=eagerly)
    model.fit(X, np.zeros((6, 1), "float32"), batch_size=2, epochs=2, verbose=0)
    layer = model.layers[0]
    assert float(layer.calls.numpy()) == 6.0
    assert float(layer.scale.numpy()) != 1.0


@pytest.mark.parametrize("eagerly", [False, True])
def test_state_written_in_scan_leaves_the_loop(eagerly: bool) -> None:
    model = keras.Sequential([keras.Input((4,)), Normalising(), keras.layers.Dense(1)])
    model.compile("sgd", "mse", run_eagerly=eagerly)
    model.fit(X, np.zeros((6, 1), "float32"), batch_size=6, epochs=1, verbose=0)
    np.testing.assert_allclose(model.layers[0].total.numpy(), X.sum(0), atol=1e-6)


def test_gradient_with_respect_to_inputs() -> None:
    layer = keras.layers.Dense(1, use_bias=False)
    x = ops.convert_to_tensor(X)
    layer(x)
    _, gradient = keras.value_and_grad(lambda t: ops.sum(layer(t)))(x)
    expected = np.tile(layer.kernel.numpy().T, (6, 1))
    np.testing.assert_allclose(ops.convert_to_numpy(gradient), expected, rtol=1e-6)


@pytest.mark.parametrize("twin_of", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_a_trained_model_copies_and_trains_on_alone(twin_of: Any) -> None:
    model = _classifier()
    model.fit(X, Y, epochs=2, batch_size=3, verbose=0)
    before = model.get_weights()
    twin = twin_of(model)
    np.testing.assert_array_equal(twin.predict(X, verbose=0), model.predict(X, verbose=0))
    assert not {v.id for v in twin.variables} & {v.id for v in model.variables}
    assert int(twin.optimizer.iterations.numpy()) == int(model.optimizer.iterations.numpy()) == 4
    twin.fit(X, Y, epochs=1, batch_size=3, verbose=0)
    for own, old in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(own, old)
    model.fit(X, Y, epochs=1, batch_size=6, shuffle=False, verbose=0)
    assert not all(np.array_equal(a, b) for a, b in zip(model.get_weights(), before, strict=True))


class Failing(keras.layers.Layer):
    """Raises while it is traced, or at the given eager call."""

    fail = False

    def call(self, x: Any) -> Any:
        if self.fail:
            raise RuntimeError("broken on purpose")
        return x


@pytest.mark.parametrize("eagerly", [False, True])
def test_a_step_that_raises_leaves_the_weights(eagerly: bool) -> None:
    failing = Failing()
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3), failing])
    model.compile("adam", "mse", run_eagerly=eagerly)
    model.fit(X, np.zeros((6, 3), "float32"), verbose=0)
    before = model.get_weights()
    failing.fail = True
    with pytest.raises(RuntimeError, match="broken on purpose"):
        # Another batch size makes a compiled backend trace again.
        model.fit(X, np.zeros((6, 3), "float32"), batch_size=5, verbose=0)
    for own, old in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(own, old)
    failing.fail = False
    model.fit(X, np.zeros((6, 3), "float32"), verbose=0)


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_an_interrupted_fit_keeps_a_usable_model(error: type[BaseException]) -> None:
    class Stop(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            if batch == 1:
                raise error

    model = _classifier()
    with pytest.raises(error):
        model.fit(X, Y, batch_size=2, epochs=3, verbose=0, callbacks=[Stop()])
    assert int(model.optimizer.iterations.numpy()) == 2
    assert all(np.isfinite(weight).all() for weight in model.get_weights())
    model.fit(X, Y, batch_size=2, epochs=1, verbose=0)
    assert int(model.optimizer.iterations.numpy()) == 5


def test_stateless_call_changes_nothing() -> None:
    layer = Counting()
    x = ops.convert_to_tensor(X)
    layer(x)
    trainable = [v.value for v in layer.trainable_variables]
    others = [v.value for v in layer.non_trainable_variables]
    _, updated = layer.stateless_call(trainable, others, x)
    assert float(ops.convert_to_numpy(updated[0])) == 2.0
    assert float(layer.calls.numpy()) == 1.0
