"""Crossentropies on PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.nn import functional

from polykeras.backend.config import epsilon
from polykeras.ops.losses import check_labels, check_target

_NO_LABEL = -(2**63)
"""What `nll_loss` is told to ignore; its default, -100, would pass for right."""


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
    """Return ``-log(p[target])`` along `axis`; a label outside of the classes raises on the CPU.

    A step of a small model spends as long here as in a layer, so this is the sequence with the least
    overhead, forwards and backwards: `nll_loss` looks up and negates, `hardtanh` clips, in one kernel each.
    """
    if target.dim() == output.dim():
        target = target.squeeze(axis)
    if axis not in (-1, output.dim() - 1):
        output = torch.movedim(output, axis, -1)
    if target.shape != output.shape[:-1]:
        check_labels(target, output, -1)
    if target.dtype is not torch.int64:
        target = target.to(torch.int64)
    if target.dim() != 1:
        rows = sparse_categorical_crossentropy(target.reshape(-1), output.reshape(-1, output.shape[-1]), from_logits)
        return rows.reshape(target.shape)
    if from_logits:
        scores = torch.log_softmax(output, -1)
    else:
        p = functional.hardtanh(output / torch.sum(output, -1, True), epsilon(), 1.0 - epsilon())
        scores = torch.log(p)
    return functional.nll_loss(scores, target, None, None, _NO_LABEL, None, "none")


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
