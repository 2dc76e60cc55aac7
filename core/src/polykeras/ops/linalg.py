"""Factorizations of matrices, and systems of linear equations.

Matrices lie in the last two axes, axes before them broadcast. Integers and booleans are computed in floatx, 16-bit
floats in float32. What is symmetric is made so first, ``(x + x^T) / 2``, so that values and gradients are the same on
every backend. Which signs vectors and factors have is left to the backend. A factorization that does not exist is an
error of the framework, or ``nan``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polykeras.ops.arithmetic import absolute, add, divide, maximum, multiply, sign
from polykeras.ops.casting import cast
from polykeras.ops.comparison import equal, greater, where
from polykeras.ops.conversion import dtype as dtype_of
from polykeras.ops.conversion import ndim
from polykeras.ops.conversion import shape as shape_of
from polykeras.ops.creation import arange, eye, zeros_like
from polykeras.ops.dims import known
from polykeras.ops.dispatch import derived
from polykeras.ops.exponential import log
from polykeras.ops.factors import (
    cholesky_lower,
    eig_general,
    eigh_symmetric,
    lu_factors,
    qr_factors,
    singular_values,
    solve_matrix,
    solve_triangular_matrix,
    svd_factors,
    wide,
)
from polykeras.ops.jvp import jvp
from polykeras.ops.linear import matmul
from polykeras.ops.manipulation import broadcast_to, expand_dims, squeeze, swapaxes
from polykeras.ops.norms import norm
from polykeras.ops.reduce import max as max_of
from polykeras.ops.reduce import prod
from polykeras.ops.reduce import sum as sum_of
from polykeras.ops.rule_error import RuleError
from polykeras.ops.shape_rules import Spec
from polykeras.ops.shape_rules import linalg as rules
from polykeras.ops.types import Size, Tensor, TensorLike

__all__ = [
    "cholesky",
    "cholesky_inverse",
    "det",
    "eig",
    "eigh",
    "inv",
    "jvp",
    "logdet",
    "lstsq",
    "lu_factor",
    "matrix_power",
    "matrix_rank",
    "norm",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "solve_triangular",
    "svd",
]


def _transposed(x: Tensor) -> Tensor:
    return swapaxes(x, -1, -2)


def _symmetric(x: Tensor) -> Tensor:
    rules.square(Spec(shape_of(x), dtype_of(x)))
    return divide(add(x, _transposed(x)), 2)


@derived(to_float=True)
def cholesky(x: TensorLike, upper: bool = False) -> Tensor:
    """Return the lower triangular ``L`` with ``L L^T = x``, or the upper ``U`` with ``U^T U = x``.

    Args:
        x: Symmetric positive definite matrices, of shape ``(..., n, n)``.
        upper: Whether to return the upper factor.

    Returns:
        Tensor of the same shape.

    Raises:
        ValueError: If the matrices are not square.
    """
    factor = wide(cholesky_lower, _symmetric(x))
    return _transposed(factor) if upper else factor


@derived(to_float=True)
def cholesky_inverse(x: TensorLike, upper: bool = False) -> Tensor:
    """Return the inverse of the matrices whose Cholesky factors are given.

    Args:
        x: Triangular factors, of shape ``(..., n, n)``.
        upper: Whether they are upper ones.

    Returns:
        Tensor of the same shape: ``(x x^T)^-1``, or ``(x^T x)^-1`` for upper factors.

    Raises:
        ValueError: If the matrices are not square.
    """
    inverse = solve_triangular(x, _identity_like(x), not upper)
    first, second = (inverse, _transposed(inverse)) if upper else (_transposed(inverse), inverse)
    return matmul(first, second)


@derived(to_float=True)
def det(x: TensorLike) -> Tensor:
    """Return the determinants.

    Args:
        x: Tensor of shape ``(..., n, n)``.

    Returns:
        Tensor of shape ``(...)``; 1 of matrices without elements.

    Raises:
        ValueError: If the matrices are not square.
    """
    size = rules.square(Spec(shape_of(x), dtype_of(x)))
    return wide(lambda a: _product_of_pivots(a, size), x)


def _product_of_pivots(x: Tensor, size: Any) -> Tensor:
    diagonal, signs = _pivots(x, size)
    return multiply(prod(diagonal, -1), signs)


def _pivots(x: Tensor, size: Any) -> tuple[Tensor, Tensor]:
    """Return the diagonal of ``U``, whose product is the determinant but for a sign, and that sign."""
    factors, pivots = lu_factors(x)
    diagonal = sum_of(multiply(factors, eye(size, dtype=dtype_of(x))), -1)
    exchanged = where(equal(pivots, arange(size, dtype="int32")), 1, -1)
    return diagonal, cast(prod(exchanged, -1), dtype_of(x))


@derived(to_float=True)
def eig(x: TensorLike) -> Tensor:
    """Return eigenvalues and eigenvectors of square matrices, complex, in no order.

    Args:
        x: Tensor of shape ``(..., n, n)``.

    Returns:
        Complex tensors of shapes ``(..., n)`` and ``(..., n, n)``, the vectors in columns, of length 1.

    Raises:
        ValueError: If the matrices are not square.
    """
    return wide(eig_general, x)


@derived(to_float=True)
def eigh(x: TensorLike) -> Tensor:
    """Return eigenvalues and eigenvectors of symmetric matrices.

    Args:
        x: Tensor of shape ``(..., n, n)``.

    Returns:
        Tensors of shapes ``(..., n)``, ascending, and ``(..., n, n)``, the vectors in columns, orthonormal.

    Raises:
        ValueError: If the matrices are not square.
    """
    return wide(eigh_symmetric, _symmetric(x))


@derived(to_float=True)
def inv(x: TensorLike) -> Tensor:
    """Return the inverse matrices.

    Args:
        x: Tensor of shape ``(..., n, n)``.

    Returns:
        Tensor of the same shape.

    Raises:
        ValueError: If the matrices are not square.
    """
    return wide(solve_matrix, x, _identity_like(x))


def _identity_like(x: Tensor) -> Tensor:
    size = rules.square(Spec(shape_of(x), dtype_of(x)))
    return broadcast_to(eye(size, dtype=dtype_of(x)), shape_of(x))


@derived(to_float=True)
def lstsq(a: TensorLike, b: TensorLike, rcond: float | None = None) -> Tensor:
    """Return the ``x`` of least length among those that make ``|a x - b|`` least.

    Args:
        a: Tensor of shape ``(m, n)``.
        b: Tensor of shape ``(m, k)`` or ``(m,)``.
        rcond: Singular values below this part of the greatest count as zero; by default the distance of floats
            around 1 times max(m, n).

    Returns:
        Tensor of shape ``(n, k)`` or ``(n,)``.

    Raises:
        ValueError: If there is not one right side for each equation.
    """
    vector = _is_vector(a, b)
    right = expand_dims(b, -1) if vector else b
    rows, columns = rules.matrix(Spec(shape_of(a), dtype_of(a)))
    part = _tolerance(a, rows, columns) if rcond is None else rcond
    result = matmul(_pseudo_inverse(a, part), right)
    return squeeze(result, -1) if vector else result


@derived(to_float=True)
def lu_factor(x: TensorLike) -> Tensor:
    """Return the factors of ``P L U = x``: both in one matrix, the diagonal of ones of ``L`` left out.

    Args:
        x: Tensor of shape ``(..., m, n)``.

    Returns:
        Tensor of the same shape, and pivots of int32 of shape ``(..., min(m, n))``: row i was exchanged with row
        ``pivots[i]``, one after the other.

    Raises:
        ValueError: If there are fewer than two axes.
    """
    return wide(lu_factors, x)


@derived(to_float=True)
def logdet(x: TensorLike) -> Tensor:
    """Return the natural logarithms of the absolute determinants, without overflow.

    Args:
        x: Tensor of shape ``(..., n, n)``.

    Returns:
        Tensor of shape ``(...)``; minus infinity of singular matrices, 0 of matrices without elements.

    Raises:
        ValueError: If the matrices are not square.
    """
    return slogdet(x)[1]


@derived()
def matrix_power(x: TensorLike, n: int) -> Tensor:
    """Return the product of `n` times the same matrix.

    Args:
        x: Tensor of shape ``(..., m, m)``; its dtype is kept, except that inverses of integers are floats.
        n: Exponent; the inverse is multiplied for negative ones, and 0 gives the identity.

    Returns:
        Tensor of the same shape.

    Raises:
        ValueError: If the matrices are not square, or `n` is not an integer.
    """
    rules.exponent(n)
    if n < 0:
        x, n = inv(x), -n
    result = _identity_like(x) if n == 0 else None
    while n:  # by squares: log2(n) products
        if n % 2:
            result = x if result is None else matmul(result, x)
        n //= 2
        x = matmul(x, x) if n else x
    return result


@derived(to_float=True)
def matrix_rank(x: TensorLike, tol: float | None = None) -> Tensor:
    """Return how many singular values are greater than `tol`.

    Args:
        x: Tensor of shape ``(..., m, n)``.
        tol: What counts as zero; by default the greatest singular value times max(m, n) times the distance of floats
            around 1.

    Returns:
        Tensor of int32 of shape ``(...)``.

    Raises:
        ValueError: If there are fewer than two axes.
    """
    rows, columns = rules.matrix(Spec(shape_of(x), dtype_of(x)))
    values = wide(singular_values, x)
    least: Any = tol
    if tol is None:
        least = multiply(max_of(values, -1, keepdims=True), _tolerance(x, rows, columns))
    return sum_of(cast(greater(values, least), "int32"), -1)


@derived(to_float=True)
def pinv(x: TensorLike, rcond: float | None = None) -> Tensor:
    """Return the pseudo-inverses of Moore and Penrose.

    Args:
        x: Tensor of shape ``(..., m, n)``.
        rcond: Singular values up to this part of the greatest count as zero; by default the distance of floats around
            1 times 10 max(m, n).

    Returns:
        Tensor of shape ``(..., n, m)``.

    Raises:
        ValueError: If there are fewer than two axes.
    """
    rows, columns = rules.matrix(Spec(shape_of(x), dtype_of(x)))
    return _pseudo_inverse(x, multiply(_tolerance(x, rows, columns), 10.0) if rcond is None else rcond)


def _pseudo_inverse(x: Tensor, part: Any) -> Tensor:
    def of(a: Tensor) -> Tensor:
        left, values, right = svd_factors(a, False)
        counts = greater(values, multiply(max_of(values, -1, keepdims=True), part))
        # A value that counts as zero must not be divided by, not even where the result is not chosen.
        inverse = where(counts, divide(1.0, where(counts, values, 1.0)), zeros_like(values))
        return matmul(multiply(_transposed(right), expand_dims(inverse, -2)), _transposed(left))

    return wide(of, x)


def _tolerance(x: Tensor, rows: Size, columns: Size) -> Any:
    """Return the distance of floats around 1 times the greater size."""
    longest = max(rows, columns) if known(rows) and known(columns) else maximum(rows, columns)
    return multiply(float(np.finfo("float64" if dtype_of(x) == "float64" else "float32").eps), longest)


@derived(to_float=True)
def qr(x: TensorLike, mode: str = "reduced") -> Tensor:
    """Return ``Q`` with orthonormal columns and upper triangular ``R`` with ``Q R = x``.

    Args:
        x: Tensor of shape ``(..., m, n)``.
        mode: ``"reduced"`` for min(m, n) columns of ``Q``, ``"complete"`` for m.

    Returns:
        Tensors of shapes ``(..., m, k)`` and ``(..., k, n)``.

    Raises:
        ValueError: If there is no such mode, or there are fewer than two axes.
    """
    if mode not in {"reduced", "complete"}:
        raise ValueError(
            f"The op `qr` has no such mode.\nReceived: mode={mode!r}.\nAllowed: 'reduced', 'complete'.\nCorrect `mode`."
        )
    return wide(lambda a: qr_factors(a, mode), x)


@derived(to_float=True)
def slogdet(x: TensorLike) -> Tensor:
    """Return the signs and the natural logarithms of the absolute determinants, without overflow.

    Args:
        x: Tensor of shape ``(..., n, n)``.

    Returns:
        Two tensors of shape ``(...)``: the signs -1, 0 and 1, and the logarithms, minus infinity of singular matrices.

    Raises:
        ValueError: If the matrices are not square.
    """
    size = rules.square(Spec(shape_of(x), dtype_of(x)))

    def of(a: Tensor) -> tuple[Tensor, Tensor]:
        diagonal, signs = _pivots(a, size)
        return multiply(prod(sign(diagonal), -1), signs), sum_of(log(absolute(diagonal)), -1)

    return wide(of, x)


@derived(to_float=True)
def solve(a: TensorLike, b: TensorLike) -> Tensor:
    """Return ``x`` with ``a x = b``.

    Args:
        a: Tensor of shape ``(..., n, n)``.
        b: Tensor of shape ``(..., n, k)``, or ``(..., n)`` with one axis less than `a`.

    Returns:
        Tensor of the shape of `b`.

    Raises:
        ValueError: If the matrices are not square, or there is not one right side for each equation.
    """
    return _solved(solve_matrix, a, b)


@derived(to_float=True)
def solve_triangular(a: TensorLike, b: TensorLike, lower: bool = False) -> Tensor:
    """Return ``x`` with ``a x = b``, where one triangle of `a` is taken for zero.

    Args:
        a: Tensor of shape ``(..., n, n)``.
        b: Tensor of shape ``(..., n, k)``, or ``(..., n)`` with one axis less than `a`.
        lower: Whether the lower triangle counts, or the upper one.

    Returns:
        Tensor of the shape of `b`.

    Raises:
        ValueError: If the matrices are not square, or there is not one right side for each equation.
    """
    return _solved(lambda x, y: solve_triangular_matrix(x, y, lower), a, b)


def _solved(function: Callable[..., Tensor], a: Tensor, b: Tensor) -> Tensor:
    vector = _is_vector(a, b)
    result = wide(function, a, expand_dims(b, -1) if vector else b)
    return squeeze(result, -1) if vector else result


def _is_vector(a: Tensor, b: Tensor) -> bool:
    if ndim(b) not in {ndim(a), ndim(a) - 1}:
        raise RuleError(
            "needs right sides for its matrices",
            f"{ndim(b)} axes for matrices of {ndim(a)}",
            "as many axes as the matrices have, or one less for vectors",
            "Add the missing axes with `ops.expand_dims`.",
        )
    return ndim(b) == ndim(a) - 1


@derived(to_float=True)
def svd(x: TensorLike, full_matrices: bool = True, compute_uv: bool = True) -> Tensor:
    """Return the singular value decomposition ``U diag(s) V = x``.

    Args:
        x: Tensor of shape ``(..., m, n)``.
        full_matrices: Whether ``U`` and ``V`` are square; otherwise they have min(m, n) columns and rows.
        compute_uv: Whether to return the vectors too.

    Returns:
        ``(U, s, V)`` of shapes ``(..., m, k)``, ``(..., min(m, n))``, descending, and ``(..., l, n)``; or `s` alone.

    Raises:
        ValueError: If there are fewer than two axes.
    """
    if not compute_uv:
        return wide(singular_values, x)
    return wide(lambda a: svd_factors(a, full_matrices), x)
