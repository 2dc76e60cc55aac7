"""Which metric ``"accuracy"`` and ``"crossentropy"`` mean for targets and predictions of given shapes."""

from __future__ import annotations

from typing import Any

from polykeras.metrics.accuracy import BinaryAccuracy, CategoricalAccuracy, SparseCategoricalAccuracy
from polykeras.metrics.crossentropy import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    SparseCategoricalCrossentropy,
)
from polykeras.metrics.metric import Metric

_ACCURACIES = (BinaryAccuracy, CategoricalAccuracy, SparseCategoricalAccuracy)
_CROSSENTROPIES = (BinaryCrossentropy, CategoricalCrossentropy, SparseCategoricalCrossentropy)


def resolve_accuracy(y_true: Any, y_pred: Any, crossentropy: bool = False) -> type[Metric]:
    """Return the accuracy, or crossentropy, that fits targets and predictions.

    One prediction per sample is a yes or no; targets as wide as the predictions are one-hot; all others are
    labels.

    Args:
        y_true: Targets, or their shape; sizes may be ``None``.
        y_pred: Predictions, or their shape.
        crossentropy: Whether a crossentropy is meant.

    Raises:
        ValueError: If there are no targets.

    >>> resolve_accuracy((None,), (None, 10)).__name__
    'SparseCategoricalAccuracy'
    """
    if y_true is None:
        raise ValueError(
            f'The metric "{"crossentropy" if crossentropy else "accuracy"}" needs something to compare with.\n'
            "Received: no targets.\nAllowed: targets for each output that has metrics.\n"
            "Pass `y`, or leave the metric out."
        )
    binary, categorical, sparse = _CROSSENTROPIES if crossentropy else _ACCURACIES
    true_shape, pred_shape = tuple(getattr(y_true, "shape", y_true)), tuple(getattr(y_pred, "shape", y_pred))
    if len(pred_shape) < 2 or pred_shape[-1] == 1:
        return binary
    if len(true_shape) == len(pred_shape) and true_shape[-1] == pred_shape[-1]:
        return categorical
    return sparse
