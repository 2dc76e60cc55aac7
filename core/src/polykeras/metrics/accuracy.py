"""How often predictions are right.

Each function returns one value per prediction, 1.0 where it is right and 0.0 where it is not; the metrics
count without that conversion. A tie between classes goes to the first of them.
"""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.backend import config
from polykeras.losses.alignment import same_rank
from polykeras.losses.conversion import as_tensor, compared, tensor_dtype
from polykeras.losses.wrapper import built_in
from polykeras.metrics.reduction_metrics import BuiltInMetric


def accuracy(y_true: Any, y_pred: Any) -> Any:
    """Return where targets and predictions are equal, element by element.

    Args:
        y_true: Targets.
        y_pred: Predictions of the same shape.

    Returns:
        Tensor of the same shape, of floats.
    """
    return _as_floats(_equal(y_true, y_pred), y_pred)


def _equal(y_true: Any, y_pred: Any) -> Any:
    y_true, y_pred = same_rank(*compared(y_true, y_pred))
    return ops.equal(y_true, y_pred)


@built_in
def binary_accuracy(y_true: Any, y_pred: Any, threshold: float = 0.5) -> Any:
    """Return where ``y_pred > threshold`` says what `y_true` does, element by element.

    Args:
        y_true: Labels, 0 or 1.
        y_pred: Predicted probabilities of the same shape.
        threshold: Above it a prediction is a 1.

    Returns:
        Tensor of the same shape, of floats.

    >>> [float(x) for x in binary_accuracy([1, 1, 0], [0.9, 0.2, 0.4])]
    [1.0, 0.0, 1.0]
    """
    return _as_floats(_binary(y_true, y_pred, threshold), y_pred)


def _binary(y_true: Any, y_pred: Any, threshold: float = 0.5) -> Any:
    y_true, y_pred = same_rank(*compared(y_true, y_pred))
    return ops.equal(y_true, ops.cast(ops.greater(y_pred, threshold), tensor_dtype(y_true)))


@built_in
def categorical_accuracy(y_true: Any, y_pred: Any) -> Any:
    """Return where the likeliest class is that of a one-hot target.

    Args:
        y_true: One-hot targets of shape ``(batch, ..., classes)``.
        y_pred: Predicted probabilities or logits of the same shape.

    Returns:
        Tensor of shape ``(batch, ...)``, of floats.

    >>> [float(x) for x in categorical_accuracy([[0, 1], [1, 0]], [[0.2, 0.8], [0.2, 0.8]])]
    [1.0, 0.0]
    """
    return _as_floats(_categorical(y_true, y_pred), y_pred)


def _categorical(y_true: Any, y_pred: Any) -> Any:
    return ops.equal(ops.argmax(as_tensor(y_true), -1), ops.argmax(as_tensor(y_pred), -1))


@built_in
def sparse_categorical_accuracy(y_true: Any, y_pred: Any) -> Any:
    """Return where the likeliest class is the label.

    Args:
        y_true: Labels of shape ``(batch, ...)`` or ``(batch, ..., 1)``.
        y_pred: Predicted probabilities or logits of shape ``(batch, ..., classes)``.

    Returns:
        Tensor of shape ``(batch, ...)``, of floats.

    >>> [float(x) for x in sparse_categorical_accuracy([1, 0], [[0.2, 0.8], [0.2, 0.8]])]
    [1.0, 0.0]
    """
    return _as_floats(_sparse(y_true, y_pred), y_pred)


def _sparse(y_true: Any, y_pred: Any) -> Any:
    y_true, y_pred = _labels(y_true, y_pred)
    # Labels of the dtype of `argmax` need no promotion, which costs more than this cast.
    return ops.equal(ops.cast(y_true, "int32"), ops.argmax(y_pred, -1))


