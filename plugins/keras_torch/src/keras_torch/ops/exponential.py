"""Exponentials, logarithms and roots on PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

NATIVES: dict[str, Callable[..., Any]] = {
    "exp": torch.exp,
    "exp2": torch.exp2,
    "expm1": torch.expm1,
    "log": torch.log,
    "log10": torch.log10,
    "log1p": torch.log1p,
    "log2": torch.log2,
    "logaddexp": torch.logaddexp,
    "logaddexp2": torch.logaddexp2,
    "rsqrt": torch.rsqrt,
    "sqrt": torch.sqrt,
}
