"""Functions with a gradient of their own: what it is, where it goes, and what such a function may write."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import polykeras as keras
from polykeras import ops
from polykeras.backend.resolved import Backend
from polykeras.conformance.checking import host

WAYS = [{"jit": None}, {"jit": False}, {"jit": None, "eager": True}]
SIGMOID = 1 / (1 + np.exp(-2.0))


def _with_upstream(x: Any) -> Any:
    e = ops.exp(x)
    return ops.log(1 + e), lambda upstream: upstream * (1 - 1 / (1 + e))


def _with_either(x: Any) -> Any:
    e = ops.exp(x)

    def grad(*args: Any, upstream: Any = None) -> Any:
        if upstream is None:
            (upstream,) = args
        return upstream * (1 - 1 / (1 + e))

    return ops.log(1 + e), grad


def _with_arguments(x: Any) -> Any:
    def grad(*args: Any, upstream: Any) -> Any:
        return (upstream * ops.sigmoid(args[0]),)

    return ops.log(1 + ops.exp(x)), grad


@pytest.mark.parametrize("f", [_with_upstream, _with_either, _with_arguments])
def test_values(here: Backend, f: Any) -> None:
    del here
    assert float(ops.custom_gradient(f)(2.0)) == pytest.approx(np.log1p(np.exp(2.0)))


@pytest.mark.parametrize("f", [_with_upstream, _with_either, _with_arguments])
def test_gradient_by_each_convention(here: Backend, f: Any) -> None:
    del here
    f = ops.custom_gradient(f)
    value, slope = keras.value_and_grad(f)(2.0)
    assert float(value) == pytest.approx(np.log1p(np.exp(2.0)))
    assert float(slope) == pytest.approx(SIGMOID)
    assert float(keras.grad(keras.grad(f))(2.0)) == pytest.approx(SIGMOID * (1 - SIGMOID), rel=1e-5)


def test_gradient_of_structures(here: Backend) -> None:
    del here

    @ops.custom_gradient
    def f(x: Any, more: Any) -> Any:
        def grad(upstream: Any) -> Any:
            return upstream["a"] * 10.0 + upstream["b"], None, ops.sum(upstream["a"]) * 7.0

        return {"a": x * 2.0, "b": x * more["slope"]}, grad

    def loss(x: Any, slope: Any) -> Any:
        result = f(x, {"number": np.array(3), "slope": slope})
        return ops.sum(result["a"]) * 2.0 + ops.sum(result["b"])

    value, (of_x, of_slope) = keras.value_and_grad(loss, argnums=(0, 1))(np.ones(2, "float32"), np.float32(4.0))
    assert float(value) == 16.0
    np.testing.assert_allclose(host(of_x), [21.0, 21.0])
    np.testing.assert_allclose(np.sum(host(of_slope)), 28.0)


@pytest.mark.filterwarnings("ignore:The loss does not depend")
@pytest.mark.parametrize("way", WAYS, ids=str)
def test_gradient_goes_to_arguments_and_writes_leave(here: Backend, way: dict[str, Any]) -> None:
    calls = keras.Variable(0.0, trainable=False)
    weight = keras.Variable(2.0)

    @ops.custom_gradient
    def f(x: Any) -> Any:
        calls.assign_add(1.0)
        return x * weight * calls, lambda upstream: upstream * weight * 100.0

    def step(batch: Any) -> Any:
        value, (of_weight,) = keras.value_and_grad(lambda: f(batch[0]) + weight, [weight])()
        return value, of_weight, keras.grad(f)(batch[0])

    run = here.training.compile_step(step, [calls, weight], **way)
    results = run(here.tensors.place((np.float32(3.0),)))
    assert [float(result) for result in results] == [8.0, 1.0, 200.0]
    assert float(calls.numpy()) == 2.0


def test_gradient_that_is_missing(here: Backend) -> None:
    del here
    f = ops.custom_gradient(lambda x, y: (x * y, lambda upstream: upstream))
    with pytest.raises(ValueError, match="wrong number of gradients\\.\nReceived: 1\\.\nAllowed: 2") as caught:
        keras.grad(f)(1.0, 2.0)
    assert len(str(caught.value).splitlines()) == 4


def test_gradient_of_another_shape(here: Backend) -> None:
    del here
    f = ops.custom_gradient(lambda x: (x * 2.0, lambda upstream: ops.stack([upstream, upstream])))
    with pytest.raises(ValueError, match="of the wrong shape") as caught:
        keras.grad(f)(1.0)
    assert len(str(caught.value).splitlines()) == 4


def test_symbolic_tensors(here: Backend) -> None:
    del here
    assert ops.custom_gradient(_with_upstream)(keras.KerasTensor((None, 2))).shape == (None, 2)
