"""Scopes: variables that keep their values, inferred shapes, devices, names; and functions that compute again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import polykeras as keras
from polykeras import ops
from polykeras.backend.resolved import Backend
from polykeras.conformance.checking import host

X = np.array([1.0, 2.0, 3.0], "float32")


def _variable(value: Any) -> keras.Variable:
    return keras.Variable(np.asarray(value, "float32"), name="v")


def test_stateless_scope(here: Backend) -> None:
    del here
    given, written, untouched = _variable([1.0, 2.0]), _variable(5.0), _variable(0.0)
    with keras.StatelessScope([(given, np.array([3.0, 4.0]))]) as scope:
        np.testing.assert_array_equal(host(given.value), [3.0, 4.0])
        given.assign(given * 2)
        written.assign_add(1.0)
        np.testing.assert_array_equal(host(given.value), [6.0, 8.0])
        scope.add_update((untouched, 9.0))
        assert float(untouched) == 9.0
    np.testing.assert_array_equal(host(given.value), [1.0, 2.0])
    assert (float(written), float(untouched)) == (5.0, 0.0)
    np.testing.assert_array_equal(host(scope.get_current_value(given)), [6.0, 8.0])
    assert host(scope.get_current_value(written)) == 6.0
    assert scope.get_current_value(_variable(1.0)) is None


def test_losses_of_a_stateless_scope(here: Backend) -> None:
    del here
    layer = keras.layers.Dense(2, kernel_regularizer="l2")

    class Adds(keras.layers.Layer):
        def call(self, x: Any) -> Any:
            self.add_loss(ops.sum(x))
            return layer(x)

    outer = Adds()
    outer(np.ones((1, 2), "float32"))
    with keras.StatelessScope(collect_losses=True) as scope:
        outer(np.ones((1, 2), "float32"))
        scope.add_loss(7.0)
    assert sorted(float(loss) for loss in scope.losses) == [2.0, 7.0]


@pytest.mark.parametrize("mapping", [[(1, 2.0)], {"a": 1}, [(None,)]])
def test_refusals_of_a_stateless_scope(here: Backend, mapping: Any) -> None:
    del here
    with pytest.raises(ValueError, match="pairs of a Variable and a value"):
        keras.StatelessScope(mapping)
    with pytest.raises(ValueError, match=r"shape \(3,\)"):
        keras.StatelessScope([(_variable([1.0, 2.0]), X)])


def test_symbolic_scope(here: Backend) -> None:
    del here
    with keras.SymbolicScope():
        inferred = ops.matmul(keras.KerasTensor((None, 2)), np.ones((2, 3), "float32"))
    assert (inferred.shape, inferred.dtype) == ((None, 3), "float32")


def test_device(here: Backend) -> None:
    tensors = here.tensors
    name = tensors.devices()[-1].name if hasattr(tensors, "devices") else "cpu:0"
    for asked in (name, name.partition(":")[0], name.upper()):
        with keras.device(asked):
            np.testing.assert_array_equal(host(ops.ones(2) + _variable([1.0, 2.0])), [2.0, 3.0])
    for wrong in ("abacus:0", "cpu:99", 3):
        with pytest.raises(ValueError, match="sees no such device"), keras.device(wrong):  # type: ignore[arg-type]
            raise AssertionError


def test_name_scope(here: Backend) -> None:
    del here
    with keras.name_scope("a"):
        assert _variable(1.0).path == "a/v"
        with keras.name_scope("b"):
            dense = keras.layers.Dense(1, name="d")
            dense.build((None, 2))
            assert (dense.kernel.path, _variable(1.0).path) == ("a/b/d/kernel", "a/b/v")
    assert _variable(1.0).path == "v"
    for name in ("a/b", "", 3):
        with pytest.raises(ValueError, match="cannot have this name"):
            keras.name_scope(name)  # type: ignore[arg-type]


def test_remat_gives_the_same(here: Backend) -> None:
    del here
    calls, factor = _variable(0.0), _variable([0.5, 1.5, 2.0])

    @keras.remat
    def wave(x: Any, times: int, shift: float = 0.0) -> Any:
        calls.assign_add(1.0)
        return {"y": ops.sin(x * factor.value * times + shift)}

    np.testing.assert_allclose(host(wave(X, 2)["y"]), np.sin(2 * X * host(factor.value)), rtol=1e-5, atol=1e-6)
    assert float(calls) == 1.0
    assert wave(keras.KerasTensor((None, 3)), 2)["y"].shape == (None, 3)


def test_gradient_of_remat(here: Backend) -> None:
    del here
    calls, factor = _variable(0.0), _variable([0.5, 1.5, 2.0])

    @keras.remat
    def wave(x: Any) -> Any:
        calls.assign_add(1.0)
        return ops.sin(x * factor.value)

    inner = np.cos(X * host(factor.value))
    gradient = keras.grad(lambda x: ops.sum(wave(x)))(ops.convert_to_tensor(X))
    np.testing.assert_allclose(host(gradient), host(factor.value) * inner, rtol=1e-4, atol=1e-6)
    (of_factor,) = keras.grad(lambda: ops.sum(wave(ops.convert_to_tensor(X))), [factor])()
    np.testing.assert_allclose(host(of_factor), X * inner, rtol=1e-4, atol=1e-6)
    assert float(calls) == 2.0


@pytest.mark.parametrize("jit", [True, False])
def test_training_with_remat(here: Backend, jit: bool) -> None:
    del here

    class Block(keras.layers.Layer):
        def __init__(self, again: bool) -> None:
            super().__init__()
            self.dense = keras.layers.Dense(3, activation="tanh", kernel_initializer="ones")
            self.run = keras.remat(self.dense) if again else self.dense

        def call(self, x: Any) -> Any:
            return self.run(x)

    losses = []
    for again in (True, False):
        model = keras.Sequential([keras.Input((3,)), Block(again), keras.layers.Dense(1, kernel_initializer="ones")])
        model.compile("sgd", "mse", jit_compile="auto" if jit else False)
        losses.append([float(model.train_on_batch(np.tile(X / 4, (4, 1)), np.ones((4, 1)))) for _ in range(3)])
        assert len(model.trainable_variables) == 4
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-5)
    assert losses[0][-1] < losses[0][0]
