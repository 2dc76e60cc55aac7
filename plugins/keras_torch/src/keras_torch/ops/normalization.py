"""Normalisation on PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from polykeras.backend.config import epsilon as default_epsilon
from polykeras.ops.types import Axis

_NARROW = (torch.float16, torch.bfloat16)


def moments(
    x: torch.Tensor, axes: Axis, keepdims: bool = False, synchronized: bool = False
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return mean and variance over `axes`."""
    del synchronized
    axes = axes if axes is None or isinstance(axes, int) else tuple(axes)
    if axes == ():
        return x, torch.zeros_like(x)
    if x.dtype in _NARROW:
        variance, mean = torch.var_mean(x.to(torch.float32), axes, correction=0, keepdim=keepdims)
        return mean.to(x.dtype), variance.to(x.dtype)
    variance, mean = torch.var_mean(x, axes, correction=0, keepdim=keepdims)
    return mean, variance


def batch_normalization(
    x: torch.Tensor,
    mean: torch.Tensor,
    variance: torch.Tensor,
    axis: int,
    offset: torch.Tensor | None = None,
    scale: torch.Tensor | None = None,
    epsilon: float = 1e-3,
) -> torch.Tensor:
    """Return `x` normalised by the given statistics.

    PyTorch's own kernel takes the statistics for constants, so it serves inference only.
    """
    at = range(x.dim())[axis]
    if not mean.requires_grad and not variance.requires_grad and x.dim() > 1:
        first = x if at == 1 else torch.movedim(x, at, 1)
        y = torch.batch_norm(first, scale, offset, mean, variance, False, 0.0, epsilon, True)
        return y if at == 1 else torch.movedim(y, 1, at)
    factor = torch.rsqrt(variance + epsilon)
    if scale is not None:
        factor = factor * scale
    shift = -mean * factor if offset is None else offset - mean * factor
    if at != x.dim() - 1:
        along = (-1, *[1] * (x.dim() - 1 - at))
        factor, shift = factor.reshape(along), shift.reshape(along)
    return torch.addcmul(shift, x, factor)


def layer_normalization(
    x: torch.Tensor,
    gamma: torch.Tensor | None = None,
    beta: torch.Tensor | None = None,
    axis: int | Sequence[int] = -1,
    epsilon: float | None = None,
) -> torch.Tensor:
    """Return `x` normalised over `axis`."""
    if epsilon is None:
        epsilon = default_epsilon()
    if axis == -1 and (gamma is None or gamma.dim() == 1) and (beta is None or beta.dim() == 1):
        return torch.layer_norm(x, x.shape[-1:], gamma, beta, epsilon)
    axes, sizes = _axes(x, axis)
    gamma, beta = (None if weight is None else weight.reshape(sizes) for weight in (gamma, beta))
    return _over_last(lambda moved: torch.layer_norm(moved, sizes, gamma, beta, epsilon), x, axes)


def rms_normalization(
    x: torch.Tensor,
    scale: torch.Tensor | None = None,
    axis: int | Sequence[int] = -1,
    epsilon: float | None = None,
) -> torch.Tensor:
    """Return `x` over its root mean square along `axis`."""
    if epsilon is None:
        epsilon = default_epsilon()
    if axis == -1 and (scale is None or scale.dim() == 1):
        return torch.rms_norm(x, x.shape[-1:], scale, epsilon)
    axes, sizes = _axes(x, axis)
    weight = None if scale is None else scale.reshape(sizes)
    return _over_last(lambda moved: torch.rms_norm(moved, sizes, weight, epsilon), x, axes)


def _axes(x: torch.Tensor, axis: int | Sequence[int]) -> tuple[tuple[int, ...], list[int]]:
    """Return axes counted from 0 in rising order, in which weights have their sizes, and these sizes."""
    axes = tuple(sorted(range(x.dim())[one] for one in ((axis,) if isinstance(axis, int) else axis)))
    return axes, [x.shape[one] for one in axes]


def _over_last(
    function: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, axes: tuple[int, ...]
) -> torch.Tensor:
    """Apply a function of the last axes to `axes`."""
    last = tuple(range(-len(axes), 0))
    if axes == tuple(range(x.dim() - len(axes), x.dim())):
        return function(x)
    return torch.movedim(function(torch.movedim(x, axes, last)), last, axes)


NATIVES: dict[str, Callable[..., Any]] = {
    "batch_normalization": batch_normalization,
    "layer_normalization": layer_normalization,
    "moments": moments,
    "rms_normalization": rms_normalization,
}
