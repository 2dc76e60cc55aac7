"""Limits on gradients: on each element, on the norm of each gradient, or on the norm of all together."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.ops.update import global_norm


def clip_by_value(gradients: list[Any], limit: float) -> list[Any]:
    """Return gradients with every element in ``[-limit, limit]``."""
    return [ops.clip(gradient, -limit, limit) for gradient in gradients]


def clip_by_norm(gradients: list[Any], limit: float) -> list[Any]:
    """Return gradients scaled down, each for itself, to a norm of at most `limit`."""
    return [_scaled(gradient, ops.sqrt(ops.sum(ops.square(gradient))), limit) for gradient in gradients]


def clip_by_global_norm(gradients: list[Any], limit: float) -> list[Any]:
    """Return gradients scaled down by one factor to a common norm of at most `limit`."""
    norm = global_norm(gradients)
    return [_scaled(gradient, norm, limit) for gradient in gradients]


def _scaled(gradient: Any, norm: Any, limit: float) -> Any:
    # With the larger of the two below, short gradients stay, and a norm of 0 divides nothing.
    factor = ops.divide(limit, ops.maximum(norm, limit))
    return ops.multiply(gradient, ops.cast(factor, ops.dtype(gradient)))
