"""What torch's users expect of a module, on Polykeras' models, and Polykeras' models as modules."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest
import torch

import keras_torch
import polykeras as keras
from polykeras.plugins import NotBuiltError

X = torch.from_numpy(np.random.default_rng(0).normal(size=(16, 4)).astype("float32"))
Y = 2 * X[:, :2]
NAMES = ["dense.kernel", "dense.bias", "norm.gamma", "norm.beta", "out.kernel", "out.bias"]
BUFFERS = ["norm.moving_mean", "norm.moving_variance"]


@pytest.fixture(autouse=True)
def here():
    with keras.use_backend("torch"):
        keras.utils.set_random_seed(0)
        yield


def build():
    return keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(8, activation="tanh", name="dense"),
            keras.layers.BatchNormalization(name="norm"),
            keras.layers.Dense(2, name="out"),
        ]
    )


def twins():
    model, twin = build(), build()
    twin.set_weights(model.get_weights())
    return model, twin


def assert_equal_weights(model, twin, **tolerance):
    for one, two in zip(model.get_weights(), twin.get_weights(), strict=True):
        np.testing.assert_allclose(one, two, **({"rtol": 1e-4, "atol": 1e-6} | tolerance))


def test_names():
    model = build()
    assert [name for name, _ in model.named_parameters()] == NAMES
    assert [name for name, _ in model.named_buffers()] == BUFFERS
    assert list(model.state_dict()) == [*NAMES[:4], *BUFFERS, *NAMES[4:]]
    assert all(
        one is variable.value for one, variable in zip(model.parameters(), model.trainable_variables, strict=True)
    )


def test_native_optimizers_train_as_ours():
    model, twin = twins()
    twin.compile(keras.optimizers.SGD(0.1, momentum=0.9), "mse")
    twin.fit(X.numpy(), Y.numpy(), batch_size=4, epochs=2, shuffle=False, verbose=0)
    optimizer = torch.optim.SGD(model.parameters(), 0.1, momentum=0.9)
    for _ in range(2):
        for at in range(0, len(X), 4):
            model.zero_grad()
            torch.nn.functional.mse_loss(model(X[at : at + 4], training=True), Y[at : at + 4]).backward()
            optimizer.step()
    assert_equal_weights(model, twin)


def test_our_optimizer_applies_torch_s_gradients():
    model, twin = twins()
    twin.compile(keras.optimizers.Adam(0.01), "mse")
    twin.fit(X.numpy(), Y.numpy(), batch_size=4, epochs=1, shuffle=False, verbose=0)
    optimizer = keras.optimizers.Adam(0.01)
    for at in range(0, len(X), 4):
        model.zero_grad()
        torch.nn.functional.mse_loss(model(X[at : at + 4], training=True), Y[at : at + 4]).backward()
        gradients = [variable.value.grad for variable in model.trainable_weights]
        with torch.no_grad():
            optimizer.apply(gradients, model.trainable_weights)
    assert_equal_weights(model, twin)


def test_zero_grad():
    model = build()
    model(X).sum().backward()
    assert any(one.grad is not None for one in model.parameters())
    model.zero_grad()
    assert all(one.grad is None for one in model.parameters())


def test_state_makes_the_round_trip(tmp_path):
    model, other = build(), build()
    model(X, training=True)
    torch.save(model.state_dict(), tmp_path / "state.pt")
    other.load_state_dict(torch.load(tmp_path / "state.pt"))
    assert torch.equal(other(X), model(X))
    with pytest.raises(RuntimeError, match=r"out\.bias"):
        other.load_state_dict({})


def test_what_is_frozen_needs_no_gradient():
    model = build()
    model.layers[0].trainable = False
    assert [one.requires_grad for one in model.parameters()] == [False, False, True, True, True, True]
    assert model.requires_grad_(False) is model
    assert not any(one.requires_grad for one in model.parameters())
    model.requires_grad_()
    assert all(one.requires_grad for one in model.parameters())


def test_moving_is_the_module_s_and_keeps_the_model():
    model = build()
    before = model.get_weights()
    assert model.to("cpu") is model
    for one, two in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)
    with pytest.raises(TypeError, match="dtype policy"):
        model.to(torch.float64)


class Net(torch.nn.Module):
    """A module around a model."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner
        self.head = torch.nn.Linear(2, 1)

    def forward(self, x):
        return self.head(self.inner(x))


def test_nested_in_a_module():
    model = build()
    net = Net(keras_torch.as_torch_module(model))
    assert [name for name, _ in net.named_parameters()] == [
        *(f"inner.{name}" for name in NAMES),
        "head.weight",
        "head.bias",
    ]
    optimizer = torch.optim.Adam(net.parameters(), 0.05)
    losses = []
    for _ in range(20):
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(net(X), X[:, :1])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.3 * losses[0]
    # What the module learnt is the model's.
    assert torch.equal(net.eval().inner(X), model(X, training=False))


def test_training_and_evaluation():
    model = build()
    module = model.as_torch_module()
    assert keras_torch.as_torch_module(model) is module
    assert torch.equal(module.eval()(X), model(X, training=False))
    mean = model.layers[1].moving_mean.numpy()
    module(X)
    np.testing.assert_array_equal(model.layers[1].moving_mean.numpy(), mean)
    assert torch.equal(module.train()(X), model(X, training=True))
    assert not np.array_equal(model.layers[1].moving_mean.numpy(), mean)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))], ids=["copy", "pickle"])
def test_copies_are_their_own(copied):
    module = keras_torch.as_torch_module(build()).eval()
    twin = copied(module)
    assert torch.equal(twin(X), module(X))
    assert not twin.training
    with torch.no_grad():
        next(twin.parameters()).zero_()
    assert not torch.equal(twin(X), module(X))


def test_a_copied_model_has_a_module_of_its_own():
    model = build()
    module = model.as_torch_module()
    assert copy.deepcopy(model).as_torch_module() is not module


def test_hooks_see_the_calls():
    module = build().as_torch_module()
    seen = []
    module.register_forward_hook(lambda _, args, output: seen.append((args[0].shape, output.shape)))
    module(X)
    assert seen == [((16, 4), (16, 2))]


def test_names_that_modules_have_themselves():
    model = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(2, name="forward"), keras.layers.Dense(1, name="a.b")]
    )
    assert [name for name, _ in model.named_parameters()] == [
        "forward_.kernel", "forward_.bias", "a_b.kernel", "a_b.bias",
    ]  # fmt: skip


def test_refusals():
    with pytest.raises(NotBuiltError, match="no parameters yet"):
        keras.Sequential([keras.layers.Dense(2)]).parameters()
    with pytest.raises(AttributeError, match="no attribute 'parametres'"):
        _ = build().parametres


def test_a_user_s_own_attribute_comes_first():
    class Own(keras.layers.Dense):
        def parameters(self):
            return "mine"

    assert Own(2).parameters() == "mine"


def test_torch_s_functions_take_variables():
    kernel = build().layers[0].kernel
    assert torch.equal(torch.nn.functional.linear(X, torch.t(kernel)), X @ kernel.value)
