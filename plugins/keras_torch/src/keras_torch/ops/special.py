"""Special functions on PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch


def gammainc(a: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Return the regularized lower incomplete gamma function; `a` is a constant."""
    return torch.special.gammainc(a.detach(), x)


NATIVES: dict[str, Callable[..., Any]] = {
    "erf": torch.erf,
    "erfc": torch.erfc,
    "erfinv": torch.erfinv,
    "gammainc": gammainc,
    "i0": torch.i0,
}
