"""What backends compute for `polykeras.ops.linalg`, on matrices in the last two axes, of float32 or float64.

Factorizations, and the solutions of systems with several right sides. The public ops prepare their arguments: what is
symmetric is symmetric, right sides are matrices.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polykeras.ops.casting import cast
from polykeras.ops.conversion import dtype as dtype_of
from polykeras.ops.dispatch import primitive
from polykeras.ops.shape_rules import linalg as rules
from polykeras.ops.types import Tensor, TensorLike


@primitive(rules.same_square)
def cholesky_lower(x: TensorLike) -> Tensor:
    """Return the lower triangular ``L`` with ``L L^T = x`` of symmetric positive definite matrices.

    Args:
        x: Tensor of shape ``(..., n, n)`` of float32 or float64.

    Returns:
        Tensor of the same shape, with zeros above the diagonal.
    """


@primitive(rules.eigh)
def eigh_symmetric(x: TensorLike) -> Tensor:
    """Return eigenvalues in ascending order and eigenvectors, in columns, of symmetric matrices.

    Args:
        x: Tensor of shape ``(..., n, n)`` of float32 or float64.

    Returns:
        Tensors of shapes ``(..., n)`` and ``(..., n, n)``.
    """


@primitive(rules.eig)
def eig_general(x: TensorLike) -> Tensor:
    """Return complex eigenvalues, in no order, and eigenvectors, in columns.

    Args:
        x: Tensor of shape ``(..., n, n)`` of float32 or float64.

    Returns:
        Complex tensors of shapes ``(..., n)`` and ``(..., n, n)``.
    """


@primitive(rules.qr)
def qr_factors(x: TensorLike, mode: str = "reduced") -> Tensor:
    """Return ``Q`` with orthonormal columns and upper triangular ``R`` with ``Q R = x``.

    Args:
        x: Tensor of shape ``(..., m, n)`` of float32 or float64.
        mode: ``"reduced"`` for min(m, n) columns of ``Q``, ``"complete"`` for m.

    Returns:
        Tensors of shapes ``(..., m, k)`` and ``(..., k, n)``.
    """


@primitive(rules.svd)
def svd_factors(x: TensorLike, full_matrices: bool = True) -> Tensor:
    """Return left singular vectors in columns, singular values in descending order, right vectors in rows.

    Args:
        x: Tensor of shape ``(..., m, n)`` of float32 or float64.
        full_matrices: Whether there are m left and n right vectors, or min(m, n) of both.

    Returns:
        Tensors of shapes ``(..., m, k)``, ``(..., min(m, n))`` and ``(..., l, n)``.
    """


@primitive(rules.singular_values)
def singular_values(x: TensorLike) -> Tensor:
    """Return the singular values alone, in descending order.

    Args:
        x: Tensor of shape ``(..., m, n)`` of float32 or float64.

    Returns:
        Tensor of shape ``(..., min(m, n))``.
    """


@primitive(rules.lu)
def lu_factors(x: TensorLike) -> Tensor:
    """Return both triangular factors in one matrix, and which rows were exchanged, as LAPACK's ``getrf`` has them.

    Args:
        x: Tensor of shape ``(..., m, n)`` of float32 or float64.

    Returns:
        Tensors of shapes ``(..., m, n)`` and, of int32, ``(..., min(m, n))``: row i was exchanged with this one.
    """


@primitive(rules.solve)
def solve_matrix(a: TensorLike, b: TensorLike) -> Tensor:
    """Return ``x`` with ``a x = b``.

    Args:
        a: Tensor of shape ``(..., n, n)`` of float32 or float64.
        b: Tensor of shape ``(..., n, k)``.

    Returns:
        Tensor of shape ``(..., n, k)``.
    """


@primitive(rules.solve)
def solve_triangular_matrix(a: TensorLike, b: TensorLike, lower: bool = False) -> Tensor:
    """Return ``x`` with ``a x = b``, where one triangle of `a` is taken for zero.

    Args:
        a: Tensor of shape ``(..., n, n)`` of float32 or float64.
        b: Tensor of shape ``(..., n, k)``.
        lower: Whether the lower triangle counts, or the upper one.

    Returns:
        Tensor of shape ``(..., n, k)``.
    """


_NARROW = {"bfloat16", "float16"}


def wide(function: Callable[..., Any], *tensors: Tensor) -> Any:
    """Apply `function` to matrices; those of 16-bit floats go through float32."""
    own = dtype_of(tensors[0])
    if own not in _NARROW:
        return function(*tensors)
    result = function(*(cast(one, "float32") for one in tensors))
    return tuple(_back(one, own) for one in result) if isinstance(result, tuple) else _back(result, own)


def _back(x: Tensor, dtype: str) -> Tensor:
    return cast(x, dtype) if dtype_of(x) == "float32" else x
