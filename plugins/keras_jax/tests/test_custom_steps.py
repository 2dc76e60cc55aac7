"""`train_step` and `test_step` as JAX's users write them: the state is an argument, gradients are `jax.grad`'s."""

from __future__ import annotations

import jax
import numpy as np
import pytest

import polykeras as keras

RNG = np.random.default_rng(0)
X = RNG.normal(size=(32, 4)).astype("float32")
Y = (X[:, :1] - X[:, 1:2]).astype("float32")


@pytest.fixture(autouse=True)
def here():
    with keras.use_backend("jax"):
        yield


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


class WithJax(Plain):
    """The same, trained by `jax.value_and_grad`."""

    def loss_and_updates(self, trainable, others, x, y, training=False):
        y_pred, others = self.stateless_call(trainable, others, x, training=training)
        return self.compute_loss(x, y, y_pred), (y_pred, others)

    def updated(self, state, y, y_pred, loss):
        logs, after = {}, []
        for metric in self.metrics:
            own = state[len(after) : len(after) + len(metric.variables)]
            given = (loss,) if metric.name == "loss" else (y, y_pred)
            own = metric.stateless_update_state(own, *given)
            logs[metric.name] = metric.stateless_result(own)
            after += own
        return logs, after

    def train_step(self, state, data):
        trainable, others, slots, metrics = state
        x, y = data
        function = jax.value_and_grad(self.loss_and_updates, has_aux=True)
        (loss, (y_pred, others)), gradients = function(trainable, others, x, y, training=True)
        trainable, slots = self.optimizer.stateless_apply(slots, gradients, trainable)
        logs, metrics = self.updated(metrics, y, y_pred, loss)
        return logs, (trainable, others, slots, metrics)

    def test_step(self, state, data):
        trainable, others, metrics = state
        loss, (y_pred, others) = self.loss_and_updates(trainable, others, *data)
        logs, metrics = self.updated(metrics, data[1], y_pred, loss)
        return logs, (trainable, others, metrics)


@pytest.mark.parametrize("options", [{}, {"run_eagerly": True}, {"jit_compile": False}], ids=str)
def test_a_step_with_jax_equals_the_built_in_one(options):
    plain, own = trained(Plain, **options), trained(WithJax, **options)
    assert_same(plain, own)
    np.testing.assert_allclose(own[0].evaluate(X, Y, verbose=0), plain[0].evaluate(X, Y, verbose=0), rtol=1e-5)
