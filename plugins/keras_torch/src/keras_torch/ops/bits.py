"""Bits on PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from keras_torch.ops.kinds import UNSIGNED, kind, unsigned, unsigned_pair


def view(x: torch.Tensor, dtype: Any = None) -> torch.Tensor:
    """Return the bits as another dtype."""
    target = x.dtype if dtype is None else kind(dtype)
    if not x.numel() and x.ndim and target.itemsize != x.dtype.itemsize:
        # PyTorch looks at strides, which tensors of no elements have of any kind.
        return x.new_empty((*x.shape[:-1], x.shape[-1] * x.dtype.itemsize // target.itemsize), dtype=target)
    return x.detach().contiguous().view(target)


def signbit(x: torch.Tensor) -> torch.Tensor:
    """Return where there is a minus."""
    return torch.zeros_like(x, dtype=torch.bool) if x.dtype in UNSIGNED else torch.signbit(x)


def nextafter(x1: torch.Tensor, x2: torch.Tensor) -> torch.Tensor:
    """Return the neighbour of `x1` on the way to `x2`."""
    return torch.nextafter(x1.detach(), x2.detach())


NATIVES: dict[str, Callable[..., Any]] = {
    "bitwise_and": torch.bitwise_and,
    "bitwise_left_shift": unsigned_pair(torch.bitwise_left_shift),
    "bitwise_not": unsigned(torch.bitwise_not),
    "bitwise_or": torch.bitwise_or,
    "bitwise_right_shift": unsigned_pair(torch.bitwise_right_shift),
    "bitwise_xor": torch.bitwise_xor,
    "nextafter": nextafter,
    "signbit": signbit,
    "view": view,
}
