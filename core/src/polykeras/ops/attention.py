"""Attention: means of values, weighed by how much a query and a key have in common."""

from __future__ import annotations

import math

from polykeras.ops import shape_rules as rules
from polykeras.ops.arithmetic import add, divide, multiply
from polykeras.ops.casting import cast
from polykeras.ops.comparison import greater_equal, where
from polykeras.ops.conversion import dtype as dtype_of
from polykeras.ops.conversion import shape as shape_of
from polykeras.ops.creation import arange
from polykeras.ops.dispatch import derived
from polykeras.ops.linear import einsum, matmul
from polykeras.ops.manipulation import expand_dims, reshape, transpose
from polykeras.ops.nonlinear import softmax
from polykeras.ops.trigonometry import tanh
from polykeras.ops.types import Tensor, TensorLike

LOWEST = -0.7 * 3.4028235e38
"""What a masked logit is: finite, so that a row without any key gives the mean of all values, not nan."""


@derived(rules.attention, promote=("query", "key", "value"), to_float=True)
def dot_product_attention(
    query: TensorLike,
    key: TensorLike,
    value: TensorLike,
    bias: TensorLike | None = None,
    mask: TensorLike | None = None,
    scale: float | None = None,
    is_causal: bool = False,
    flash_attention: bool | None = None,
    attn_logits_soft_cap: float | None = None,
) -> Tensor:
    """Return ``softmax(query key^T * scale) value`` for each head.

    Vaswani et al., *Attention Is All You Need*, 2017. With fewer heads of keys than of queries, neighbouring heads of
    queries share one (Ainslie et al., *GQA*, 2023). 16-bit floats are multiplied as they are; the softmax is computed
    in float32.

    Args:
        query: Tensor of shape ``(batch, queries, heads, size)``.
        key: Tensor of shape ``(batch, keys, key heads, size)``; the number of heads is a multiple of that of key heads.
        value: Tensor of the shape of `key`.
        bias: Added to the logits; broadcasts to ``(batch, heads, queries, keys)``.
        mask: Booleans, true where a query sees a key; broadcasts likewise.
        scale: Factor of the logits; ``1 / sqrt(size)`` for ``None``.
        is_causal: Whether query i sees the keys 0 to i only.
        flash_attention: Whether to compute block by block, without all logits at once (Dao et al., 2022); ``None``
            leaves it to the backend.
        attn_logits_soft_cap: Bound c of the logits, which become ``c tanh(logits / c)`` before bias and mask.

    Returns:
        Tensor of the shape of `query`.

    Raises:
        ValueError: If shapes do not fit, or flash attention is asked for where there is none.
    """
    if flash_attention:
        raise no_flash_attention()
    batch, queries, heads, size = shape_of(query)
    keys, key_heads = shape_of(key)[1:3]
    if heads == key_heads:
        logits = einsum("bthd,bshd->bhts", query, key)
    else:
        grouped = reshape(query, (batch, queries, key_heads, heads // key_heads, size))
        logits = reshape(einsum("btkgd,bskd->bkgts", grouped, key), (batch, heads, queries, keys))
    logits = multiply(cast(logits, _wide(logits)), 1 / math.sqrt(size) if scale is None else scale)
    if attn_logits_soft_cap is not None:
        logits = multiply(tanh(divide(logits, attn_logits_soft_cap)), attn_logits_soft_cap)
    if bias is not None:
        logits = add(logits, cast(bias, dtype_of(logits)))
    if mask is not None:
        logits = where(cast(mask, "bool"), logits, LOWEST)
    if is_causal:
        seen = greater_equal(expand_dims(arange(queries, dtype="int32"), 1), arange(keys, dtype="int32"))
        logits = where(seen, logits, LOWEST)
    weights = cast(softmax(logits), dtype_of(query))
    if heads == key_heads:
        # Values by heads first: XLA multiplies those in less time on the CPU (measured with JAX 0.10).
        return transpose(matmul(weights, transpose(value, (0, 2, 1, 3))), (0, 2, 1, 3))
    weights = reshape(weights, (batch, key_heads, heads // key_heads, queries, keys))
    return reshape(einsum("bkgts,bskd->btkgd", weights, value), (batch, queries, heads, size))


def _wide(x: Tensor) -> str:
    return "float64" if dtype_of(x) == "float64" else "float32"


def no_flash_attention() -> ValueError:
    """Return the error of a backend, or a device, that has none."""
    return ValueError(
        "Flash attention was asked for, and there is none here.\nReceived: flash_attention=True.\n"
        "Allowed: None or False on this backend and device.\nLeave it out: the backend takes what it has."
    )
