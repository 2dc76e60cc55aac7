"""Systems of equations, and what factorizations tell but for signs, which are free."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polykeras.conformance.case import Numbers, case

_NUMBERS = Numbers("linalg")
real = _NUMBERS.real
_EMPTY = np.zeros((0, 3, 3), "float32")


def _symmetric(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x, *rest: function((x + np.swapaxes(x, -1, -2)) / 2, *rest)


def _definite(*shape: int) -> np.ndarray:
    x = real(*shape)
    return np.asarray(x @ np.swapaxes(x, -1, -2) + np.eye(shape[-1]), "float32")


def _regular(*shape: int) -> np.ndarray:
    return np.asarray(real(*shape) + 3 * np.eye(shape[-1]), "float32")


def _of_vectors(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.linalg.solve(a, b[..., None])[..., 0]


def _triangular(a: np.ndarray, b: np.ndarray, lower: bool = False) -> np.ndarray:
    return np.linalg.solve(np.tril(a) if lower else np.triu(a), b)


def _inverse_of(factor: np.ndarray, upper: bool = False) -> np.ndarray:
    other = np.swapaxes(factor, -1, -2)
    return np.linalg.inv(other @ factor if upper else factor @ other)


_SQUARE = _regular(2, 3, 3)
_TALL, _WIDE = real(2, 4, 3), real(3, 4)
_FACTOR = np.tril(_regular(2, 3, 3))
_DEFICIENT = np.outer(np.arange(1, 5), np.arange(1, 4)).astype("float32")
_SINGULAR = np.array([[1.0, 2.0], [2.0, 4.0]], dtype="float32")

LINALG = [
    case("cholesky", _definite(2, 3, 3), oracle=_symmetric(np.linalg.cholesky), gradient=True),
    case("cholesky", _definite(3, 3), True, oracle=_symmetric(lambda x, _: np.linalg.cholesky(x).T), gradient=True),
    case("cholesky", _EMPTY, oracle=lambda x: x, name="empty"),
    case("cholesky_inverse", _FACTOR, oracle=_inverse_of),
    case("cholesky_inverse", np.ascontiguousarray(_FACTOR[0].T), True, oracle=_inverse_of),
    case("cholesky_inverse", _EMPTY, oracle=lambda x: x, name="empty"),
    case("det", _SQUARE, oracle=np.linalg.det, gradient=True),
    case("det", _SINGULAR, oracle=np.linalg.det),
    case("det", _EMPTY, oracle=np.linalg.det, name="empty"),
    case("logdet", _SQUARE, oracle=lambda x: np.linalg.slogdet(x)[1], gradient=True),
    case("logdet", _SINGULAR * 1e30, oracle=lambda _: np.asarray(-np.inf), name="singular"),
    case("logdet", _EMPTY, oracle=lambda x: np.linalg.slogdet(x)[1], name="empty"),
    case("slogdet", _SQUARE, oracle=lambda x: tuple(np.linalg.slogdet(x)), gradient=True),
    case("slogdet", _SQUARE[0] * np.float32(1e20), oracle=lambda x: tuple(np.linalg.slogdet(x.astype("float64")))),
    case("slogdet", np.zeros((2, 0, 0), "float32"), oracle=lambda x: tuple(np.linalg.slogdet(x)), name="no elements"),
    *(case("matrix_power", _SQUARE, n, oracle=np.linalg.matrix_power, gradient=n > 0) for n in (-2, 0, 1, 5)),
    case("matrix_power", np.array([[1, 1], [1, 0]], "int32"), 7, oracle=np.linalg.matrix_power, name="integers"),
    case("inv", _SQUARE, oracle=np.linalg.inv, gradient=True),
    case("inv", _regular(1, 1), oracle=np.linalg.inv),
    case("inv", _EMPTY, oracle=np.linalg.inv, name="empty"),
    case("solve", _SQUARE, real(2, 3, 2), oracle=np.linalg.solve, gradient=True),
    case("solve", _SQUARE, real(2, 3), oracle=_of_vectors, gradient=True, name="vectors"),
    case("solve", _SQUARE[:1], real(2, 3, 1), oracle=np.linalg.solve, name="broadcast"),
    case("solve", _regular(2, 2), real(2), oracle=np.linalg.solve, name="vector"),
    case("solve_triangular", _SQUARE, real(2, 3, 2), oracle=_triangular, gradient=True),
    case("solve_triangular", _SQUARE, real(2, 3, 2), True, oracle=_triangular, gradient=True),
    case("solve_triangular", _SQUARE[0], real(3), True, oracle=_triangular, name="vector"),
    case("lstsq", real(4, 2), real(4, 3), oracle=lambda a, b: np.linalg.lstsq(a, b)[0], gradient=True),
    case("lstsq", _DEFICIENT, real(4), oracle=lambda a, b: np.linalg.pinv(a) @ b, name="deficient"),
    case("lstsq", real(2, 3), real(2), oracle=lambda a, b: np.linalg.lstsq(a, b)[0], name="wide"),
    case("pinv", _TALL, oracle=np.linalg.pinv, gradient=True),
    case("pinv", _DEFICIENT, oracle=lambda x: np.linalg.pinv(x, 1e-5), name="deficient"),
    case("pinv", _WIDE, 0.4, oracle=np.linalg.pinv),
    case("matrix_rank", _TALL, oracle=np.linalg.matrix_rank),
    case("matrix_rank", _DEFICIENT, oracle=lambda _: np.asarray(1), name="deficient"),
    case("matrix_rank", np.diag([3.0, 2.0, 0.5]).astype("float32"), 1.0, oracle=np.linalg.matrix_rank),
    case("svd", _TALL, True, False, oracle=lambda x, *_: np.linalg.svd(x, compute_uv=False), gradient=True),
    case("svd", _WIDE, False, False, oracle=lambda x, *_: np.linalg.svd(x, compute_uv=False)),
    case("svd", _EMPTY, True, False, oracle=lambda x, *_: x[..., 0], name="empty"),
    *(case("norm", _WIDE, order, oracle=np.linalg.norm, gradient=True) for order in ("nuc", 2, -2)),
    case("norm", _TALL, 2, (0, 2), True, oracle=np.linalg.norm, gradient=True),
]
