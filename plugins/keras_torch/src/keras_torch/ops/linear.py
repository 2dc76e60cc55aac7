"""Products of tensors on PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel

from keras_torch.ops.kinds import UNSIGNED, narrowed, unsigned_pair
from keras_torch.tensors import dtype_name
from polykeras.backend.resolved import FALLBACK_BODIES
from polykeras.ops import shape_rules
from polykeras.ops.attention import LOWEST

_NO_KERNEL = UNSIGNED | {torch.bool, torch.int8}


def matmul(x1: torch.Tensor, x2: torch.Tensor) -> torch.Tensor:
    """Return the matrix product; int8 adds up in int32."""
    if x1.dtype in _NO_KERNEL:
        return _wide(torch.matmul, x1, x2, int8=torch.int32)
    return torch.matmul(x1, x2)


def dot(x1: torch.Tensor, x2: torch.Tensor) -> torch.Tensor:
    """Return the sum over the last axis of `x1` and the last but one of `x2`."""
    if x1.dim() == 0 or x2.dim() == 0:
        return torch.mul(x1, x2)
    if x1.dtype in _NO_KERNEL:
        return _wide(dot, x1, x2)
    if x2.dim() <= 2:
        return torch.matmul(x1, x2)
    return tensordot(x1, x2, ([-1], [-2]))


def tensordot(x1: torch.Tensor, x2: torch.Tensor, axes: Any = 2) -> torch.Tensor:
    """Return the product summed over pairs of axes."""
    if x1.dtype in _NO_KERNEL:
        return _wide(lambda a, b: tensordot(a, b, axes), x1, x2)
    if isinstance(axes, int):
        left, right = list(range(x1.dim() - axes, x1.dim())), list(range(axes))
    else:
        left, right = ([one] if isinstance(one, int) else list(one) for one in axes)
    if [x1.shape[one] for one in left] != [x2.shape[one] for one in right]:
        # PyTorch would repeat an axis of size 1.
        specs = [shape_rules.Spec(tuple(x.shape), dtype_name(x.dtype)) for x in (x1, x2)]
        shape_rules.infer("tensordot", shape_rules.tensordot, [*specs, axes])
    return torch.tensordot(x1, x2, (left, right))


def outer(x1: torch.Tensor, x2: torch.Tensor) -> torch.Tensor:
    """Return all products of elements."""
    if x1.dtype in _NO_KERNEL:
        return _wide(torch.outer, x1.reshape(-1), x2.reshape(-1))
    return torch.outer(x1.reshape(-1), x2.reshape(-1))


def einsum_of(subscripts: str, operands: Sequence[torch.Tensor]) -> torch.Tensor:
    """Return the sum of products; int8 adds up in int32."""
    if operands[0].dtype in _NO_KERNEL:
        return _wide(lambda *xs: torch.einsum(subscripts, *xs), *operands, int8=torch.int32)
    return torch.einsum(subscripts, *operands)


def _wide(function: Callable[..., torch.Tensor], *xs: torch.Tensor, int8: torch.dtype = torch.int8) -> torch.Tensor:
    """Compute in int64 what has no kernel of its own; booleans are true where any product is."""
    own = xs[0].dtype
    result = function(*(x.to(torch.int64) for x in xs))
    if own is torch.bool:
        return result != 0
    return narrowed(result, int8 if own is torch.int8 else own)


def dense(x: torch.Tensor, kernel: torch.Tensor, bias: torch.Tensor | None = None) -> torch.Tensor:
    """Return ``x @ kernel + bias``; on rows in one call, without turning the kernel."""
    if bias is None:
        return torch.matmul(x, kernel)
    if x.dim() == 2:
        return torch.addmm(bias, x, kernel)
    return torch.nn.functional.linear(x, kernel.t(), bias)


def cross(
    x1: torch.Tensor, x2: torch.Tensor, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None
) -> torch.Tensor:
    """Return the cross product; PyTorch has that of floats with 3 components."""
    first, second, result = (axisa, axisb, axisc) if axis is None else (axis, axis, axis)
    if x1.shape[first] == x2.shape[second] == 3 and x1.is_floating_point():
        a, b = torch.broadcast_tensors(torch.movedim(x1, first, -1), torch.movedim(x2, second, -1))
        return torch.movedim(torch.linalg.cross(a, b), -1, result)
    by_components: torch.Tensor = FALLBACK_BODIES["cross"](x1, x2, first, second, result)
    return by_components


_attention = torch.nn.functional.scaled_dot_product_attention


def dot_product_attention(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    bias: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    scale: float | None = None,
    is_causal: bool = False,
    flash_attention: bool | None = None,
    attn_logits_soft_cap: float | None = None,
) -> torch.Tensor:
    """Return ``softmax(query key^T * scale) value`` for each head, by PyTorch's kernel where that has no bound."""
    if attn_logits_soft_cap is not None:
        rest = (bias, mask, scale, is_causal, flash_attention, attn_logits_soft_cap)
        result: torch.Tensor = FALLBACK_BODIES["dot_product_attention"](query, key, value, *rest)
        return result
    added = None
    if bias is not None or mask is not None:
        added, is_causal = _added(query, key, bias, mask, is_causal=is_causal), False
    heads = [x.transpose(1, 2) for x in (query, key, value)]
    grouped = query.shape[2] != key.shape[2]
    if not flash_attention:
        return _attention(*heads, added, 0.0, is_causal, scale=scale, enable_gqa=grouped).transpose(1, 2)
    with sdpa_kernel(SDPBackend.FLASH_ATTENTION):
        return _attention(*heads, added, 0.0, is_causal, scale=scale, enable_gqa=grouped).transpose(1, 2)


def _added(
    query: torch.Tensor, key: torch.Tensor, bias: torch.Tensor | None, mask: torch.Tensor | None, *, is_causal: bool
) -> torch.Tensor:
    """Return what is added to the logits; what is masked counts for nothing, and a row without any key for all."""
    shape = (query.shape[1], key.shape[1])
    wide = torch.promote_types(query.dtype, torch.float32)
    added = torch.zeros(shape, dtype=wide, device=query.device) if bias is None else bias.to(wide)
    hidden = added.new_full((), LOWEST)
    if mask is not None:
        added = torch.where(mask.bool(), added, hidden)
    if is_causal:
        added = torch.where(torch.ones(shape, dtype=torch.bool, device=query.device).tril(), added, hidden)
    if query.dtype is not wide:  # what is lowest in float32 may be infinite here, and make such a row nan
        added = added.clamp(min=torch.finfo(query.dtype).min / 2)
    return added.to(query.dtype)


NATIVES: dict[str, Callable[..., Any]] = {
    "cross": cross,
    "dense": dense,
    "dot": dot,
    "dot_product_attention": dot_product_attention,
    "einsum_of": einsum_of,
    "kron": unsigned_pair(torch.kron),
    "matmul": matmul,
    "outer": outer,
    "tensordot": tensordot,
}
