"""Means, variances and what is divided by them.

Promises: float16 and bfloat16 statistics are computed in float32 and given back in the tensor's dtype.
``epsilon=None`` means the configured one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from polykeras.backend.config import epsilon as default_epsilon
from polykeras.ops import shape_rules as rules
from polykeras.ops.arithmetic import absolute, maximum, power, square
from polykeras.ops.casting import cast as cast_to
from polykeras.ops.conversion import dtype, ndim, shape
from polykeras.ops.dispatch import derived, primitive
from polykeras.ops.exponential import rsqrt
from polykeras.ops.manipulation import reshape
from polykeras.ops.reduce import max as max_of
from polykeras.ops.reduce import mean
from polykeras.ops.reduce import sum as sum_of
from polykeras.ops.shape_rules.spec import axis_index, axis_indices
from polykeras.ops.types import Axis, Tensor, TensorLike

_NARROW = ("float16", "bfloat16")


@primitive(rules.moments, to_float=True)
def moments(x: TensorLike, axes: Axis, keepdims: bool = False, synchronized: bool = False) -> Tensor:
    """Return mean and variance over `axes`; the variance divides by the number of elements.

    Args:
        x: Tensor.
        axes: Axes to reduce; ``None`` for all.
        keepdims: Keep reduced axes with size 1.
        synchronized: Average over replicas too; the same on one device.

    Returns:
        Mean and variance, each without `axes`.
    """


@derived(to_float=True)
def batch_normalization(
    x: TensorLike,
    mean: TensorLike,
    variance: TensorLike,
    axis: int,
    offset: TensorLike | None = None,
    scale: TensorLike | None = None,
    epsilon: float = 1e-3,
) -> Tensor:
    """Return ``(x - mean) / sqrt(variance + epsilon) * scale + offset`` with statistics per index of `axis`.

    Ioffe and Szegedy, "Batch Normalization", 2015.

    Args:
        x: Tensor of shape ``(..., n, ...)``.
        mean: Tensor of shape ``(n,)``.
        variance: Tensor of shape ``(n,)``.
        axis: Axis of size n.
        offset: Tensor of shape ``(n,)``; 0 for ``None``.
        scale: Tensor of shape ``(n,)``; 1 for ``None``.
        epsilon: Added to the variance.

    Returns:
        Tensor of the shape of `x`.
    """
    factor = rsqrt(variance + epsilon)
    if scale is not None:
        factor = factor * scale
    shift = -mean * factor
    if offset is not None:
        shift = shift + offset
    along = [1] * ndim(x)
    along[axis_index(axis, ndim(x))] = -1
    return x * reshape(factor, along) + reshape(shift, along)


@derived(to_float=True)
def layer_normalization(
    x: TensorLike,
    gamma: TensorLike | None = None,
    beta: TensorLike | None = None,
    axis: int | Sequence[int] = -1,
    epsilon: float | None = None,
    **kwargs: Any,  # noqa: ARG001 - the dispatcher has applied them
) -> Tensor:
    """Return ``(x - mean) / sqrt(variance + epsilon) * gamma + beta`` with statistics over `axis`.

    Ba, Kiros and Hinton, "Layer Normalization", 2016.

    Args:
        x: Tensor.
        gamma: Scale, of the sizes of `axis`; 1 for ``None``.
        beta: Offset, of the sizes of `axis`; 0 for ``None``.
        axis: Axis or axes over which one set of statistics is taken.
        epsilon: Added to the variance.
        **kwargs: ``rms_scaling=False`` of former versions.

    Returns:
        Tensor of the shape of `x`.
    """
    own = dtype(x)
    wide = cast_to(x, "float32") if own in _NARROW else x
    average, variance = moments(wide, axis, keepdims=True)
    y = (wide - average) * rsqrt(variance + _or_default(epsilon))
    if gamma is not None:
        y = y * _aligned(cast_to(gamma, dtype(y)), x, axis)
    if beta is not None:
        y = y + _aligned(cast_to(beta, dtype(y)), x, axis)
    return cast_to(y, own) if own in _NARROW else y


@derived(to_float=True)
def rms_normalization(
    x: TensorLike,
    scale: TensorLike | None = None,
    axis: int | Sequence[int] = -1,
    epsilon: float | None = None,
) -> Tensor:
    """Return ``x / sqrt(mean(x ** 2) + epsilon) * scale`` with the mean over `axis`.

    Zhang and Sennrich, "Root Mean Square Layer Normalization", 2019.

    Args:
        x: Tensor.
        scale: Factor, of the sizes of `axis`; 1 for ``None``.
        axis: Axis or axes over which the mean is taken.
        epsilon: Added to the mean square.

    Returns:
        Tensor of the shape of `x`.
    """
    own = dtype(x)
    wide = cast_to(x, "float32") if own in _NARROW else x
    y = wide * rsqrt(mean(square(wide), axis, keepdims=True) + _or_default(epsilon))
    if scale is not None:
        y = y * _aligned(cast_to(scale, dtype(y)), x, axis)
    return cast_to(y, own) if own in _NARROW else y


@derived(to_float=True)
def normalize(x: TensorLike, axis: Axis = -1, order: Any = 2, epsilon: float | None = None) -> Tensor:
    """Return `x` divided by its norm along `axis`, or by `epsilon` where that is larger.

    Args:
        x: Tensor.
        axis: Axis or axes along which vectors stand.
        order: Order of the norm, ``sum(|x| ** order) ** (1 / order)``; ``inf`` for the largest element.
        epsilon: Least divisor.

    Returns:
        Tensor of the same shape.

    Raises:
        ValueError: If the order is below 1.
    """
    least = _or_default(epsilon)
    if order == 2:
        # The bound goes under the root: its slope at a vector of zeros is infinite.
        return x * rsqrt(maximum(sum_of(square(x), axis, keepdims=True), least * least))
    if not order >= 1:
        raise ValueError(
            f"The op `normalize` has no norm of this order.\nReceived: order={order!r}.\n"
            "Allowed: numbers from 1, and inf.\nUse order=2 for the Euclidean length."
        )
    size = absolute(x)
    if math.isinf(order):
        length = max_of(size, axis, keepdims=True)
    elif order == 1:
        length = sum_of(size, axis, keepdims=True)
    else:
        length = power(sum_of(power(size, order), axis, keepdims=True), 1.0 / order)
    return x / maximum(length, least)


def _or_default(epsilon: float | None) -> float:
    return default_epsilon() if epsilon is None else epsilon


def _aligned(weight: Tensor, x: Tensor, axis: int | Sequence[int]) -> Tensor:
    """Return a weight of the sizes of `axis` with axes of size 1 where `x` has others."""
    rank = ndim(x)
    if ndim(weight) == rank:
        return weight
    axes = set(axis_indices(axis, rank))
    return reshape(weight, [size if i in axes else 1 for i, size in enumerate(shape(x))])
