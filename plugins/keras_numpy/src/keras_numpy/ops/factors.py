"""Factorizations of matrices and systems of equations on NumPy, each beside what pulls a gradient back through it.

Pullbacks are those of Giles, "Collected matrix derivative results for forward and reverse mode algorithmic
differentiation", 2008; of Murray, "Differentiation of the Cholesky decomposition", 2016; and of Walter and Lehmann,
"Algorithmic differentiation of linear algebra functions", 2010. A factorization with several results is computed once
for each of them that is differentiated.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import linalg

from keras_numpy.array import tensor
from keras_numpy.ops.arithmetic import add, divide, multiply, negative, select, spread_sum, subtract
from keras_numpy.ops.linear import matmul
from keras_numpy.ops.manipulation import broadcast_to, expand_dims, swapaxes
from keras_numpy.tape import Op, Pullback, primitive, value_of

_COMPLEX = {np.dtype(np.float32): np.complex64, np.dtype(np.float64): np.complex128}


def _t(x: Any) -> Any:
    return swapaxes(x, -1, -2)


def _masked(x: Any, mask: np.ndarray) -> Any:
    return select(mask, x, np.zeros((), x.dtype))


def _eye(x: Any) -> Any:
    return np.eye(x.shape[-1], dtype=x.dtype)


def _diagonal_of(x: Any, size: int) -> Any:
    """Return matrices with the vectors of `x` on their diagonals."""
    return multiply(expand_dims(x, -1), np.eye(size, dtype=x.dtype))


def _lower_half(x: Any) -> Any:
    """Return the lower triangle with half of the diagonal."""
    return multiply(x, (np.tri(x.shape[-1], k=-1) + 0.5 * np.eye(x.shape[-1])).astype(x.dtype))


def _each(function: Callable[..., Any], *operands: Any) -> Any:
    """Apply `function` to batches of matrices; where one has no answer, that one is nan."""
    try:
        return function(*operands)
    except np.linalg.LinAlgError:
        if operands[0].shape[-1] != operands[0].shape[-2]:
            raise
        batch = np.broadcast_shapes(*(one.shape[:-2] for one in operands))
        stretched = [np.broadcast_to(one, batch + one.shape[-2:]) for one in operands]
        result = np.full(stretched[-1].shape, np.nan, stretched[-1].dtype)
        for place in np.ndindex(*batch):
            with contextlib.suppress(np.linalg.LinAlgError):
                result[place] = function(*(one[place] for one in stretched))
        return result


# ----------------------------------------------------------------------------------------------------------- systems


def _solve(a: Any, b: Any) -> Any:
    return _each(np.linalg.solve, a, b)


def _triangular(a: Any, b: Any, lower: bool) -> Any:
    triangle = np.tril(a) if lower else np.triu(a)
    return _each(np.linalg.solve, triangle, b)


def _of_right(system: Op, *options: bool) -> Callable[..., Pullback]:
    return lambda _, a, b, *__: lambda g: spread_sum(system(_t(a), g, *options), np.shape(value_of(b)))


solve_matrix: Op = primitive(
    _solve,
    lambda x, a, b: lambda g: spread_sum(negative(matmul(solve_matrix(_t(a), g), _t(x))), np.shape(value_of(a))),
    lambda _, a, b: lambda g: spread_sum(solve_matrix(_t(a), g), np.shape(value_of(b))),
)


def _of_triangle(x: Any, a: Any, b: Any, lower: bool) -> Pullback:
    del b
    size = a.shape[-1]
    mask = np.tri(size, dtype=bool) if lower else np.tri(size, dtype=bool).T

    def pull(g: Any) -> Any:
        full = negative(matmul(_triangle(_t(a), g, not lower), _t(x)))
        return spread_sum(_masked(full, mask), np.shape(value_of(a)))

    return pull


_triangle: Op = primitive(
    _triangular,
    _of_triangle,
    lambda _, a, b, lower: lambda g: spread_sum(_triangle(_t(a), g, not lower), np.shape(value_of(b))),
)


def solve_triangular_matrix(a: Any, b: Any, lower: bool = False) -> Any:
    """Return ``x`` with ``a x = b`` for a triangle of `a`."""
    return _triangle(a, b, lower)


# ---------------------------------------------------------------------------------------------------- factorizations


def _of_cholesky(factor: Any, x: Any) -> Pullback:
    del x

    def pull(g: Any) -> Any:
        inner = _lower_half(matmul(_t(factor), g))
        outer = _triangle(_t(factor), _t(_triangle(_t(factor), _t(inner), False)), False)
        return multiply(add(outer, _t(outer)), np.asarray(0.5, g.dtype))

    return pull


cholesky_lower = primitive(lambda x: _each(np.linalg.cholesky, x), _of_cholesky)


def _gaps(values: Any) -> np.ndarray:
    """Return the reciprocals of the differences of eigenvalues, and 0 on the diagonal."""
    plain = value_of(values)
    apart = plain[..., None, :] - plain[..., :, None] + np.eye(plain.shape[-1], dtype=plain.dtype)
    return np.asarray(1 / apart - np.eye(plain.shape[-1], dtype=plain.dtype))


def _of_eigenvalues(values: Any, x: Any) -> Pullback:
    def pull(g: Any) -> Any:
        vectors = _eigenvectors(x)
        return matmul(multiply(vectors, expand_dims(g, -2)), _t(vectors))

    del values
    return pull


def _of_eigenvectors(vectors: Any, x: Any) -> Pullback:
    def pull(g: Any) -> Any:
        inner = multiply(_gaps(_eigenvalues(x)), matmul(_t(vectors), g))
        return matmul(matmul(vectors, inner), _t(vectors))

    return pull


_eigenvalues: Op = primitive(lambda x: np.linalg.eigh(x)[0], _of_eigenvalues)
_eigenvectors: Op = primitive(lambda x: np.linalg.eigh(x)[1], _of_eigenvectors)


def eigh_symmetric(x: Any) -> tuple[Any, Any]:
    """Return eigenvalues and eigenvectors."""
    return _eigenvalues(x), _eigenvectors(x)


def eig_general(x: Any) -> tuple[Any, Any]:
    """Return complex eigenvalues and eigenvectors, through which no gradient flows."""
    plain = value_of(x)
    wide = _COMPLEX[plain.dtype]
    values, vectors = np.linalg.eig(plain)
    return tensor(values.astype(wide)), tensor(vectors.astype(wide))


def _mirrored(x: Any) -> Any:
    """Return the lower triangle and its mirror image."""
    lower = _masked(x, np.tri(x.shape[-1], k=-1, dtype=bool))
    return add(add(lower, _t(lower)), multiply(x, _eye(x)))


def _qr_pulled(q: Any, r: Any, of_q: Any, of_r: Any) -> Any:
    """Return the gradient for a matrix with at least as many rows as columns, of both factors' gradients."""
    inner = subtract(matmul(r, _t(of_r)), matmul(_t(of_q), q))
    right = add(of_q, matmul(q, _mirrored(inner)))
    return _t(_triangle(r, _t(right), False))


