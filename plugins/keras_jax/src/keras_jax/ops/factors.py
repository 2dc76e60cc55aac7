"""Factorizations of matrices and systems of equations on JAX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp


def cholesky_lower(x: jax.Array) -> jax.Array:
    """Return the lower Cholesky factor."""
    return jax.lax.linalg.cholesky(x, symmetrize_input=False)


def eigh_symmetric(x: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Return eigenvalues and eigenvectors."""
    return tuple(jnp.linalg.eigh(x, symmetrize_input=False))


def eig_general(x: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Return complex eigenvalues and eigenvectors."""
    return tuple(jnp.linalg.eig(x))


def qr_factors(x: jax.Array, mode: str = "reduced") -> tuple[jax.Array, jax.Array]:
    """Return both factors."""
    return tuple(jnp.linalg.qr(x, mode=mode))


def svd_factors(x: jax.Array, full_matrices: bool = True) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Return left vectors, values and right vectors."""
    return tuple(jnp.linalg.svd(x, full_matrices=full_matrices))


def singular_values(x: jax.Array) -> jax.Array:
    """Return the singular values."""
    return jnp.linalg.svd(x, compute_uv=False)


def lu_factors(x: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Return both factors in one matrix, and the pivots."""
    factors, pivots, _ = jax.lax.linalg.lu(x)
    return factors, pivots


def solve_triangular_matrix(a: jax.Array, b: jax.Array, lower: bool = False) -> jax.Array:
    """Return ``x`` with ``a x = b`` for a triangle of `a`."""
    batch = jnp.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    a, b = jnp.broadcast_to(a, batch + a.shape[-2:]), jnp.broadcast_to(b, batch + b.shape[-2:])
    return jax.lax.linalg.triangular_solve(a, b, left_side=True, lower=lower)


NATIVES: dict[str, Callable[..., Any]] = {
    "cholesky_lower": cholesky_lower,
    "det": jnp.linalg.det,
    "eig_general": eig_general,
    "eigh_symmetric": eigh_symmetric,
    "lu_factors": lu_factors,
    "qr_factors": qr_factors,
    "singular_values": singular_values,
    "solve_matrix": jnp.linalg.solve,
    "solve_triangular_matrix": solve_triangular_matrix,
    "svd_factors": svd_factors,
}
