"""`train_step` as torch's users write it: `backward`, `v.value.grad`, and either library's optimizer."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import polykeras as keras

RNG = np.random.default_rng(0)
X = RNG.normal(size=(32, 4)).astype("float32")
Y = (X[:, :1] - X[:, 1:2]).astype("float32")


@pytest.fixture(autouse=True)
def here():
    with keras.use_backend("torch"):
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


class WithBackward(Plain):
    """The same, trained by `backward`."""

    def train_step(self, data):
        x, y = data
        self.zero_grad()
        y_pred = self(x, training=True)
        loss = self.compute_loss(y=y, y_pred=y_pred)
        loss.backward()
        weights = list(self.trainable_weights)
        gradients = [weight.value.grad for weight in weights]
        with torch.no_grad():
            self.optimizer.apply(gradients, weights)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss)
            else:
                metric.update_state(y, y_pred)
        return {metric.name: metric.result() for metric in self.metrics}


class WithTorchOptimizer(Plain):
    """The same, with torch's own optimizer and loss."""

    own = None

    def train_step(self, data):
        x, y = data
        if self.own is None:
            self.own = torch.optim.Adam(self.parameters(), 0.001, eps=1e-7)
        self.own.zero_grad()
        y_pred = self(x, training=True)
        loss = torch.nn.functional.mse_loss(y_pred, y)
        loss.backward()
        self.own.step()
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss)
            else:
                metric.update_state(y, y_pred)
        return {metric.name: metric.result() for metric in self.metrics}


@pytest.mark.parametrize("kind", [WithBackward, WithTorchOptimizer])
@pytest.mark.parametrize("options", [{}, {"run_eagerly": True}], ids=str)
def test_a_step_with_backward_equals_the_built_in_one(options, kind):
    assert_same(trained(Plain, **options), trained(kind, **options))


def test_results_hold_no_graph():
    class Own(Plain):
        def train_step(self, data):
            x, y = data
            loss = torch.mean((self(x, training=True) - y) ** 2)
            loss.backward()
            return {"loss": loss, "outputs": self(x).sum()}

    model = Own()
    model.compile("adam")
    model(X)
    run = model.make_train_function()
    logs = run((torch.from_numpy(X), torch.from_numpy(Y)))
    assert not any(value.requires_grad for value in logs.values())