def _qr_gradient(x: Any, mode: str, of_q: Any, of_r: Any) -> Any:
    rows, columns = x.shape[-2:]
    if mode == "complete" and rows > columns:
        raise ValueError(
            "The op `qr` has no gradient of complete factors.\n"
            f"Received: mode='complete' for matrices of shape {x.shape[-2:]}.\n"
            "Allowed: mode='reduced', or matrices with at least as many columns as rows.\nUse mode='reduced'."
        )
    if rows >= columns:
        return _qr_pulled(_q(x, "reduced"), _r(x, "reduced"), of_q, of_r)
    # [A1 A2] = Q [R1 R2]: A1 is square, and R2 = Q^T A2.
    q, r = _q(x, "reduced"), _r(x, "reduced")
    first, second = slice(None, rows), slice(rows, None)
    of_q = add(of_q, matmul(x[..., second], _t(of_r[..., second])))
    left = _qr_pulled(q, r[..., first], of_q, of_r[..., first])
    return _joined(left, matmul(q, of_r[..., second]))


def _joined(left: Any, right: Any) -> Any:
    """Return two matrices side by side."""
    width, total = left.shape[-1], left.shape[-1] + right.shape[-1]
    place = np.eye(total, dtype=left.dtype)
    return add(matmul(left, place[:width]), matmul(right, place[width:]))


def _zeros(x: Any) -> Any:
    return np.zeros(x.shape, x.dtype)


_q: Op = primitive(
    lambda x, mode: np.linalg.qr(x, mode)[0],
    lambda _, x, mode: lambda g: _qr_gradient(x, mode, g, _zeros(_r(x, mode))),
)
_r: Op = primitive(
    lambda x, mode: np.linalg.qr(x, mode)[1],
    lambda _, x, mode: lambda g: _qr_gradient(x, mode, _zeros(_q(x, mode)), g),
)


def qr_factors(x: Any, mode: str = "reduced") -> tuple[Any, Any]:
    """Return both factors."""
    return _q(x, mode), _r(x, mode)


