"""Products of tensors on JAX."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp

from keras_jax.ops.kinds import INT8
from polykeras.backend.resolved import FALLBACK_BODIES
from polykeras.ops.attention import no_flash_attention


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


def dot_product_attention(
    query: jax.Array,
    key: jax.Array,
    value: jax.Array,
    bias: jax.Array | None = None,
    mask: jax.Array | None = None,
    scale: float | None = None,
    is_causal: bool = False,
    flash_attention: bool | None = None,
    attn_logits_soft_cap: float | None = None,
) -> jax.Array:
    """Return ``softmax(query key^T * scale) value`` for each head; flash attention is that of cuDNN."""
    if not flash_attention or attn_logits_soft_cap is not None:
        rest = (bias, mask, scale, is_causal, flash_attention, attn_logits_soft_cap)
        result: jax.Array = FALLBACK_BODIES["dot_product_attention"](query, key, value, *rest)
        return result
    if jax.default_backend() != "gpu":
        raise no_flash_attention()
    shape = (query.shape[0], query.shape[2], query.shape[1], key.shape[1])
    bias, mask = (one if one is None else jnp.broadcast_to(one, shape) for one in (bias, mask))
    return jax.nn.dot_product_attention(
        query, key, value, bias, mask, scale=scale, is_causal=is_causal, implementation="cudnn"
    )


NATIVES: dict[str, Callable[..., Any]] = {
    "cross": jnp.cross,
    "dense": dense,
    "dot": jnp.dot,
    "dot_product_attention": dot_product_attention,
    "einsum_of": einsum_of,
    "kron": kron,
    "matmul": matmul,
    "outer": jnp.outer,
    "tensordot": tensordot,
}
