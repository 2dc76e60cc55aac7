"""`train_step` as TensorFlow's users write it: a tape and `apply_gradients`."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

import polykeras as keras

RNG = np.random.default_rng(0)
X = RNG.normal(size=(32, 4)).astype("float32")
Y = (X[:, :1] - X[:, 1:2]).astype("float32")


@pytest.fixture(autouse=True)
def tf():
    with keras.use_backend("tensorflow"):
        keras.ops.ones(1)  # TensorFlow comes in under the plugin's guard
        yield importlib.import_module("tensorflow")


class Plain(keras.Model):
    """Two layers and batch statistics."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.hidden = keras.layers.Dense(8, activation="tanh")
        self.norm = keras.layers.BatchNormalization()
        self.out = keras.layers.Dense(1)

    def call(self, x, training=False):
        return self.out(self.norm(self.hidden(x), training=training))


def trained(kind, optimizer="adam", **options):
    keras.utils.set_random_seed(1)
    model = kind()
    model.compile(optimizer, "mse", metrics=["mae"], **options)
    history = model.fit(X, Y, batch_size=8, epochs=3, shuffle=False, verbose=0).history
    return model, history


def assert_same(one, other):
    for name in ("loss", "mae"):
        np.testing.assert_allclose(one[1][name], other[1][name], rtol=1e-5)
    for mine, theirs in zip(one[0].variables, other[0].variables, strict=True):
        np.testing.assert_allclose(mine.numpy(), theirs.numpy(), rtol=1e-4, atol=1e-6)


def with_tape(tf, *, by_name):
    class WithTape(Plain):
        """The same, trained by a tape."""

        def train_step(self, data):
            x, y = data
            with tf.GradientTape() as tape:
                y_pred = self(x, training=True)
                loss = self.compute_loss(y=y, y_pred=y_pred)
            gradients = tape.gradient(loss, self.trainable_variables)
            if by_name:
                self.optimizer.apply(gradients, self.trainable_variables)
            else:
                self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
            for metric in self.metrics:
                if metric.name == "loss":
                    metric.update_state(loss)
                else:
                    metric.update_state(y, y_pred)
            return {metric.name: metric.result() for metric in self.metrics}

    return WithTape


@pytest.mark.parametrize("by_name", [True, False])
@pytest.mark.parametrize("options", [{}, {"run_eagerly": True}, {"jit_compile": False}], ids=str)
def test_a_step_with_a_tape_equals_the_built_in_one(tf, options, by_name):
    assert_same(trained(Plain, **options), trained(with_tape(tf, by_name=by_name), **options))


def test_tensorflow_s_own_functions_in_the_loss(tf):
    class Own(Plain):
        def train_step(self, data):
            x, y = data
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(tf.square(self(x, training=True) - y))
            self.optimizer.apply(tape.gradient(loss, self.trainable_variables), self.trainable_variables)
            self.seen.assign_add(tf.ones(()))
            return {"loss": loss, "norm": tf.norm(y)}

        def __init__(self):
            super().__init__()
            self.seen = self.add_weight(shape=(), initializer="zeros", trainable=False)

    keras.utils.set_random_seed(1)
    model = Own()
    model.compile(keras.optimizers.Adam(0.05))
    losses = model.fit(X, Y, batch_size=8, epochs=10, verbose=0).history["loss"]
    assert losses[-1] < 0.3 * losses[0]
    assert float(model.seen.numpy()) == 40
