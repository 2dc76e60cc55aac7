"""Ranks that differ by one: targets beside predictions, weights beside values.

Targets of shape ``(n,)`` beside predictions ``(n, 1)`` are the common case, and a silent broadcast to
``(n, n)`` its trap. Weights stand for the first axes of what they weigh: a weight per sample scales all of
that sample.
"""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.ops.dims import as_shape
from polykeras.plugins.errors import ShapeError


def same_rank(y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    """Return both tensors, a last axis of size 1 added or dropped where only that keeps the ranks apart.

    Args:
        y_true: Tensor.
        y_pred: Tensor.
    """
    true_shape, pred_shape = y_true.shape, y_pred.shape
    excess = len(true_shape) - len(pred_shape)
    if excess == 1 and true_shape[-1] == 1:
        if len(pred_shape) == 1:
            return y_true, ops.expand_dims(y_pred, -1)
        return ops.squeeze(y_true, -1), y_pred
    if excess == -1 and pred_shape[-1] == 1:
        if len(true_shape) == 1:
            return ops.expand_dims(y_true, -1), y_pred
        return y_true, ops.squeeze(y_pred, -1)
    return y_true, y_pred


def weighing(values: Any, weight: Any) -> tuple[Any, Any]:
    """Return values and weights with shapes that multiply.

    Args:
        values: Tensor of shape ``(batch, ...)``.
        weight: Tensor whose shape is the beginning of that of `values`, with sizes of 1 anywhere, or that
            shape with one more axis of size 1.

    Raises:
        ShapeError: If the weights fit no axes of the values.
    """
    value_shape, weight_shape = tuple(values.shape), tuple(weight.shape)
    missing = len(value_shape) - len(weight_shape)
    if missing == -1 and weight_shape[-1] == 1:
        values = ops.expand_dims(values, -1)
        value_shape = (*value_shape, 1)
        missing = 0
    if missing < 0 or not all(map(_fits, weight_shape, value_shape)):
        raise ShapeError(
            "The sample weights do not fit what they weigh.\n"
            f"Received: weights of shape {as_shape(weight_shape)}, values of shape {as_shape(value_shape)}.\n"
            "Allowed: a number, one weight per sample, or weights for more of the first axes of the values.\n"
            "Reshape the weights, or drop the axes that they have too many."
        )
    if missing and weight_shape:
        weight = ops.reshape(weight, (*ops.shape(weight), *(1 for _ in range(missing))))
    return values, weight


def _fits(weight: Any, value: Any) -> bool:
    known = isinstance(weight, int) and isinstance(value, int)
    return not known or weight in (value, 1)
