"""The compiled step: it reads and writes variables, survives a step that raises, and runs gradients inside."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import polykeras as keras
from polykeras import ops
from polykeras.backend.resolved import Backend
from polykeras.conformance.checking import host

X = np.array([1.0, -2.0, 0.5], "float32")
WAYS = [{"jit": None}, {"jit": False}, {"jit": None, "eager": True}]


def _compiled(here: Backend, step: Any, variables: list[Any], way: dict[str, Any]) -> Any:
    return here.training.compile_step(step, variables, **way)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_step_reads_and_writes(here: Backend, way: dict[str, Any]) -> None:
    total, calls = keras.Variable(np.zeros(3, "float32")), keras.Variable(0, dtype="int32", trainable=False)

    def step(batch: Any) -> Any:
        (x,) = batch
        total.assign_add(x)
        calls.assign(calls + 1)
        return {"now": total * 2.0, "x": x}

    run = _compiled(here, step, [total, calls], way)
    for times in (1, 2, 3):
        result = run(here.tensors.place((X,)))
        np.testing.assert_allclose(host(result["now"]), 2 * times * X)
        np.testing.assert_allclose(host(result["x"]), X)
    np.testing.assert_allclose(total.numpy(), 3 * X)
    assert int(calls.numpy()) == 3
    # What is assigned between two steps is what the next one sees.
    total.assign(np.ones(3, "float32"))
    np.testing.assert_allclose(host(run(here.tensors.place((X,)))["now"]), 2 * (1 + X))


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_batches_of_other_shapes(here: Backend, way: dict[str, Any]) -> None:
    seen = keras.Variable(0.0)

    def step(batch: Any) -> Any:
        seen.assign_add(ops.sum(batch["x"]))
        return ops.mean(batch["x"])

    run = _compiled(here, step, [seen], way)
    for size in (3, 2, 3):
        assert float(run(here.tensors.place({"x": np.full(size, 2.0, "float32")}))) == 2.0
    assert float(seen.numpy()) == 16.0


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_step_that_raises_leaves_the_state(here: Backend, way: dict[str, Any]) -> None:
    kept = keras.Variable(np.zeros(2, "float32"))
    broken = [False]

    def step(batch: Any) -> Any:
        (x,) = batch
        update = kept + ops.sum(x)
        if broken[0]:
            raise ZeroDivisionError
        kept.assign(update)
        return ops.sum(x)

    run = _compiled(here, step, [kept], way)
    run(here.tensors.place((X,)))
    before = kept.numpy()
    broken[0] = True
    with pytest.raises(ZeroDivisionError):
        run(here.tensors.place((X[:2],)))  # another shape, so that what was traced is traced again
    np.testing.assert_array_equal(kept.numpy(), before)
    broken[0] = False
    run(here.tensors.place((X,)))
    np.testing.assert_allclose(kept.numpy(), 2 * before)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_gradient_inside_of_a_step(here: Backend, way: dict[str, Any]) -> None:
    weight, unused = keras.Variable(3.0), keras.Variable([1.0, 2.0], name="unused")
    calls = keras.Variable(0.0, trainable=False)

    def loss(x: Any) -> Any:
        calls.assign(calls + 1.0)
        return ops.sum(weight * weight * x)

    def step(batch: Any) -> Any:
        value, (slope, none) = keras.value_and_grad(loss, [weight, unused])(*batch)
        weight.assign(weight - 0.1 * slope)
        return value, slope, none

    run = _compiled(here, step, [weight, unused, calls], way)
    expected = 3.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the loss does not depend on `unused`
        for _ in range(2):
            value, slope, none = run(here.tensors.place((X,)))
            assert float(value) == pytest.approx(expected**2 * X.sum(), rel=1e-5)
            assert float(slope) == pytest.approx(2 * expected * X.sum(), rel=1e-5)
            assert host(none).tolist() == [0.0, 0.0]
            expected -= 0.1 * 2 * expected * float(X.sum())
    assert float(weight.numpy()) == pytest.approx(expected, rel=1e-5)
    assert float(calls.numpy()) == 2.0


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_nested_gradients_inside_of_a_step(here: Backend, way: dict[str, Any]) -> None:
    weight = keras.Variable(2.0)

    def cube() -> Any:
        return weight * weight * weight

    def penalty() -> Any:
        (slope,) = keras.grad(cube, [weight])()
        return slope * slope  # 9 w^4

    def step(batch: Any) -> Any:
        value, (slope,) = keras.value_and_grad(penalty, [weight])()
        weight.assign(weight - 0.001 * slope + 0.0 * ops.sum(batch[0]))
        return value, slope

    value, slope = _compiled(here, step, [weight], way)(here.tensors.place((X,)))
    assert float(value) == pytest.approx(144.0, rel=1e-5)
    assert float(slope) == pytest.approx(288.0, rel=1e-5)
    assert float(weight.numpy()) == pytest.approx(2.0 - 0.288, rel=1e-5)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_draws_move_on_from_step_to_step(here: Backend, way: dict[str, Any]) -> None:
    seeds = keras.random.SeedGenerator(7)

    def step(batch: Any) -> Any:
        return keras.random.uniform((4,), seed=seeds) + 0.0 * ops.sum(batch[0])

    run = _compiled(here, step, [seeds.state], way)
    first, second = (host(run(here.tensors.place((X,)))) for _ in range(2))
    assert not np.array_equal(first, second)
    assert seeds.state.numpy().tolist() == [7, 2]


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_key_draws_the_same_inside_of_a_step(here: Backend, way: dict[str, Any]) -> None:
    inside, outside = keras.random.SeedGenerator(7), keras.random.SeedGenerator(7)

    def step(batch: Any) -> Any:
        return keras.random.uniform((4,), seed=inside) + 0.0 * ops.sum(batch[0])

    drawn = host(_compiled(here, step, [inside.state], way)(here.tensors.place((X,))))
    np.testing.assert_allclose(drawn, host(keras.random.uniform((4,), seed=outside)), rtol=1e-6)