def _of_left(left: Any, x: Any) -> Pullback:
    def pull(g: Any) -> Any:
        values, right = singular_values(x), _right(x)
        inner = matmul(_t(left), g)
        gaps = _gaps(multiply(values, values))
        core = multiply(multiply(gaps, subtract(inner, _t(inner))), expand_dims(values, -2))
        rest = divide(subtract(g, matmul(left, inner)), expand_dims(values, -2))
        return matmul(add(matmul(left, core), rest), right)

    return pull


def _of_right_vectors(right: Any, x: Any) -> Pullback:
    def pull(g: Any) -> Any:
        left, values = _left(x), expand_dims(singular_values(x), -1)
        inner = matmul(right, _t(g))
        gaps = _gaps(multiply(singular_values(x), singular_values(x)))
        core = multiply(multiply(gaps, subtract(inner, _t(inner))), values)
        rest = divide(subtract(g, matmul(_t(inner), right)), values)
        return matmul(left, add(matmul(core, right), rest))

    return pull


def _of_values(values: Any, x: Any) -> Pullback:
    del values
    return lambda g: matmul(multiply(_left(x), expand_dims(g, -2)), _right(x))


singular_values: Op = primitive(lambda x: np.linalg.svd(x, compute_uv=False), _of_values)
_left: Op = primitive(lambda x: np.linalg.svd(x, full_matrices=False)[0], _of_left)
_right: Op = primitive(lambda x: np.linalg.svd(x, full_matrices=False)[2], _of_right_vectors)


def svd_factors(x: Any, full_matrices: bool = True) -> tuple[Any, Any, Any]:
    """Return left vectors, values and right vectors; of square ones no gradient flows through the vectors."""
    if not full_matrices or x.shape[-1] == x.shape[-2]:
        return _left(x), singular_values(x), _right(x)
    left, _, right = np.linalg.svd(value_of(x), full_matrices=True)
    return tensor(left), singular_values(x), tensor(right)


def _factorized(x: Any) -> tuple[np.ndarray, np.ndarray]:
    batch, shape = x.shape[:-2], x.shape[-2:]
    factorize = linalg.lapack.get_lapack_funcs("getrf", (x,))
    pairs = [factorize(one) for one in x.reshape(math.prod(batch), *shape)]
    factors = np.array([pair[0] for pair in pairs], x.dtype).reshape(x.shape)
    return factors, np.array([pair[1] for pair in pairs], np.int32).reshape(*batch, min(shape))


def _of_lu(factors: Any, x: Any) -> Pullback:
    size = x.shape[-1]
    if x.shape[-2] != size:
        raise ValueError(
            "The op `lu_factor` has a gradient for square matrices only.\n"
            f"Received: matrices of shape {x.shape[-2:]}.\nAllowed: (n, n).\nUse `qr`, or `stop_gradient`."
        )
    below = np.tri(size, k=-1, dtype=bool)
    rows = np.broadcast_to(np.arange(size), x.shape[:-1]).copy()
    pivots = _factorized(value_of(x))[1]
    for row in range(size):
        other = pivots[..., row, None].astype(np.int64)
        here = rows[..., row, None].copy()
        rows[..., row, None] = np.take_along_axis(rows, other, -1)
        np.put_along_axis(rows, other, here, -1)
    back = np.swapaxes(np.eye(size, dtype=x.dtype)[rows], -1, -2)

    def pull(g: Any) -> Any:
        lower, upper = add(_masked(factors, below), _eye(x)), _masked(factors, ~below)
        inner = add(
            _masked(matmul(_t(lower), _masked(g, below)), below), _masked(matmul(_masked(g, ~below), _t(upper)), ~below)
        )
        return matmul(back, _t(_triangle(upper, _t(_triangle(_t(lower), inner, False)), False)))

    return pull


_both: Op = primitive(lambda x: _factorized(x)[0], _of_lu)


def lu_factors(x: Any) -> tuple[Any, Any]:
    """Return both factors in one matrix, and the pivots."""
    return _both(x), tensor(_factorized(value_of(x))[1])


def _of_determinant(answer: Any, x: Any) -> Pullback:
    return lambda g: multiply(
        expand_dims(expand_dims(multiply(g, answer), -1), -1), _t(solve_matrix(x, broadcast_to(_eye(x), x.shape)))
    )


det = primitive(np.linalg.det, _of_determinant)

NATIVES: dict[str, Callable[..., Any]] = {
    "cholesky_lower": cholesky_lower,
    "det": det,
    "eig_general": eig_general,
    "eigh_symmetric": eigh_symmetric,
    "lu_factors": lu_factors,
    "qr_factors": qr_factors,
    "singular_values": singular_values,
    "solve_matrix": solve_matrix,
    "solve_triangular_matrix": solve_triangular_matrix,
    "svd_factors": svd_factors,
}
