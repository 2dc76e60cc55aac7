"""Trigonometric and hyperbolic functions on PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch


def hypot(x1: torch.Tensor, x2: torch.Tensor) -> torch.Tensor:
    """Return the length of a vector; its gradient at the origin, nan in PyTorch, is 0."""
    if not (x1.requires_grad or x2.requires_grad):
        return torch.hypot(x1, x2)
    origin = (x1 == 0) & (x2 == 0)
    return torch.hypot(torch.where(origin, 1, x1), torch.where(origin, 1, x2)).masked_fill(origin, 0)


NATIVES: dict[str, Callable[..., Any]] = {
    "arccos": torch.acos,
    "arccosh": torch.acosh,
    "arcsin": torch.asin,
    "arcsinh": torch.asinh,
    "arctan": torch.atan,
    "arctan2": torch.atan2,
    "arctanh": torch.atanh,
    "cos": torch.cos,
    "cosh": torch.cosh,
    "deg2rad": torch.deg2rad,
    "hypot": hypot,
    "rad2deg": torch.rad2deg,
    "sin": torch.sin,
    "sinc": torch.sinc,
    "sinh": torch.sinh,
    "tan": torch.tan,
    "tanh": torch.tanh,
}
