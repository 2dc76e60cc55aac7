"""Factorizations of matrices and systems of equations on PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch


def eigh_symmetric(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return eigenvalues and eigenvectors."""
    values, vectors = torch.linalg.eigh(x)
    return values, vectors


def eig_general(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return complex eigenvalues and eigenvectors."""
    values, vectors = torch.linalg.eig(x)
    return values, vectors


def qr_factors(x: torch.Tensor, mode: str = "reduced") -> tuple[torch.Tensor, torch.Tensor]:
    """Return both factors."""
    q, r = torch.linalg.qr(x, mode)
    return q, r


def svd_factors(x: torch.Tensor, full_matrices: bool = True) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return left vectors, values and right vectors."""
    left, values, right = torch.linalg.svd(x, full_matrices)
    return left, values, right


def lu_factors(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return both factors in one matrix, and the pivots, which PyTorch counts from 1."""
    factors, pivots, _ = torch.linalg.lu_factor_ex(x)
    return factors, pivots - 1


def solve_matrix(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Return ``x`` with ``a x = b``; PyTorch takes matrices for batches of vectors where they could be."""
    batch = torch.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    return torch.linalg.solve(a.expand(batch + a.shape[-2:]), b.expand(batch + b.shape[-2:]))


def solve_triangular_matrix(a: torch.Tensor, b: torch.Tensor, lower: bool = False) -> torch.Tensor:
    """Return ``x`` with ``a x = b`` for a triangle of `a`."""
    return torch.linalg.solve_triangular(a, b, upper=not lower)


NATIVES: dict[str, Callable[..., Any]] = {
    "cholesky_lower": torch.linalg.cholesky,
    "det": torch.linalg.det,
    "eig_general": eig_general,
    "eigh_symmetric": eigh_symmetric,
    "lu_factors": lu_factors,
    "qr_factors": qr_factors,
    "singular_values": torch.linalg.svdvals,
    "solve_matrix": solve_matrix,
    "solve_triangular_matrix": solve_triangular_matrix,
    "svd_factors": svd_factors,
}
