"""Each optimizer against its rule in NumPy: eagerly, in a compiled step, without state, and weight by weight."""

from __future__ import annotations

import numpy as np
import pytest

import polykeras as keras
from polykeras import ops
from polykeras.backend.current import current
from polykeras.optimizers import SGD, Adam, AdamW, RMSprop
from polykeras.state import overlay
from tests.backends.optimizers import rules

RATE, STEPS, DECAY = 0.05, 4, 0.1
SHAPES = [(3, 2), (2,), ()]

# class, arguments, rule, arguments of the rule
RULES = {
    "sgd": (SGD, {}, rules.sgd, {}),
    "sgd, momentum": (SGD, {"momentum": 0.9}, rules.sgd, {"momentum": 0.9}),
    "sgd, nesterov": (SGD, {"momentum": 0.9, "nesterov": True}, rules.sgd, {"momentum": 0.9, "nesterov": True}),
    "adam": (Adam, {}, rules.adam, {}),
    "adam, amsgrad": (Adam, {"amsgrad": True, "beta_2": 0.5}, rules.adam, {"amsgrad": True, "beta_2": 0.5}),
    "adamw": (AdamW, {"weight_decay": DECAY}, rules.adam, {}),
    "rmsprop": (RMSprop, {}, rules.rmsprop, {}),
    "rmsprop, momentum": (RMSprop, {"momentum": 0.5, "rho": 0.8}, rules.rmsprop, {"momentum": 0.5, "rho": 0.8}),
    "rmsprop, centered": (
        RMSprop,
        {"momentum": 0.5, "centered": True},
        rules.rmsprop,
        {"momentum": 0.5, "centered": True},
    ),
}
# The moments of Adam start with 1 - 0.999, of which float32 keeps four digits.
TOLERANCE = {"float32": 2e-4, "float64": 1e-7}


def gradients_of(step: int) -> list[np.ndarray]:
    draw = np.random.default_rng(step)
    return [np.asarray(draw.normal(size=shape)) for shape in SHAPES]


def starts() -> list[np.ndarray]:
    return gradients_of(100)


def expected(case: str, steps: int = STEPS) -> list[np.ndarray]:
    _, given, rule, arguments = RULES[case]
    weights, states = starts(), [{} for _ in SHAPES]
    for step in range(steps):
        for i, gradient in enumerate(gradients_of(step)):
            shrunk = weights[i] * (1 - RATE * given.get("weight_decay", 0.0))
            weights[i] = rule(shrunk, gradient, states[i], RATE, **arguments)
    return weights


def made(case: str, dtype: str) -> tuple:
    kind, given, _, _ = RULES[case]
    variables = [keras.Variable(w.astype(dtype), name=f"w{i}") for i, w in enumerate(starts())]
    return kind(RATE, **given), variables


def check(variables, wanted, dtype):
    for variable, value in zip(variables, wanted, strict=True):
        host = ops.convert_to_numpy(variable)
        assert host.dtype == dtype
        np.testing.assert_allclose(host, value, rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype])


def native(arrays, dtype):
    return [ops.convert_to_tensor(np.asarray(array, dtype)) for array in arrays]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("case", RULES)
def test_eagerly(case, dtype):
    optimizer, variables = made(case, dtype)
    with current().precision_scope(frozenset({dtype})):
        for step in range(STEPS):
            optimizer.apply(native(gradients_of(step), dtype), variables)
    check(variables, expected(case), dtype)
    assert all(variable.dtype == dtype for variable in optimizer.variables[2:])
    assert int(optimizer.iterations) == STEPS


@pytest.mark.parametrize("case", RULES)
def test_in_a_compiled_step(case):
    optimizer, variables = made(case, "float32")
    optimizer.build(variables)

    def step(batch):
        optimizer.apply(list(batch), variables)

    backend = current()
    run = backend.training.compile_step(step, [*variables, *optimizer.variables], jit=None)
    for number in range(STEPS):
        run(backend.tensors.place(tuple(np.asarray(g, "float32") for g in gradients_of(number))))
    check(variables, expected(case), "float32")


@pytest.mark.parametrize("case", RULES)
def test_without_state(case):
    optimizer, variables = made(case, "float32")
    optimizer.build(variables)
    state = [ops.convert_to_tensor(v.numpy()) for v in optimizer.variables]
    weights = native(starts(), "float32")
    for step in range(STEPS):
        weights, state = optimizer.stateless_apply(state, native(gradients_of(step), "float32"), weights)
    check(weights, expected(case), "float32")
    check(variables, starts(), "float32")
    assert int(state[0]) == STEPS
    assert int(optimizer.iterations) == 0
    assert len(state) == len(optimizer.variables)


@pytest.mark.parametrize("case", [case for case in RULES if case != "adamw"])
def test_weight_by_weight(case):
    """`update_step` alone, as somebody's own optimizer calls it."""
    optimizer, variables = made(case, "float32")
    optimizer.build(variables)
    for step in range(STEPS):
        for gradient, variable in zip(gradients_of(step), variables, strict=True):
            optimizer.update_step(np.asarray(gradient, "float32"), variable, optimizer.learning_rate)
        optimizer._iterations.assign_add(1)
    check(variables, expected(case), "float32")


@pytest.mark.parametrize("case", ["sgd, momentum", "adam", "rmsprop"])
def test_inside_an_overlay_nothing_is_written_yet(case):
    optimizer, variables = made(case, "float32")
    optimizer.build(variables)
    for step in range(STEPS):
        with overlay.overlaid(overlay.Overlay({})) as scope:
            optimizer.apply(native(gradients_of(step), "float32"), variables)
        check(variables, expected(case, step), "float32")
        overlay.merge(scope)
    check(variables, expected(case), "float32")


def test_an_overridden_step_is_called():
    class Doubled(Adam):
        """Takes each step with twice the gradient."""

        def update_step(self, gradient, variable, learning_rate):
            super().update_step(gradient * 2.0, variable, learning_rate)

    ours = [keras.Variable(np.ones(2, "float32")) for _ in range(2)]
    theirs = [keras.Variable(np.ones(2, "float32")) for _ in range(2)]
    doubled, plain = Doubled(RATE), Adam(RATE)
    for step in range(3):
        gradients = [np.array([1.0, -3.0]) * (step + 1), np.array([0.5, 0.25])]
        doubled.apply(gradients, ours)
        plain.apply([2 * gradient for gradient in gradients], theirs)
    for own, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(own.numpy(), other.numpy(), rtol=1e-6)
    velocities = [own.numpy() for own in doubled.variables[2:]], [other.numpy() for other in plain.variables[2:]]
    np.testing.assert_allclose(np.ravel(velocities[0]), np.ravel(velocities[1]), rtol=1e-6)


def test_mixed_dtypes_in_one_model():
    with current().precision_scope(frozenset({"float64"})):
        for case in ("sgd, momentum", "adam", "rmsprop, centered"):
            optimizer, _ = made(case, "float32")
            variables = [
                keras.Variable(w.astype(dtype))
                for w, dtype in zip(starts(), ("float32", "float64", "float32"), strict=True)
            ]
            for step in range(STEPS):
                optimizer.apply(gradients_of(step), variables)
            for variable, value in zip(variables, expected(case), strict=True):
                np.testing.assert_allclose(variable.numpy(), value, rtol=2e-4, atol=2e-4)
            assert {variable.dtype for variable in optimizer.variables[2:]} == {"float32", "float64"}
