"""Functions of rows, branches by number and running results: values, gradients and state, eager and compiled."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

import polykeras as keras
from polykeras import ops, tree
from polykeras.backend.resolved import Backend
from polykeras.conformance.checking import host
from polykeras.plugins.errors import ShapeError

X = np.array([[1.0, -2.0], [0.5, 3.0], [-1.5, 0.25], [2.0, 1.0], [-0.5, 0.75]], "float32")
WAYS = [{"jit": None}, {"jit": False}, {"jit": None, "eager": True}]


class Asked(NamedTuple):
    """A call on `X` and what NumPy says of it."""

    name: str
    call: Callable[[Any], Any]
    expected: Any


def _affine(first: Any, second: Any) -> Any:
    """Return what two steps ``y -> a y + b`` do together: associative, not commutative."""
    return first[0] * second[0], first[1] * second[0] + second[1]


def _affine_runs(rows: np.ndarray) -> np.ndarray:
    state, states = np.zeros_like(rows[0]), []
    for row in rows:
        state = state * row + row
        states.append(state)
    return np.stack(states)


def _running(n: int, x: Any) -> Any:
    return ops.associative_scan(_affine, (x[:n], x[:n]))[1]


def _branch(x: Any, number: Any) -> Any:
    return ops.switch(number, [lambda a: a + 1.0, lambda a: a * 10.0, lambda a: -a], x)


ASKED = [
    Asked("map", lambda x: ops.map(lambda row: row * row, x), X * X),
    Asked("map of structures", lambda x: ops.map(lambda r: {"s": r["a"] + r["b"]}, {"a": x, "b": X}), {"s": 2 * X}),
    Asked("map of a constant", lambda x: ops.map(lambda _: 1.0, x), np.ones(5)),
    Asked("map of no rows", lambda x: ops.map(lambda row: row[:1], x[:0]), np.zeros((0, 1))),
    Asked("vectorized", lambda x: ops.vectorized_map(lambda row: ops.sum(ops.sin(row)), x), np.sin(X).sum(1)),
    Asked("vectorized pair", lambda x: ops.vectorized_map(lambda r: ops.matmul(r[0], r[1]), (x, X)), (X * X).sum(1)),
    Asked("vectorized constant", lambda x: ops.vectorized_map(lambda _: 1.0, x), np.ones(5)),
    Asked("vectorized no rows", lambda x: ops.vectorized_map(lambda row: row[:1], x[:0]), np.zeros((0, 1))),
    Asked(
        "vectorized twice",
        lambda x: ops.vectorized_map(lambda a: ops.vectorized_map(lambda b: ops.sum(a * b), x), x),
        X @ X.T,
    ),
    Asked("first branch", lambda x: _branch(x, ops.cast(x[0, 0], "int32") - 4), X + 1),
    Asked("middle branch", lambda x: _branch(x, ops.cast(x[0, 0], "int32")), X * 10),
    Asked("last branch", lambda x: _branch(x, ops.cast(x[0, 0], "int32") + 4), -X),
    Asked("branch by a Python number", lambda x: _branch(x, 1), X * 10),
    *(
        Asked(
            f"running products of {n}",
            functools.partial(_running, n),
            _affine_runs(X[:n]),
        )
        for n in (1, 2, 3, 5)
    ),
    Asked(
        "running back",
        lambda x: ops.associative_scan(_affine, (x, x), reverse=True)[1],
        _affine_runs(X[::-1])[::-1],
    ),
    Asked("running along the last axis", lambda x: ops.associative_scan(ops.add, x, axis=-1), np.cumsum(X, -1)),
    Asked("running over nothing", lambda x: ops.associative_scan(ops.add, x[:0]), X[:0]),
]


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: asked.name)
def test_values(here: Backend, asked: Asked) -> None:
    del here
    result = asked.call(ops.convert_to_tensor(X))
    tree.map_structure(
        lambda got, wanted: np.testing.assert_allclose(host(got), wanted, rtol=1e-5), result, asked.expected
    )


@pytest.mark.filterwarnings("ignore:The step cannot become one graph", "ignore:.*lru_cache:UserWarning")
@pytest.mark.parametrize("way", WAYS, ids=str)
def test_one_compiled_step_with_gradients(here: Backend, way: dict[str, Any]) -> None:
    """All of them in one step: each framework compiles once."""
    smooth = [asked for asked in ASKED if "branch" not in asked.name]

    def total(x: Any) -> Any:
        return ops.sum(ops.stack([ops.sum(leaf) for asked in smooth for leaf in tree.flatten(asked.call(x))]))

    def step(batch: Any) -> Any:
        return keras.value_and_grad(total)(batch[0])

    value, gradient = here.training.compile_step(step, [], **way)(here.tensors.place((X,)))
    expected = sum(np.sum(leaf) for asked in smooth for leaf in tree.flatten(asked.expected))
    np.testing.assert_allclose(float(value), expected, rtol=1e-4)
    # The sum is a smooth function of X: its slope along a direction is that of a difference.
    direction = np.cos(np.arange(X.size, dtype="float32")).reshape(X.shape)
    ahead, behind = (float(total(ops.convert_to_tensor(X + sign * 1e-2 * direction))) for sign in (1, -1))
    np.testing.assert_allclose(np.sum(host(gradient) * direction), (ahead - behind) / 2e-2, rtol=2e-2)


@pytest.mark.parametrize("function", [ops.map, ops.vectorized_map])
@pytest.mark.parametrize("way", WAYS, ids=str)
def test_rows_that_write_go_one_after_another(here: Backend, way: dict[str, Any], function: Any) -> None:
    total = keras.Variable(0.0, trainable=False)

    def row(x: Any) -> Any:
        total.assign_add(ops.sum(x))
        return total * 1.0

    run = here.training.compile_step(lambda batch: function(row, batch[0]), [total], **way)
    np.testing.assert_allclose(host(run(here.tensors.place((X,)))), np.cumsum(X.sum(1)), rtol=1e-5)
    np.testing.assert_allclose(total.numpy(), X.sum(), rtol=1e-5)


def test_a_branch_that_writes(here: Backend) -> None:
    del here
    v = keras.Variable(0.0, trainable=False)

    def add(amount: float) -> Callable[[], Any]:
        def branch() -> Any:
            v.assign_add(amount)
            return ops.convert_to_tensor(amount)

        return branch

    for number in (0, 2):
        ops.switch(ops.convert_to_tensor(number), [add(1.0), add(10.0), add(100.0)])
    assert float(v.numpy()) == 101.0


def _identity(x: Any) -> Any:
    return x


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda x: ops.map(_identity, (x, x[:2])), ShapeError),
        (lambda x: ops.map(_identity, (x, 5.0)), ShapeError),
        (lambda x: ops.vectorized_map(_identity, (x, x[:2])), ShapeError),
        (lambda _: ops.vectorized_map(_identity, 5.0), ShapeError),
        (lambda x: ops.associative_scan(ops.add, x, axis=2), ShapeError),
        (lambda _: ops.associative_scan(ops.add, 5.0), ShapeError),
        (lambda x: ops.associative_scan(_affine, (x, x[:2])), ShapeError),
        (lambda x: ops.switch(x[0, 0], [_identity], x), TypeError),
        (lambda x: ops.switch(ops.cast(x[0], "int32"), [_identity], x), TypeError),
        (lambda x: ops.switch(0, [], x), ValueError),
        (lambda x: ops.switch(0, [ops.add, x], x), ValueError),
    ],
)
def test_refusals(here: Backend, call: Callable[[Any], Any], error: type[Exception]) -> None:
    del here
    with pytest.raises(error) as caught:
        call(ops.convert_to_tensor(X))
    assert len(str(caught.value).splitlines()) == 4


class _Rows(keras.layers.Layer):  # type: ignore[misc, unused-ignore]
    """Uses them where the number of rows is unknown."""

    def call(self, x: Any) -> Any:
        y = ops.vectorized_map(lambda row: row * 2.0, x) + ops.map(lambda row: row * 1.0, x)
        y = ops.associative_scan(ops.add, y, axis=1)
        return ops.switch(ops.cast(ops.sum(y), "int32"), [lambda a: a, lambda a: a * 1.0], y)


def test_symbolic_tensors_inside_a_layer(here: Backend) -> None:
    del here
    inputs = keras.Input((2,))
    outputs = _Rows()(inputs)
    assert outputs.shape == (None, 2)
    result = keras.Model(inputs, outputs)(X)
    np.testing.assert_allclose(host(result), np.cumsum(3 * X, 1), rtol=1e-5)
