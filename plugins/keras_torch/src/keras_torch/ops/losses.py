"""Crossentropies on PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.nn import functional

from polykeras.backend.config import epsilon
from polykeras.ops.losses import check_labels, check_target


def categorical_crossentropy(
    target: torch.Tensor, output: torch.Tensor, from_logits: bool = False, axis: int = -1
) -> torch.Tensor:
    """Return ``-sum(target * log(p))`` along `axis`."""
    if target.shape != output.shape:
        check_target("categorical_crossentropy", target, output)
    if from_logits:
        return -torch.sum(target * torch.log_softmax(output, axis), axis)
    p = torch.clamp(output / torch.sum(output, axis, True), epsilon(), 1.0 - epsilon())
    return -torch.sum(target * torch.log(p), axis)


def sparse_categorical_crossentropy(
    target: torch.Tensor, output: torch.Tensor, from_logits: bool = False, axis: int = -1
) -> torch.Tensor:
    """Return ``-log(p[target])`` along `axis`."""
    if target.dim() == output.dim():
        target = target.squeeze(axis)
    if axis not in (-1, output.dim() - 1):
        output = torch.movedim(output, axis, -1)
    if target.shape != output.shape[:-1]:
        check_labels(target, output, -1)
    if target.dtype is not torch.int64:
        target = target.to(torch.int64)
    if from_logits:
        output = torch.log_softmax(output, -1)
        return -output.gather(-1, target.unsqueeze(-1)).squeeze(-1)
    chosen = output.gather(-1, target.unsqueeze(-1)).squeeze(-1)
    p = torch.clamp(chosen / torch.sum(output, -1), epsilon(), 1.0 - epsilon())
    return -torch.log(p)


def binary_crossentropy(target: torch.Tensor, output: torch.Tensor, from_logits: bool = False) -> torch.Tensor:
    """Return the crossentropy of two outcomes, element by element."""
    if target.shape != output.shape:
        check_target("binary_crossentropy", target, output)
    if from_logits:
        return functional.binary_cross_entropy_with_logits(output, target, reduction="none")
    p = torch.clamp(output, epsilon(), 1.0 - epsilon())
    return -(target * torch.log(p) + (1.0 - target) * torch.log(1.0 - p))


NATIVES: dict[str, Callable[..., Any]] = {
    "binary_crossentropy": binary_crossentropy,
    "categorical_crossentropy": categorical_crossentropy,
    "sparse_categorical_crossentropy": sparse_categorical_crossentropy,
}
