"""Factors multiply to the matrix, and are what they are called; gradients of what does not depend on free signs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import polykeras
from polykeras import ops
from polykeras.backend.current import current
from polykeras.conformance.checking import close, host
from polykeras.conformance.gradients import evaluated

_RNG = np.random.default_rng(5)
TALL = _RNG.normal(size=(2, 4, 3))
WIDE = _RNG.normal(size=(2, 3, 4))
SQUARE = _RNG.normal(size=(2, 3, 3))
LOW = np.outer([1.0, 2.0, -1.0], [1.0, 0.5, 2.0])[None]
EACH = {"tall": TALL, "wide": WIDE, "square": SQUARE, "low": LOW}


def _tensor(x: np.ndarray) -> Any:
    return ops.convert_to_tensor(x.astype("float32"))


def _orthonormal(x: Any) -> None:
    """The columns of `x` are of length 1 and perpendicular."""
    products = ops.matmul(ops.swapaxes(x, -1, -2), x)
    close(products, np.broadcast_to(np.eye(x.shape[-1]), tuple(products.shape)))


@pytest.mark.parametrize("name", EACH)
@pytest.mark.parametrize("mode", ["reduced", "complete"])
def test_qr(name: str, mode: str) -> None:
    x = EACH[name]
    q, r = ops.qr(_tensor(x), mode)
    close(ops.matmul(q, r), x)
    close(r, np.triu(host(r)))
    _orthonormal(q)
    assert q.shape[-1] == (x.shape[-2] if mode == "complete" else min(x.shape[-2:]))


@pytest.mark.parametrize("name", EACH)
@pytest.mark.parametrize("full", [True, False])
def test_svd(name: str, full: bool) -> None:
    x = EACH[name]
    left, values, right = ops.svd(_tensor(x), full)
    inner = min(x.shape[-2:])
    product = ops.matmul(left[..., :inner] * ops.expand_dims(values, -2), right[..., :inner, :])
    close(product, x)
    assert np.all(np.diff(host(values)) <= 0)
    _orthonormal(left)
    _orthonormal(ops.swapaxes(right, -1, -2))
    assert (left.shape[-1], right.shape[-2]) == (x.shape[-2:] if full else (inner, inner))


@pytest.mark.parametrize("name", EACH)
def test_lu(name: str) -> None:
    x = EACH[name]
    factors, pivots = map(host, ops.lu_factor(_tensor(x)))
    rows, inner = x.shape[-2], min(x.shape[-2:])
    lower = np.tril(factors, -1)[..., :inner] + np.eye(rows, inner)
    product = lower @ np.triu(factors)[..., :inner, :]
    for one, exchanged in zip(product, pivots, strict=True):
        for row in reversed(range(inner)):
            one[[row, exchanged[row]]] = one[[exchanged[row], row]]
    close(_tensor(product), x)
    assert np.all(np.abs(lower) <= 1 + 1e-6), "the largest element of a column is its pivot"
    assert pivots.dtype == "int32"


def test_eigh() -> None:
    values, vectors = ops.eigh(_tensor(SQUARE))
    symmetric = (SQUARE + SQUARE.swapaxes(-1, -2)) / 2
    close(values, np.linalg.eigvalsh(symmetric))
    close(ops.matmul(_tensor(symmetric), vectors), host(vectors) * host(values)[..., None, :])
    _orthonormal(vectors)


def test_eig() -> None:
    values, vectors = map(host, ops.eig(_tensor(SQUARE)))
    assert values.dtype == vectors.dtype == "complex64"
    np.testing.assert_allclose(SQUARE @ vectors, vectors * values[..., None, :], atol=1e-5)
    for ours, right in zip(values, np.linalg.eigvals(SQUARE), strict=True):
        np.testing.assert_allclose(np.sort_complex(ours), np.sort_complex(right), atol=1e-5)


def _of_qr(x: Any) -> Any:
    q, r = ops.qr(x)
    weights = np.cos(np.arange(q.shape[-2] * r.shape[-1])).reshape(q.shape[-2], r.shape[-1])
    # Signs of a column of Q and of a row of R change together.
    return ops.sum(ops.multiply(ops.matmul(q**3, r), weights)) + ops.sum(ops.sin(ops.square(r)))


def _of_svd(x: Any) -> Any:
    left, values, right = ops.svd(x, False)
    weights = np.cos(np.arange(left.shape[-2] * right.shape[-1])).reshape(left.shape[-2], right.shape[-1])
    return ops.sum(ops.multiply(ops.matmul(left**3 * ops.expand_dims(values, -2), right), weights)) + ops.sum(right**4)


def _of_eigh(x: Any) -> Any:
    values, vectors = ops.eigh(x)
    return ops.sum(ops.matmul(vectors**2 * ops.expand_dims(ops.sin(values), -2), ops.swapaxes(vectors, -1, -2) ** 2))


def _differences(function: Callable[..., Any], x: np.ndarray) -> np.ndarray:
    result = np.zeros_like(x)
    for place in np.ndindex(*x.shape):
        step = np.zeros_like(x)
        step[place] = 1e-6
        above, below = (float(host(function(ops.convert_to_tensor(x + sign * step)))) for sign in (1, -1))
        result[place] = (above - below) / 2e-6
    return result


@pytest.mark.parametrize(
    ("function", "x"),
    [
        (_of_qr, TALL[0]),
        (_of_qr, WIDE[0]),
        (_of_svd, TALL[0]),
        (_of_svd, SQUARE[0]),
        (_of_svd, WIDE[0]),
        (_of_eigh, SQUARE[0]),
    ],
    ids=["qr-tall", "qr-wide", "svd-tall", "svd-square", "svd-wide", "eigh"],
)
def test_gradient_of_factors(function: Callable[..., Any], x: np.ndarray) -> None:
    with current().precision_scope(frozenset({"float64"})):
        [gradient] = evaluated(function, [x])
        np.testing.assert_allclose(host(gradient), _differences(function, x), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("op", ["cholesky", "det", "inv", "eig", "eigh"])
def test_matrices_that_are_not_square_are_refused(op: str) -> None:
    told = []
    for x in (ops.ones((2, 3)), polykeras.KerasTensor((2, 3))):
        with pytest.raises(ValueError, match="needs square matrices") as caught:
            getattr(ops, op)(x)
        told.append(str(caught.value))
    assert told[0] == told[1]


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "int32"])
def test_other_dtypes(dtype: str) -> None:
    x = ops.cast(_tensor(np.eye(3) * 2), dtype)
    result = ops.inv(x)
    assert ops.dtype(result) == ("float32" if dtype == "int32" else dtype)
    close(result, np.eye(3) / 2)
