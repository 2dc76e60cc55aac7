"""Optimizer updates over lists: the rules written out in NumPy, and in place the same as out of place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import polykeras
from polykeras import ops
from polykeras.backend.current import current
from polykeras.ops.update import adam_update, global_norm, sgd_update

SHAPES = [(4, 3), (3,), (2, 2, 3, 4), ()]
STEPS = 5
RATE = 0.05


def _values(seed: int) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [np.asarray(rng.normal(size=shape), dtype="float64") for shape in SHAPES]


def _native(values: list[np.ndarray], dtype: str) -> list[Any]:
    return [ops.convert_to_tensor(value, dtype) for value in values]


def _close(ours: list[Any], theirs: list[np.ndarray], dtype: str) -> None:
    tolerance = {"float64": 1e-12, "float32": 1e-5, "bfloat16": 6e-2}[dtype]
    assert len(ours) == len(theirs)
    for one, other in zip(ours, theirs, strict=True):
        assert ops.dtype(one) == dtype
        host = ops.convert_to_numpy(one).astype("float64")
        assert host.shape == other.shape
        np.testing.assert_allclose(host, other, rtol=tolerance, atol=tolerance)


def _sgd(weights: Any, gradients: Any, velocities: Any, momentum: float, *, nesterov: bool) -> None:
    """Take one step in place."""
    for i, gradient in enumerate(gradients):
        step = RATE * gradient
        if not velocities:
            weights[i] = weights[i] - step
            continue
        velocities[i] = momentum * velocities[i] - step
        weights[i] = weights[i] + (momentum * velocities[i] - step if nesterov else velocities[i])


def _adam(state: Any, gradients: Any, iterations: int, betas: tuple[float, float], epsilon: float) -> None:
    """Take one step in place."""
    weights, momentums, velocities, maximums = state
    t = iterations + 1
    alpha = RATE * np.sqrt(1 - betas[1] ** t) / (1 - betas[0] ** t)
    for i, gradient in enumerate(gradients):
        momentums[i] = betas[0] * momentums[i] + (1 - betas[0]) * gradient
        velocities[i] = betas[1] * velocities[i] + (1 - betas[1]) * gradient**2
        largest = velocities[i]
        if maximums:
            largest = maximums[i] = np.maximum(maximums[i], velocities[i])
        weights[i] = weights[i] - alpha * momentums[i] / (np.sqrt(largest) + epsilon)


def _in_place(name: str) -> Callable[..., None]:
    native = current().natives.get(name)
    if native is None:
        assert not current().variables.in_place, f"a backend that writes in place brings {name}"
        pytest.skip("this backend does not write in place")
    return native


@pytest.mark.parametrize(("momentum", "nesterov"), [(0.0, False), (0.9, False), (0.9, True)])
@pytest.mark.parametrize("dtype", ["float32", "float64", "bfloat16"])
def test_sgd(momentum: float, nesterov: bool, dtype: str) -> None:
    with current().precision_scope(frozenset({dtype})):
        expected, zeros = _values(0), [np.zeros(shape) for shape in SHAPES] if momentum else []
        weights, velocities = _native(expected, dtype), _native(zeros, dtype)
        for step in range(STEPS):
            gradients = _values(step + 1)
            _sgd(expected, gradients, zeros, momentum, nesterov=nesterov)
            given = _native(gradients, dtype)
            weights, velocities = sgd_update(weights, given, velocities, RATE, momentum, nesterov)
        _close(weights, expected, dtype)
        _close(velocities, zeros, dtype)


@pytest.mark.parametrize(("momentum", "nesterov"), [(0.0, False), (0.9, False), (0.9, True)])
@pytest.mark.parametrize("dtype", ["float32", "float64", "bfloat16"])
def test_sgd_in_place_is_sgd(momentum: float, nesterov: bool, dtype: str) -> None:
    update = _in_place("sgd_update_in_place")
    expected, zeros = _values(0), [np.zeros(shape) for shape in SHAPES] if momentum else []
    weights, velocities = _native(expected, dtype), _native(zeros, dtype)
    for step in range(STEPS):
        gradients = _values(step + 1)
        _sgd(expected, gradients, zeros, momentum, nesterov=nesterov)
        rate = ops.convert_to_tensor(RATE, "float64") if step % 2 else RATE
        assert update(weights, _native(gradients, dtype), velocities, rate, momentum, nesterov) is None
    _close(weights, expected, dtype)
    _close(velocities, zeros, dtype)


def _adam_start(dtype: str, *, amsgrad: bool) -> tuple[list[list[np.ndarray]], list[list[Any]]]:
    expected = [_values(0), *([np.zeros(shape) for shape in SHAPES] for _ in range(3 if amsgrad else 2))]
    expected += [] if amsgrad else [[]]
    return expected, [_native(values, dtype) for values in expected]


@pytest.mark.parametrize("amsgrad", [False, True])
@pytest.mark.parametrize("dtype", ["float32", "float64", "bfloat16"])
@pytest.mark.parametrize("epsilon", [1e-7, 0.1])
def test_adam(dtype: str, amsgrad: bool, epsilon: float) -> None:
    with current().precision_scope(frozenset({dtype})):
        expected, state = _adam_start(dtype, amsgrad=amsgrad)
        for step in range(STEPS):
            gradients = _values(step + 1)
            _adam(expected, gradients, step, (0.8, 0.95), epsilon)
            iterations = ops.convert_to_tensor(step, "int32")
            given = _native(gradients, dtype)
            weights, momentums, velocities, maximums = state
            state = list(
                adam_update(weights, given, momentums, velocities, RATE, iterations, 0.8, 0.95, epsilon, maximums)
            )
        for ours, theirs in zip(state, expected, strict=True):
            _close(ours, theirs, dtype)


@pytest.mark.parametrize("amsgrad", [False, True])
@pytest.mark.parametrize("dtype", ["float32", "float64", "bfloat16"])
@pytest.mark.parametrize("epsilon", [1e-7, 0.1])
def test_adam_in_place_is_adam(dtype: str, amsgrad: bool, epsilon: float) -> None:
    update = _in_place("adam_update_in_place")
    expected, state = _adam_start(dtype, amsgrad=amsgrad)
    for step in range(STEPS):
        gradients = _values(step + 1)
        _adam(expected, gradients, step, (0.8, 0.95), epsilon)
        iterations = ops.convert_to_tensor(step, "int64") if step % 2 else step
        weights, momentums, velocities, maximums = state
        given = _native(gradients, dtype)
        update(weights, given, momentums, velocities, RATE, iterations, 0.8, 0.95, epsilon, maximums)
    for ours, theirs in zip(state, expected, strict=True):
        _close(ours, theirs, dtype)


def test_adam_in_place_takes_gradients_that_lie_otherwise_in_memory() -> None:
    """The gradient of a permuted view has its strides; a kernel that walks through memory would mix up elements."""
    update = _in_place("adam_update_in_place")
    expected = [[np.arange(6.0).reshape(2, 3)], [np.zeros((2, 3))], [np.zeros((2, 3))], []]
    state = [_native(values, "float32") for values in expected]
    gradient = np.array([[1.0, -2.0, 3.0], [-4.0, 5.0, -6.0]])
    _adam(expected, [gradient], 0, (0.9, 0.999), 1e-7)
    turned = ops.transpose(ops.convert_to_tensor(np.ascontiguousarray(gradient.T), "float32"))
    update(state[0], [turned], state[1], state[2], RATE, 0)
    for ours, theirs in zip(state, expected, strict=True):
        _close(ours, theirs, "float32")


def test_adam_in_place_takes_weights_of_several_dtypes() -> None:
    update = _in_place("adam_update_in_place")
    expected = [[np.ones(3), np.ones(2)], [np.zeros(3), np.zeros(2)], [np.zeros(3), np.zeros(2)], []]
    kinds = ("float32", "float64")
    gradients = [np.full(3, 0.5), np.full(2, -0.5)]
    state = [[ops.convert_to_tensor(v, k) for v, k in zip(values, kinds, strict=False)] for values in expected]
    _adam(expected, gradients, 0, (0.9, 0.999), 1e-7)
    given = [ops.convert_to_tensor(value, kind) for value, kind in zip(gradients, kinds, strict=True)]
    update(state[0], given, state[1], state[2], RATE, 0)
    for i, kind in enumerate(kinds):
        for ours, theirs in zip(state[:3], expected[:3], strict=True):
            _close([ours[i]], [theirs[i]], kind)


def test_in_place_updates_write_parameters_that_record_gradients() -> None:
    update = _in_place("adam_update_in_place")
    variable = polykeras.Variable(np.ones(3, "float32"))
    weight = variable.value
    moments = _native([np.zeros(3), np.zeros(3)], "float32")
    update([weight], _native([np.ones(3)], "float32"), moments[:1], moments[1:], RATE, 0)
    np.testing.assert_allclose(variable.numpy(), 1 - RATE, rtol=1e-5)
    _in_place("sgd_update_in_place")([weight], _native([np.ones(3)], "float32"), [], RATE)
    np.testing.assert_allclose(variable.numpy(), 1 - 2 * RATE, rtol=1e-5)


def test_updates_of_nothing() -> None:
    assert [list(part) for part in sgd_update([], [], [], RATE)] == [[], []]
    assert [list(part) for part in adam_update([], [], [], [], RATE, 0)] == [[], [], [], []]


def test_a_gradient_for_each_weight() -> None:
    one = _native([np.ones(3)], "float32")
    with pytest.raises(ValueError, match="zip"):
        sgd_update(one, [*one, *one], [], RATE)


def test_global_norm() -> None:
    values = _values(3)
    expected = np.sqrt(sum((value**2).sum() for value in values))
    np.testing.assert_allclose(ops.convert_to_numpy(global_norm(_native(values, "float32"))), expected, rtol=1e-5)
