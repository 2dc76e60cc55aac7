"""Products of tensors on JAX."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp

from keras_jax.ops.kinds import INT8


def matmul(x1: jax.Array, x2: jax.Array) -> jax.Array:
    """Return the matrix product; int8 adds up in int32."""
    return jnp.matmul(x1, x2, preferred_element_type=_sum_dtype(x1))


def einsum_of(subscripts: str, operands: Sequence[jax.Array]) -> jax.Array:
    """Return the sum of products; int8 adds up in int32."""
    if operands[0].dtype is not INT8:
        return jnp.einsum(subscripts, *operands)
    return jnp.einsum(subscripts, *operands, preferred_element_type=jnp.int32)


def tensordot(x1: jax.Array, x2: jax.Array, axes: Any = 2) -> jax.Array:
    """Return the product summed over pairs of axes."""
    return jnp.tensordot(x1, x2, axes)


def _sum_dtype(x: jax.Array) -> Any:
    return jnp.int32 if x.dtype is INT8 else None


def dense(x: jax.Array, kernel: jax.Array, bias: jax.Array | None = None) -> jax.Array:
    """Return ``x @ kernel + bias``."""
    y = matmul(x, kernel)
    return y if bias is None else y + bias


def kron(x1: jax.Array, x2: jax.Array) -> jax.Array:
    """Return the Kronecker product; `jnp.kron` refuses booleans."""
    if x1.dtype == jnp.bool_:
        return jnp.kron(x1.astype(jnp.uint8), x2.astype(jnp.uint8)).astype(jnp.bool_)
    return jnp.kron(x1, x2)


NATIVES: dict[str, Callable[..., Any]] = {
    "cross": jnp.cross,
    "dense": dense,
    "dot": jnp.dot,
    "einsum_of": einsum_of,
    "kron": kron,
    "matmul": matmul,
    "outer": jnp.outer,
    "tensordot": tensordot,
}
