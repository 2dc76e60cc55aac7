"""Nonlinear functions on PyTorch: its own kernels where it has one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.nn import functional

from keras_torch.ops.kinds import UNSIGNED, kind


def relu(x: torch.Tensor) -> torch.Tensor:
    """Return ``max(x, 0)``."""
    return x if x.dtype in UNSIGNED or x.dtype is torch.bool else torch.relu(x)


def leaky_relu(x: torch.Tensor, negative_slope: float = 0.2) -> torch.Tensor:
    """Return `x`, times `negative_slope` below 0."""
    return torch.where(x >= 0, x, x * negative_slope)


def gelu(x: torch.Tensor, approximate: bool = True) -> torch.Tensor:
    """Return ``x`` times the normal distribution function of `x`."""
    return functional.gelu(x, approximate="tanh" if approximate else "none")


def softplus(x: torch.Tensor) -> torch.Tensor:
    """Return ``log(1 + exp(x))``; PyTorch's own is `x` itself from 20 on, which float64 can tell apart."""
    return torch.logaddexp(x, x.new_zeros(()))


def softmax(x: torch.Tensor, axis: Any = -1) -> torch.Tensor:
    """Return probabilities along `axis`."""
    return torch.softmax(x, axis) if type(axis) is int else _over_axes(torch.softmax, x, axis)


def log_softmax(x: torch.Tensor, axis: Any = -1) -> torch.Tensor:
    """Return logarithms of probabilities along `axis`."""
    return torch.log_softmax(x, axis) if type(axis) is int else _over_axes(torch.log_softmax, x, axis)


def _over_axes(function: Callable[[torch.Tensor, int], torch.Tensor], x: torch.Tensor, axis: Any) -> torch.Tensor:
    """Apply a function of one axis to several taken as one."""
    axes = range(x.dim()) if axis is None else sorted(range(x.dim())[one] for one in axis)
    if len(axes) == 1:
        return function(x, axes[0])
    last = tuple(range(-len(axes), 0))
    moved = torch.movedim(x, tuple(axes), last)
    result = function(moved.flatten(-len(axes)) if axes else moved.unsqueeze(-1), -1)
    return torch.movedim(result.reshape(moved.shape), last, tuple(axes))


def one_hot(x: torch.Tensor, num_classes: int, axis: int = -1, dtype: Any = None, sparse: bool = False) -> torch.Tensor:
    """Return codes; PyTorch's own refuses indices outside of the classes."""
    del sparse
    along = [1] * (x.dim() + 1)
    along[axis] = num_classes
    wide = x.to(torch.int64) if x.dtype in UNSIGNED else x
    classes = torch.arange(num_classes, device=x.device).reshape(along)
    return (wide.unsqueeze(axis) == classes).to(kind(dtype))


NATIVES: dict[str, Callable[..., Any]] = {
    "celu": functional.celu,
    "elu": functional.elu,
    "gelu": gelu,
    "glu": functional.glu,
    "hard_sigmoid": functional.hardsigmoid,
    "hard_silu": functional.hardswish,
    "leaky_relu": leaky_relu,
    "log_sigmoid": functional.logsigmoid,
    "log_softmax": log_softmax,
    "one_hot": one_hot,
    "relu": relu,
    "relu6": functional.relu6,
    "selu": torch.selu,
    "sigmoid": torch.sigmoid,
    "silu": functional.silu,
    "softmax": softmax,
    "softplus": softplus,
    "softsign": functional.softsign,
}
