"""Ranges between Python numbers and tensors, grids of any number of axes, and functions made to broadcast."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pytest

import polykeras as keras
from polykeras import KerasTensor, ops
from polykeras.backend.resolved import Backend
from polykeras.conformance.case import Numbers
from polykeras.conformance.checking import host

real = Numbers("more ranges").real
STARTS, STOPS = np.array([1.0, 2.0], "float32"), np.array([8.0, 16.0], "float32")


@pytest.mark.parametrize(
    ("name", "args", "options"),
    [
        ("logspace", (0, 3), {"num": 4}),
        ("logspace", (0, 3), {"num": 4, "base": 2, "endpoint": False}),
        ("logspace", (np.zeros(2, "float32"), STARTS), {"num": 3, "axis": -1}),
        ("logspace", (0, 3), {"num": 4, "dtype": "int32"}),
        ("logspace", (0.0, 3.0), {"num": 1}),
        ("logspace", (0.0, 3.0), {"num": 0}),
        ("geomspace", (1, 1000), {"num": 4}),
        ("geomspace", (1, 1000), {"num": 4, "endpoint": False}),
        ("geomspace", (-1, -8), {"num": 4}),
        ("geomspace", (1, 256), {"num": 9, "dtype": "int32"}),
        ("geomspace", (STARTS, STOPS), {"num": 3, "axis": 1}),
        ("geomspace", (8.0, 0.5), {"num": 1}),
    ],
)
def test_range(here: Backend, name: str, args: Any, options: dict[str, Any]) -> None:
    del here
    ours = getattr(ops, name)(*args, **options)
    theirs = getattr(np, name)(*args, **{key: value for key, value in options.items() if key != "dtype"})
    assert ops.dtype(ours) == options.get("dtype", "float32")
    np.testing.assert_allclose(host(ours), theirs, rtol=1e-5)


def test_range_of_symbols(here: Backend) -> None:
    del here
    for name in ("linspace", "logspace", "geomspace"):
        assert getattr(ops, name)(KerasTensor((None, 2)), KerasTensor((2,)), num=5, axis=1).shape == (None, 5, 2)


@pytest.mark.parametrize("indexing", ["xy", "ij"])
@pytest.mark.parametrize("sizes", [(2,), (2, 3), (2, 3, 1), (0, 2)])
def test_grid(here: Backend, sizes: tuple[int, ...], indexing: Literal["xy", "ij"]) -> None:
    del here
    axes = [real(size) for size in sizes]
    expected = np.meshgrid(*axes, indexing=indexing)
    for ours, theirs in zip(ops.meshgrid(*axes, indexing=indexing), expected, strict=True):
        np.testing.assert_array_equal(host(ours), theirs)


@pytest.mark.parametrize("indexing", ["xy", "ij"])
@pytest.mark.parametrize("sizes", [(2, 3), (2, 3, 1)])
def test_gradient_of_grid(here: Backend, sizes: tuple[int, ...], indexing: Literal["xy", "ij"]) -> None:
    del here
    axes = [real(size) for size in sizes]
    weights = [real(*theirs.shape) for theirs in np.meshgrid(*axes, indexing=indexing)]

    def loss(values: list[Any]) -> Any:
        grid = ops.meshgrid(*values, indexing=indexing)
        return sum(ops.sum(ops.multiply(one, weight)) for one, weight in zip(grid, weights, strict=True))

    gradients = keras.grad(loss)(axes)
    order = [1, 0, 2] if indexing == "xy" else [0, 1, 2]
    for axis, (gradient, weight) in enumerate(zip(gradients, weights, strict=True)):
        others = tuple(at for at in range(len(sizes)) if at != order[axis])
        np.testing.assert_allclose(host(gradient), weight.sum(others), rtol=1e-4, atol=1e-5)


def test_grid_of_anything(here: Backend) -> None:
    del here
    assert ops.meshgrid() == []
    first, second = ops.meshgrid(2.0, [3, 4, 5], indexing="ij")
    np.testing.assert_array_equal(host(first), [[2.0, 2.0, 2.0]])
    np.testing.assert_array_equal(host(second), [[3, 4, 5]])
    assert [one.shape for one in ops.meshgrid(KerasTensor((None,)), KerasTensor((3,)))] == [(3, None)] * 2
    with pytest.raises(ValueError, match="indexing='yx'"):
        ops.meshgrid([1], indexing="yx")
    with pytest.raises(ValueError, match="one axis"):
        ops.meshgrid([[1, 2]])


def test_vectorized_scalars(here: Backend) -> None:
    del here
    add = ops.vectorize(lambda a, b: a * 10 + b)
    np.testing.assert_array_equal(host(add(np.array([[1], [2]]), np.array([3, 4]))), [[13, 14], [23, 24]])
    assert float(add(1.0, 2.0)) == 12.0


def test_vectorized_by_signature(here: Backend) -> None:
    del here
    matrices, vectors = real(2, 1, 3, 4), real(5, 4)
    products = ops.vectorize(ops.matmul, signature="(m,n),(n)->(m)")(matrices, vectors)
    np.testing.assert_allclose(host(products), (matrices @ vectors[..., None])[..., 0], rtol=1e-4, atol=1e-5)
    both = ops.vectorize(lambda x: (ops.sum(x), x[:1]), signature="(n)->(),(k)")(vectors)
    assert [tuple(one.shape) for one in both] == [(5,), (5, 1)]


def test_vectorized_with_what_is_excluded(here: Backend) -> None:
    del here
    power = ops.vectorize(lambda x, n, shift=0: x**n + shift, excluded={1})
    np.testing.assert_array_equal(host(power(np.array([1.0, 2.0]), 3, shift=1.0)), [2.0, 9.0])


@pytest.mark.parametrize(
    ("signature", "args", "message"),
    [
        ("m->n", ([1.0],), "cannot read"),
        ("(n),(n)->()", ([1.0, 2.0], [1.0]), "do not fit"),
        ("(n)->()", (1.0,), "do not fit"),
        (None, ([1.0, 2.0], [1.0, 2.0, 3.0]), "do not fit"),
    ],
)
def test_refusals(here: Backend, signature: str | None, args: Any, message: str) -> None:
    del here
    with pytest.raises(ValueError, match=message):
        ops.vectorize(lambda *xs: xs[0], signature=signature)(*map(np.array, args))
