"""Factorizations of matrices and systems of equations on TensorFlow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keras_tf.framework import tf


def eigh_symmetric(x: Any) -> tuple[Any, Any]:
    """Return eigenvalues and eigenvectors."""
    values, vectors = tf.linalg.eigh(x)
    return values, vectors


def eig_general(x: Any) -> tuple[Any, Any]:
    """Return complex eigenvalues and eigenvectors."""
    values, vectors = tf.linalg.eig(x)
    return values, vectors


def qr_factors(x: Any, mode: str = "reduced") -> tuple[Any, Any]:
    """Return both factors."""
    q, r = tf.linalg.qr(x, full_matrices=mode == "complete")
    return q, r


def svd_factors(x: Any, full_matrices: bool = True) -> tuple[Any, Any, Any]:
    """Return left vectors, values and right vectors, which TensorFlow has in columns."""
    values, left, right = tf.linalg.svd(x, full_matrices)
    return left, values, tf.linalg.matrix_transpose(right)


def singular_values(x: Any) -> Any:
    """Return the singular values; TensorFlow has no gradient of them without the vectors."""
    values, _, _ = tf.linalg.svd(x)
    return values


def lu_factors(x: Any) -> tuple[Any, Any]:
    """Return both factors in one matrix, and the pivots.

    Gauss' elimination column by column: TensorFlow's own refuses matrices that are singular or not square.
    """
    rank = x.shape.rank
    rows, columns = tf.range(tf.shape(x)[-2]), tf.range(tf.shape(x)[-1])
    known = None if None in x.shape[-2:] else min(x.shape[-2:])
    steps = tf.minimum(tf.shape(x)[-2], tf.shape(x)[-1]) if known is None else known

    def advance(i: Any, x: Any, pivots: Any) -> tuple[Any, Any, Any]:
        column = tf.gather(x, i, axis=-1)
        chosen = tf.argmax(tf.where(rows >= i, tf.abs(column), -tf.ones_like(column)), -1, output_type=tf.int32)
        other = chosen[..., None]
        order = tf.where(rows == i, other, tf.where(rows == other, i, tf.broadcast_to(rows, tf.shape(column))))
        x = tf.gather(x, order, axis=-2, batch_dims=rank - 2)
        pivot = tf.gather(tf.gather(x, i, axis=-2), i, axis=-1)[..., None]
        below = rows > i
        factor = tf.where(below, tf.math.divide_no_nan(tf.gather(x, i, axis=-1), pivot), tf.zeros((), x.dtype))
        row = tf.where(columns > i, tf.gather(x, i, axis=-2), tf.zeros((), x.dtype))
        reduced = x - factor[..., None] * row[..., None, :]
        x = tf.where(below[:, None] & (columns == i), factor[..., None], reduced)
        return i + 1, x, tf.where(tf.range(steps) == i, other, pivots)

    start = tf.zeros(tf.concat([tf.shape(x)[:-2], [steps]], 0), tf.int32)
    _, factors, pivots = tf.while_loop(lambda i, *_: i < steps, advance, (tf.constant(0), x, start))
    return tf.ensure_shape(factors, x.shape), tf.ensure_shape(pivots, (*x.shape[:-2], known))


def solve_matrix(a: Any, b: Any) -> Any:
    """Return ``x`` with ``a x = b``."""
    return tf.linalg.solve(*_aligned(a, b))


def solve_triangular_matrix(a: Any, b: Any, lower: bool = False) -> Any:
    """Return ``x`` with ``a x = b`` for a triangle of `a`."""
    return tf.linalg.triangular_solve(*_aligned(a, b), lower=lower)


def _aligned(a: Any, b: Any) -> tuple[Any, Any]:
    """Return both with the same axes before those of the matrices."""
    if a.shape[:-2] == b.shape[:-2] and a.shape[:-2].is_fully_defined():
        return a, b
    static = tf.broadcast_static_shape(a.shape[:-2], b.shape[:-2])
    batch = tf.broadcast_dynamic_shape(tf.shape(a)[:-2], tf.shape(b)[:-2])

    def stretched(x: Any) -> Any:
        shaped = tf.broadcast_to(x, tf.concat([batch, tf.shape(x)[-2:]], 0))
        return tf.ensure_shape(shaped, static.concatenate(x.shape[-2:]))

    return stretched(a), stretched(b)


NATIVES: dict[str, Callable[..., Any]] = {
    "cholesky_lower": tf.linalg.cholesky,
    "det": tf.linalg.det,
    "eig_general": eig_general,
    "eigh_symmetric": eigh_symmetric,
    "lu_factors": lu_factors,
    "qr_factors": qr_factors,
    "singular_values": singular_values,
    "solve_matrix": solve_matrix,
    "solve_triangular_matrix": solve_triangular_matrix,
    "svd_factors": svd_factors,
}
