"""Attention, and the definition's answer to each call."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from polykeras.conformance.case import Case, Numbers, case

real = Numbers("attention").real


def _attention(
    query: np.ndarray,
    key: np.ndarray,
    value: np.ndarray,
    bias: Any = None,
    mask: Any = None,
    scale: float | None = None,
    causal: bool = False,
    flash: Any = None,
    cap: float | None = None,
) -> np.ndarray:
    del flash
    shared = query.shape[2] // key.shape[2]
    key, value = (np.repeat(one.astype("float64"), shared, 2) for one in (key, value))
    logits = np.einsum("btnh,bsnh->bnts", query, key) * (query.shape[-1] ** -0.5 if scale is None else scale)
    logits = logits if cap is None else cap * np.tanh(logits / cap)
    logits = logits if bias is None else logits + bias
    seen = np.ones(logits.shape[2:], bool) if mask is None else np.asarray(mask, bool)
    seen = seen & (np.tri(*logits.shape[2:]) > 0) if causal else seen
    return np.einsum("bnts,bsnh->btnh", special.softmax(np.where(seen, logits, -1e38), -1), value)


_BATCH = real(2, 3, 4, 2), real(2, 5, 4, 2), real(2, 5, 4, 2)
_SHARED = real(2, 3, 4, 2), real(2, 3, 2, 2), real(2, 3, 2, 2)
_MASK = np.array([[True, False, True, True, False], [False] * 5, [True] * 5])
ATTENTION: list[Case] = [
    case("dot_product_attention", *_BATCH, oracle=_attention, gradient=True),
    case("dot_product_attention", *_BATCH, real(4, 3, 5), None, 0.5, oracle=_attention, gradient=True, name="bias"),
    case("dot_product_attention", *_BATCH, None, _MASK, oracle=_attention, gradient=True, name="mask"),
    case("dot_product_attention", *_BATCH, real(3, 5), _MASK, None, True, oracle=_attention, name="all of them"),
    case("dot_product_attention", *_BATCH, None, None, None, True, oracle=_attention, name="causal"),
    case("dot_product_attention", *_SHARED, None, None, None, True, oracle=_attention, gradient=True, name="shared"),
    case("dot_product_attention", *_SHARED, None, None, None, False, False, 1.5, oracle=_attention, name="capped"),
]
