"""Losses of classes: crossentropies of labels, of distributions over classes and of yes or no."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.losses.alignment import same_rank
from polykeras.losses.conversion import as_tensor, compared
from polykeras.losses.wrapper import BuiltInLoss, built_in
from polykeras.ops.losses import binary_crossentropy as _binary
from polykeras.ops.losses import categorical_crossentropy as _categorical
from polykeras.ops.losses import sparse_categorical_crossentropy as _sparse


@built_in
def categorical_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1
) -> Any:
    """Return ``-sum(y_true * log(y_pred))`` along `axis`.

    Args:
        y_true: Probabilities of the classes, one-hot as a rule, in the shape of `y_pred`.
        y_pred: Predicted probabilities or logits, ``(batch, ..., classes)``.
        from_logits: Whether `y_pred` are logits.
        label_smoothing: Part of the probability spread evenly over the classes, in [0, 1].
        axis: Axis of the classes.

    Returns:
        Tensor without `axis`.

    >>> [round(float(x), 4) for x in categorical_crossentropy([[0.0, 1.0]], [[0.2, 0.8]])]
    [0.2231]
    """
    y_true, y_pred = same_rank(*compared(y_true, y_pred))
    if label_smoothing:
        classes = ops.shape(y_pred)[axis]
        y_true = ops.add(ops.multiply(y_true, 1.0 - label_smoothing), label_smoothing / classes)
    return _categorical(y_true, y_pred, from_logits, axis)


@built_in
def sparse_categorical_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, ignore_class: int | None = None, axis: int = -1
) -> Any:
    """Return ``-log(y_pred[y_true])`` along `axis`.

    Args:
        y_true: Labels, integers from 0, in the shape of `y_pred` without `axis` or with size 1 there.
        y_pred: Predicted probabilities or logits, ``(batch, ..., classes)``.
        from_logits: Whether `y_pred` are logits.
        ignore_class: A label whose samples have loss 0.
        axis: Axis of the classes.

    Returns:
        Tensor without `axis`.

    >>> [round(float(x), 4) for x in sparse_categorical_crossentropy([1], [[0.2, 0.8]])]
    [0.2231]
    """
    y_true, y_pred = as_tensor(y_true), as_tensor(y_pred)
    if ignore_class is None:
        return _sparse(y_true, y_pred, from_logits, axis)
    if len(y_true.shape) == len(y_pred.shape):
        y_true = ops.squeeze(y_true, axis)
    counts = counted(y_true, ignore_class)
    values = _sparse(ops.where(counts, y_true, ops.zeros_like(y_true)), y_pred, from_logits, axis)
    return ops.where(counts, values, ops.zeros_like(values))


def counted(y_true: Any, ignore_class: int) -> Any:
    """Return where labels are not `ignore_class`."""
    return ops.not_equal(y_true, ignore_class)


@built_in
def binary_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1
) -> Any:
    """Return the mean along `axis` of ``-y_true * log(y_pred) - (1 - y_true) * log(1 - y_pred)``.

    Args:
        y_true: Labels, 0 or 1, or probabilities, in the shape of `y_pred`.
        y_pred: Predicted probabilities or logits.
        from_logits: Whether `y_pred` are logits.
        label_smoothing: How far labels move to one half, in [0, 1].
        axis: Axis of the mean.

    Returns:
        Tensor without `axis`.

    >>> [round(float(x), 4) for x in binary_crossentropy([[1.0, 0.0]], [[0.5, 0.2]])]
    [0.4581]
    """
    y_true, y_pred = same_rank(*compared(y_true, y_pred))
    if label_smoothing:
        y_true = ops.add(ops.multiply(y_true, 1.0 - label_smoothing), 0.5 * label_smoothing)
    values = _binary(y_true, y_pred, from_logits)
    return ops.mean(values, axis) if len(values.shape) else values


class CategoricalCrossentropy(BuiltInLoss):
    """Crossentropy of distributions over classes.

    Args:
        from_logits: Whether predictions are logits.
        label_smoothing: Part of the probability spread evenly over the classes, in [0, 1].
        axis: Axis of the classes.
        reduction: As in `Loss`.
        name: Name.
        dtype: As in `Loss`.

    >>> round(float(CategoricalCrossentropy()([[0.0, 1.0]], [[0.2, 0.8]])), 4)
    0.2231
    """

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "categorical_crossentropy",
        dtype: Any = None,
    ) -> None:
        smoothing = checked_smoothing(label_smoothing)
        arguments = {"from_logits": from_logits, "label_smoothing": smoothing, "axis": axis}
        super().__init__(categorical_crossentropy, reduction, name, dtype, **arguments)
        self.from_logits = from_logits
        self.label_smoothing = smoothing
        self.axis = axis


class SparseCategoricalCrossentropy(BuiltInLoss):
    """Crossentropy of integer labels.

    Args:
        from_logits: Whether predictions are logits.
        ignore_class: A label whose samples do not count, in means either.
        reduction: As in `Loss`.
        axis: Axis of the classes.
        name: Name.
        dtype: As in `Loss`.

    >>> round(float(SparseCategoricalCrossentropy()([1, 1], [[0.2, 0.8], [0.2, 0.8]])), 4)
    0.2231
    """

    # As floats, large labels would run into each other.
    _converts_targets = False

    def __init__(
        self,
        from_logits: bool = False,
        ignore_class: int | None = None,
        reduction: str | None = "sum_over_batch_size",
        axis: int = -1,
        name: str | None = "sparse_categorical_crossentropy",
        dtype: Any = None,
    ) -> None:
        arguments = {"from_logits": from_logits, "ignore_class": ignore_class, "axis": axis}
        super().__init__(sparse_categorical_crossentropy, reduction, name, dtype, **arguments)
        self.from_logits = from_logits
        self.ignore_class = ignore_class
        self.axis = axis

    def _values(self, y_true: Any, y_pred: Any) -> tuple[Any, Any]:
        values, mask = super()._values(y_true, y_pred)
        if self.ignore_class is None:
            return values, mask
        counts = counted(as_tensor(y_true), self.ignore_class)
        if len(counts.shape) > len(values.shape):
            counts = ops.squeeze(counts, self.axis)
        return values, counts


class BinaryCrossentropy(BuiltInLoss):
    """Crossentropy of yes or no.

    Args:
        from_logits: Whether predictions are logits.
        label_smoothing: How far labels move to one half, in [0, 1].
        axis: Axis of the mean.
        reduction: As in `Loss`.
        name: Name.
        dtype: As in `Loss`.

    >>> round(float(BinaryCrossentropy()([1.0, 0.0], [0.5, 0.2])), 4)
    0.4581
    """

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "binary_crossentropy",
        dtype: Any = None,
    ) -> None:
        smoothing = checked_smoothing(label_smoothing)
        arguments = {"from_logits": from_logits, "label_smoothing": smoothing, "axis": axis}
        super().__init__(binary_crossentropy, reduction, name, dtype, **arguments)
        self.from_logits = from_logits
        self.label_smoothing = smoothing
        self.axis = axis


def checked_smoothing(label_smoothing: float) -> float:
    """Return `label_smoothing`.

    Raises:
        ValueError: If it is outside of [0, 1].
    """
    if 0.0 <= label_smoothing <= 1.0:
        return label_smoothing
    raise ValueError(
        f"Labels cannot be smoothed so.\nReceived: label_smoothing={label_smoothing!r}.\n"
        "Allowed: numbers from 0 to 1.\nPass one of these; 0 leaves the labels as they are."
    )
