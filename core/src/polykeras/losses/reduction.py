"""From one value per sample to what a loss returns: weights, masks and the reduction."""

from __future__ import annotations

import math
from typing import Any

from polykeras import ops
from polykeras.losses.alignment import weighing
from polykeras.losses.conversion import as_tensor
from polykeras.plugins.errors import did_you_mean

REDUCTIONS = ("sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none", None)
_MEANS = ("sum_over_batch_size", "mean")


def checked_reduction(reduction: Any) -> str | None:
    """Return `reduction`.

    Raises:
        ValueError: If there is no such reduction.
    """
    if reduction is None or (isinstance(reduction, str) and reduction in REDUCTIONS):
        return reduction
    names = [name for name in REDUCTIONS if name is not None]
    raise ValueError(
        f"A loss cannot be reduced in this way.{did_you_mean(str(reduction), names)}\n"
        f"Received: reduction={reduction!r}.\n"
        f"Allowed: {', '.join(names)}, or None, which is the same as 'none'.\n"
        "Pass one of these."
    )


def mask_of(x: Any) -> Any:
    """Return the mask that a tensor carries, or ``None``."""
    return getattr(x, "_keras_mask", None)


def reduced(values: Any, sample_weight: Any, mask: Any, reduction: str | None, dtype: str) -> Any:
    """Return what a loss makes of its values.

    Args:
        values: Tensor of shape ``(batch, ...)``.
        sample_weight: Factors, a number or a tensor, or ``None``.
        mask: True where a value counts, in the shape of the first axes of the values, or ``None``. Means
            are taken over what counts.
        reduction: One of `REDUCTIONS`.
        dtype: Dtype of the weights.

    Returns:
        A scalar, or the weighted values without a reduction.
    """
    weight = sample_weight
    if weight is not None and not isinstance(weight, (int, float)):
        weight = as_tensor(weight, dtype)
    if mask is not None:
        weight = _masked(weight, mask, dtype, means=reduction in _MEANS)
    if weight is not None:
        if not isinstance(weight, (int, float)):
            values, weight = weighing(values, weight)
        values = ops.multiply(values, weight)
    if reduction is None or reduction == "none":
        return values
    if reduction == "mean_with_sample_weight" and weight is not None and not isinstance(weight, (int, float)):
        return ops.divide_no_nan(ops.sum(values), ops.sum(weight))
    if reduction == "mean_with_sample_weight" and weight is not None:
        return ops.multiply(_mean(values), 1.0 / weight if weight else 0.0)
    return ops.sum(values) if reduction == "sum" else _mean(values)


def _mean(values: Any) -> Any:
    shape = values.shape
    if len(shape) == 0:
        return values
    # The mean of nothing is 0 here, as a sum is.
    return ops.sum(values) if 0 in shape else ops.mean(values)


def _masked(weight: Any, mask: Any, dtype: str, *, means: bool) -> Any:
    """Return weights that are 0 where `mask` is false; for means, scaled so that only the others count."""
    counts = as_tensor(mask, dtype)
    if means:
        total = math.prod(ops.shape(counts))
        counts = ops.multiply(counts, ops.divide_no_nan(total, ops.sum(counts)))
    if weight is None:
        return counts
    if isinstance(weight, (int, float)):
        return ops.multiply(counts, weight)
    few, many = sorted((weight, counts), key=lambda tensor: len(tensor.shape))
    many, few = weighing(many, few)
    return ops.multiply(many, few)
