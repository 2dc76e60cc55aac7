"""Errors of predicted numbers."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.losses.alignment import same_rank
from polykeras.losses.conversion import as_tensor, compute_dtype
from polykeras.losses.regression import mean_absolute_error, mean_squared_error
from polykeras.metrics.reduction_metrics import BuiltInMetric, Mean


class MeanSquaredError(BuiltInMetric):
    """Mean of the squared differences.

    Args:
        name: Name.
        dtype: Dtype of the state; floatx for ``None``.

    >>> float(MeanSquaredError()([[1.0, 2.0]], [[1.0, 4.0]]))
    2.0
    """

    _direction = "down"

    def __init__(self, name: str | None = "mean_squared_error", dtype: Any = None) -> None:
        super().__init__(mean_squared_error, name, dtype)


class MeanAbsoluteError(BuiltInMetric):
    """Mean of the absolute differences.

    Args:
        name: Name.
        dtype: Dtype of the state; floatx for ``None``.

    >>> float(MeanAbsoluteError()([[1.0, 2.0]], [[1.0, 4.0]]))
    1.0
    """

    _direction = "down"

    def __init__(self, name: str | None = "mean_absolute_error", dtype: Any = None) -> None:
        super().__init__(mean_absolute_error, name, dtype)


class RootMeanSquaredError(Mean):
    """Root of the mean of the squared differences.

    Args:
        name: Name.
        dtype: Dtype of the state; floatx for ``None``.

    >>> float(RootMeanSquaredError()([[1.0, 2.0]], [[1.0, 2.0 + 2.0**0.5]]))
    1.0
    """

    _direction = "down"

    def __init__(self, name: str | None = "root_mean_squared_error", dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)

    # Mean takes values; a metric of a model takes targets and predictions.
    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:  # type: ignore[override]
        """Add a batch.

        Args:
            y_true: Targets.
            y_pred: Predictions of the same shape.
            sample_weight: A number, or weights for the first axes of the targets.
        """
        dtype = compute_dtype(y_pred, None)
        y_true, y_pred = same_rank(as_tensor(y_true, dtype), as_tensor(y_pred, dtype))
        super().update_state(ops.square(ops.subtract(y_true, y_pred)), sample_weight)

    def result(self) -> Any:
        """Return the root of the mean, a scalar."""
        return ops.sqrt(super().result())
