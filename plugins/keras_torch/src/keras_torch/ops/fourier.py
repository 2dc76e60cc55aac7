"""Fourier transforms on PyTorch, whose library fails where there is no signal to transform."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch


def fourier_of(x: torch.Tensor, rank: int = 1, inverse: bool = False) -> torch.Tensor:
    """Return the transform along the last axes."""
    if x.numel() == 0:
        return x
    return (torch.fft.ifftn if inverse else torch.fft.fftn)(x, dim=tuple(range(-rank, 0)))


def rfft_of(x: torch.Tensor, length: int | None = None) -> torch.Tensor:
    """Return the transform of a real signal."""
    if x.numel() == 0 and x.shape[-1] != 0:
        bins = (x.shape[-1] if length is None else length) // 2 + 1
        return x.new_zeros(
            (*x.shape[:-1], bins), dtype=torch.complex128 if x.dtype is torch.float64 else torch.complex64
        )
    return torch.fft.rfft(x, length)


def irfft_of(x: torch.Tensor, length: int | None = None) -> torch.Tensor:
    """Return the real signal of a transform."""
    if x.numel() == 0 and x.shape[-1] != 0:
        return torch.real(x).new_zeros((*x.shape[:-1], 2 * (x.shape[-1] - 1) if length is None else length))
    return torch.fft.irfft(x, length)


def extract_sequences(x: torch.Tensor, sequence_length: int, sequence_stride: int) -> torch.Tensor:
    """Return windows of the last axis, which share its memory."""
    if x.shape[-1] < sequence_length:
        return x.new_zeros((*x.shape[:-1], 0, sequence_length))
    return x.unfold(-1, sequence_length, sequence_stride)


NATIVES: dict[str, Callable[..., Any]] = {
    "extract_sequences": extract_sequences,
    "fourier_of": fourier_of,
    "irfft_of": irfft_of,
    "rfft_of": rfft_of,
}