def _labels(y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    """Return labels without an axis of their own beside predictions."""
    y_true, y_pred = as_tensor(y_true), as_tensor(y_pred)
    if len(y_true.shape) == len(y_pred.shape) and y_true.shape[-1] == 1:
        y_true = ops.squeeze(y_true, -1)
    return y_true, y_pred


@built_in
def top_k_categorical_accuracy(y_true: Any, y_pred: Any, k: int = 5) -> Any:
    """Return where the class of a one-hot target is among the `k` likeliest.

    Args:
        y_true: One-hot targets of shape ``(batch, ..., classes)``.
        y_pred: Predicted probabilities or logits of the same shape.
        k: Number of classes that count.

    Returns:
        Tensor of shape ``(batch, ...)``, of floats.
    """
    return _as_floats(_top_k(y_true, y_pred, k), y_pred)


def _top_k(y_true: Any, y_pred: Any, k: int = 5) -> Any:
    return _among(ops.argmax(as_tensor(y_true), -1), as_tensor(y_pred), k)


@built_in
def sparse_top_k_categorical_accuracy(y_true: Any, y_pred: Any, k: int = 5, from_sorted_ids: bool = False) -> Any:
    """Return where the label is among the `k` likeliest classes.

    Args:
        y_true: Labels of shape ``(batch, ...)``.
        y_pred: Predicted probabilities or logits of shape ``(batch, ..., classes)``; with `from_sorted_ids`,
            labels in order of decreasing likelihood.
        k: Number of classes that count.
        from_sorted_ids: Whether predictions are labels.

    Returns:
        Tensor in the shape of `y_true`, of floats.
    """
    return ops.reshape(_as_floats(_sparse_top_k(y_true, y_pred, k, from_sorted_ids), y_pred), ops.shape(y_true))


def _sparse_top_k(y_true: Any, y_pred: Any, k: int = 5, from_sorted_ids: bool = False) -> Any:
    y_true, y_pred = _labels(y_true, y_pred)
    if not from_sorted_ids:
        return _among(y_true, y_pred, k)
    return ops.any(ops.equal(ops.expand_dims(y_true, -1), y_pred[..., :k]), -1)


def _among(labels: Any, y_pred: Any, k: int) -> Any:
    shape, classes = ops.shape(y_pred)[:-1], ops.shape(y_pred)[-1]
    labels = ops.reshape(ops.cast(labels, "int32"), (-1,))
    return ops.reshape(ops.in_top_k(labels, ops.reshape(y_pred, (-1, classes)), k), shape)


def _as_floats(right: Any, y_pred: Any) -> Any:
    own = tensor_dtype(y_pred)
    return ops.cast(right, own if own is not None and "float" in own else config.floatx())


class _Count(BuiltInMetric):
    """A metric that counts where a function of `_right` is true."""

    _converts_targets = False
    _direction = "up"
    _right: Any = None

    def _values(self, y_true: Any, y_pred: Any) -> Any:
        return type(self)._right(y_true, y_pred, **self._fn_kwargs)


class Accuracy(_Count):
    """How often predictions equal targets.

    Args:
        name: Name.
        dtype: Dtype of the state; floatx for ``None``.

    >>> float(Accuracy()([1, 2, 3, 4], [0, 2, 3, 4]))
    0.75
    """

    _right = staticmethod(_equal)

    def __init__(self, name: str | None = "accuracy", dtype: Any = None) -> None:
        super().__init__(accuracy, name, dtype)


class BinaryAccuracy(_Count):
    """How often predictions match labels of 0 and 1.

    Args:
        name: Name.
        dtype: Dtype of the state; floatx for ``None``.
        threshold: Above it a prediction is a 1, in [0, 1].

    Raises:
        ValueError: If the threshold is outside of [0, 1].

    >>> float(BinaryAccuracy()([1, 1, 0, 0], [0.9, 0.8, 0.1, 0.7]))
    0.75
    """

    _right = staticmethod(_binary)

    def __init__(self, name: str | None = "binary_accuracy", dtype: Any = None, threshold: float = 0.5) -> None:
        if threshold is not None and not 0 <= threshold <= 1:
            raise ValueError(
                f"{type(self).__name__} cannot tell 0 from 1 so.\nReceived: threshold={threshold!r}.\n"
                "Allowed: numbers from 0 to 1.\nPass one of these; predictions above it count as 1."
            )
        super().__init__(binary_accuracy, name, dtype, threshold=threshold)
        self.threshold = threshold


class CategoricalAccuracy(_Count):
    """How often the likeliest class is that of a one-hot target.

    Args:
        name: Name.
        dtype: Dtype of the state; floatx for ``None``.

    >>> float(CategoricalAccuracy()([[0, 1], [1, 0]], [[0.2, 0.8], [0.2, 0.8]]))
    0.5
    """

    _right = staticmethod(_categorical)

    def __init__(self, name: str | None = "categorical_accuracy", dtype: Any = None) -> None:
        super().__init__(categorical_accuracy, name, dtype)


class SparseCategoricalAccuracy(_Count):
    """How often the likeliest class is the label.

    Args:
        name: Name.
        dtype: Dtype of the state; floatx for ``None``.

    >>> float(SparseCategoricalAccuracy()([1, 0], [[0.2, 0.8], [0.2, 0.8]]))
    0.5
    """

    _right = staticmethod(_sparse)

    def __init__(self, name: str | None = "sparse_categorical_accuracy", dtype: Any = None) -> None:
        super().__init__(sparse_categorical_accuracy, name, dtype)


class TopKCategoricalAccuracy(_Count):
    """How often the class of a one-hot target is among the `k` likeliest.

    Args:
        k: Number of classes that count.
        name: Name.
        dtype: Dtype of the state; floatx for ``None``.

    >>> float(TopKCategoricalAccuracy(k=1)([[0, 1], [1, 0]], [[0.2, 0.8], [0.2, 0.8]]))
    0.5
    """

    _right = staticmethod(_top_k)

    def __init__(self, k: int = 5, name: str | None = "top_k_categorical_accuracy", dtype: Any = None) -> None:
        super().__init__(top_k_categorical_accuracy, name, dtype, k=k)
        self.k = k


class SparseTopKCategoricalAccuracy(_Count):
    """How often the label is among the `k` likeliest classes.

    Args:
        k: Number of classes that count.
        name: Name.
        dtype: Dtype of the state; floatx for ``None``.
        from_sorted_ids: Whether predictions are labels in order of decreasing likelihood.

    >>> float(SparseTopKCategoricalAccuracy(k=1)([1, 0], [[0.2, 0.8], [0.2, 0.8]]))
    0.5
    """

    _right = staticmethod(_sparse_top_k)

    def __init__(
        self,
        k: int = 5,
        name: str | None = "sparse_top_k_categorical_accuracy",
        dtype: Any = None,
        from_sorted_ids: bool = False,
    ) -> None:
        super().__init__(sparse_top_k_categorical_accuracy, name, dtype, k=k, from_sorted_ids=from_sorted_ids)
        self.k = k
        self.from_sorted_ids = from_sorted_ids
