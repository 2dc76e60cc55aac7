"""Crossentropies as metrics."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.losses.conversion import as_tensor
from polykeras.losses.crossentropy import (
    binary_crossentropy,
    categorical_crossentropy,
    checked_smoothing,
    counted,
    sparse_categorical_crossentropy,
)
from polykeras.metrics.reduction_metrics import BuiltInMetric


class BinaryCrossentropy(BuiltInMetric):
    """Crossentropy of yes or no.

    Args:
        name: Name.
        dtype: Dtype of the state; floatx for ``None``.
        from_logits: Whether predictions are logits.
        label_smoothing: How far labels move to one half, in [0, 1].

    >>> round(float(BinaryCrossentropy()([[1.0, 0.0]], [[0.5, 0.2]])), 4)
    0.4581
    """

    _direction = "down"

    def __init__(
        self,
        name: str | None = "binary_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        label_smoothing: float = 0,
    ) -> None:
        smoothing = checked_smoothing(label_smoothing)
        super().__init__(binary_crossentropy, name, dtype, from_logits=from_logits, label_smoothing=smoothing)
        self.from_logits = from_logits
        self.label_smoothing = smoothing


class CategoricalCrossentropy(BuiltInMetric):
    """Crossentropy of distributions over classes.

    Args:
        name: Name.
        dtype: Dtype of the state; floatx for ``None``.
        from_logits: Whether predictions are logits.
        label_smoothing: Part of the probability spread evenly over the classes, in [0, 1].
        axis: Axis of the classes.

    >>> round(float(CategoricalCrossentropy()([[0.0, 1.0]], [[0.2, 0.8]])), 4)
    0.2231
    """

    _direction = "down"

    def __init__(
        self,
        name: str | None = "categorical_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        label_smoothing: float = 0,
        axis: int = -1,
    ) -> None:
        smoothing = checked_smoothing(label_smoothing)
        arguments = {"from_logits": from_logits, "label_smoothing": smoothing, "axis": axis}
        super().__init__(categorical_crossentropy, name, dtype, **arguments)
        self.from_logits = from_logits
        self.label_smoothing = smoothing
        self.axis = axis


class SparseCategoricalCrossentropy(BuiltInMetric):
    """Crossentropy of integer labels.

    Args:
        name: Name.
        dtype: Dtype of the state; floatx for ``None``.
        from_logits: Whether predictions are logits.
        ignore_class: A label whose samples do not count.
        axis: Axis of the classes.

    >>> round(float(SparseCategoricalCrossentropy()([1, 1], [[0.2, 0.8], [0.2, 0.8]])), 4)
    0.2231
    """

    _direction = "down"

    # As floats, large labels would run into each other.
    _converts_targets = False

    def __init__(
        self,
        name: str | None = "sparse_categorical_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        ignore_class: int | None = None,
        axis: int = -1,
    ) -> None:
        arguments = {"from_logits": from_logits, "ignore_class": ignore_class, "axis": axis}
        super().__init__(sparse_categorical_crossentropy, name, dtype, **arguments)
        self.from_logits = from_logits
        self.ignore_class = ignore_class
        self.axis = axis

    def _mask(self, y_true: Any, y_pred: Any) -> Any:
        mask = super()._mask(y_true, y_pred)
        if self.ignore_class is None:
            return mask
        labels = as_tensor(y_true)
        if len(labels.shape) == len(as_tensor(y_pred).shape):
            labels = ops.squeeze(labels, self.axis)
        counts = counted(labels, self.ignore_class)
        return counts if mask is None else ops.logical_and(mask, counts)
