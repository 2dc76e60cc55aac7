"""Casts and copies on PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from keras_torch.ops.kinds import kind


def cast(x: torch.Tensor, dtype: Any) -> torch.Tensor:
    """Return `x` in another dtype; of complex numbers the real part, without PyTorch's warning."""
    target = kind(dtype)
    if x.is_complex() and not target.is_complex and target is not torch.bool:
        x = torch.real(x)
    return x.to(target)


def stop_gradient(variable: torch.Tensor) -> torch.Tensor:
    """Return the tensor as a constant."""
    return variable.detach()


NATIVES: dict[str, Callable[..., Any]] = {
    "cast": cast,
    "copy": torch.clone,
    "stop_gradient": stop_gradient,
}
