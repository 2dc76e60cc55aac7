"""Losses of numbers: squared and absolute differences."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.losses.alignment import same_rank
from polykeras.losses.conversion import compared
from polykeras.losses.wrapper import BuiltInLoss, built_in


@built_in
def mean_squared_error(y_true: Any, y_pred: Any) -> Any:
    """Return ``mean(square(y_true - y_pred), axis=-1)``.

    Args:
        y_true: Targets of shape ``(batch, ..., n)``.
        y_pred: Predictions of the same shape.

    Returns:
        Tensor of shape ``(batch, ...)``.

    >>> [float(x) for x in mean_squared_error([[1.0, 2.0]], [[1.0, 4.0]])]
    [2.0]
    """
    y_true, y_pred = same_rank(*compared(y_true, y_pred))
    return _mean(ops.square(ops.subtract(y_true, y_pred)))


@built_in
def mean_absolute_error(y_true: Any, y_pred: Any) -> Any:
    """Return ``mean(abs(y_true - y_pred), axis=-1)``.

    Args:
        y_true: Targets of shape ``(batch, ..., n)``.
        y_pred: Predictions of the same shape.

    Returns:
        Tensor of shape ``(batch, ...)``.

    >>> [float(x) for x in mean_absolute_error([[1.0, 2.0]], [[1.0, 4.0]])]
    [1.0]
    """
    y_true, y_pred = same_rank(*compared(y_true, y_pred))
    return _mean(ops.absolute(ops.subtract(y_true, y_pred)))


def _mean(values: Any) -> Any:
    return ops.mean(values, -1) if len(values.shape) else values


class MeanSquaredError(BuiltInLoss):
    """Mean of the squared differences, ``mean(square(y_true - y_pred))``.

    Args:
        reduction: As in `Loss`.
        name: Name.
        dtype: As in `Loss`.

    >>> float(MeanSquaredError()([[1.0, 2.0]], [[1.0, 4.0]]))
    2.0
    """

    def __init__(
        self, reduction: str | None = "sum_over_batch_size", name: str | None = "mean_squared_error", dtype: Any = None
    ) -> None:
        super().__init__(mean_squared_error, reduction, name, dtype)


class MeanAbsoluteError(BuiltInLoss):
    """Mean of the absolute differences, ``mean(abs(y_true - y_pred))``.

    Args:
        reduction: As in `Loss`.
        name: Name.
        dtype: As in `Loss`.

    >>> float(MeanAbsoluteError()([[1.0, 2.0]], [[1.0, 4.0]]))
    1.0
    """

    def __init__(
        self, reduction: str | None = "sum_over_batch_size", name: str | None = "mean_absolute_error", dtype: Any = None
    ) -> None:
        super().__init__(mean_absolute_error, reduction, name, dtype)
