"""Trigonometric and hyperbolic functions on PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

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
    "hypot": torch.hypot,
    "rad2deg": torch.rad2deg,
    "sin": torch.sin,
    "sinc": torch.sinc,
    "sinh": torch.sinh,
    "tan": torch.tan,
    "tanh": torch.tanh,
}
