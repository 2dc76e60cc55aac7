"""Parts of complex numbers on PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

_WIDE = frozenset({torch.float32, torch.float64})


def complex_of(real: torch.Tensor, imag: torch.Tensor) -> torch.Tensor:
    """Return ``real + 1j * imag``; narrow floats become complex64."""
    if real.dtype not in _WIDE:
        real, imag = real.to(torch.float32), imag.to(torch.float32)
    return torch.complex(*torch.broadcast_tensors(real, imag))


def real(x: torch.Tensor) -> torch.Tensor:
    """Return the real part."""
    return torch.real(x)


def imag(x: torch.Tensor) -> torch.Tensor:
    """Return the imaginary part; PyTorch refuses to give that of real numbers."""
    return torch.imag(x) if x.is_complex() else torch.zeros_like(x)


def conjugate(x: torch.Tensor) -> torch.Tensor:
    """Return `x` with the other sign of its imaginary part, written out: NumPy reads no lazy one."""
    return torch.conj_physical(x)


NATIVES: dict[str, Callable[..., Any]] = {
    "complex_of": complex_of,
    "conjugate": conjugate,
    "imag": imag,
    "real": real,
}
