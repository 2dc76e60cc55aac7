"""Comparisons and truth on PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from keras_torch.ops.kinds import UNSIGNED, narrowed, unsigned, unsigned_pair, widen


def where(
    condition: torch.Tensor, x1: torch.Tensor | None = None, x2: torch.Tensor | None = None
) -> torch.Tensor | tuple[torch.Tensor, ...]:
    """Return `x1` or `x2` by `condition`, or the indices where it holds."""
    if condition.dtype is not torch.bool:
        condition = condition != 0
    if x1 is None or x2 is None:
        return tuple(one.to(torch.int32) for one in torch.nonzero(condition, as_tuple=True))
    if x1.dtype not in UNSIGNED:
        return torch.where(condition, x1, x2)
    return narrowed(torch.where(condition, widen(x1), widen(x2)), x1.dtype)


NATIVES: dict[str, Callable[..., Any]] = {
    "equal": torch.eq,
    "greater": unsigned_pair(torch.gt),
    "greater_equal": unsigned_pair(torch.ge),
    "isfinite": torch.isfinite,
    "isinf": torch.isinf,
    "isnan": torch.isnan,
    "less": unsigned_pair(torch.lt),
    "less_equal": unsigned_pair(torch.le),
    "logical_and": lambda x1, x2: torch.logical_and(widen(x1), widen(x2)),
    "logical_not": unsigned(torch.logical_not),
    "logical_or": lambda x1, x2: torch.logical_or(widen(x1), widen(x2)),
    "logical_xor": lambda x1, x2: torch.logical_xor(widen(x1), widen(x2)),
    "not_equal": torch.ne,
    "where": where,
}
