"""Crossentropies, one value per sample.

From probabilities, these are first divided by their sum along `axis` (not in the binary case) and clipped
to ``[epsilon, 1 - epsilon]`` with the configured epsilon, as in Keras; outside of it the gradient is 0.
From logits nothing is clipped. Labels outside of the classes raise where the backend can see them without
waiting for a device, and give ``nan`` elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from polykeras.backend.config import epsilon
from polykeras.ops.arithmetic import clip
from polykeras.ops.casting import cast as cast_to
from polykeras.ops.conversion import ndim, shape
from polykeras.ops.dims import Size, agree, as_shape, known
from polykeras.ops.dispatch import derived
from polykeras.ops.exponential import log
from polykeras.ops.indexing import take_along_axis
from polykeras.ops.manipulation import expand_dims, squeeze
from polykeras.ops.nonlinear import log_softmax, softplus
from polykeras.ops.reduce import sum as sum_of
from polykeras.ops.rule_error import RuleError
from polykeras.ops.shape_rules.spec import axis_index
from polykeras.ops.types import Tensor, TensorLike


@derived(to_float=True)
def categorical_crossentropy(
    target: TensorLike, output: TensorLike, from_logits: bool = False, axis: int = -1
) -> Tensor:
    """Return ``-sum(target * log(p))`` along `axis`.

    Args:
        target: Probabilities of the classes, in the shape of `output`.
        output: Predicted probabilities, or logits, of shape ``(..., classes, ...)``.
        from_logits: Whether `output` are logits: ``p = softmax(output)``.
        axis: Axis of the classes.

    Returns:
        Tensor of the shape of `output` without `axis`.
    """
    check_target("categorical_crossentropy", target, output)
    return -sum_of(target * _log_probabilities(output, axis, from_logits=from_logits), axis)


@derived(promote=("output",), to_float=True)
def sparse_categorical_crossentropy(
    target: TensorLike, output: TensorLike, from_logits: bool = False, axis: int = -1
) -> Tensor:
    """Return ``-log(p[target])`` along `axis`.

    Args:
        target: Integer labels, in the shape of `output` without `axis`, or with size 1 there.
        output: Predicted probabilities, or logits, of shape ``(..., classes, ...)``.
        from_logits: Whether `output` are logits: ``p = softmax(output)``.
        axis: Axis of the classes.

    Returns:
        Tensor of the shape of `output` without `axis`.
    """
    axis = axis_index(axis, ndim(output))
    if ndim(target) == ndim(output) and (not known(size := shape(target)[axis]) or size == 1):
        target = squeeze(target, axis)
    check_labels(target, output, axis)
    index = expand_dims(cast_to(target, "int32"), axis)
    if from_logits:
        return -squeeze(take_along_axis(log_softmax(output, axis), index, axis), axis)
    # Clipping only what is looked up gives the same values for less work.
    chosen = squeeze(take_along_axis(output, index, axis), axis) / sum_of(output, axis)
    return -log(clip(chosen, epsilon(), 1.0 - epsilon()))


@derived(to_float=True)
def binary_crossentropy(target: TensorLike, output: TensorLike, from_logits: bool = False) -> Tensor:
    """Return ``-target * log(p) - (1 - target) * log(1 - p)``, element by element.

    Args:
        target: Probabilities, in the shape of `output`.
        output: Predicted probabilities, or logits.
        from_logits: Whether `output` are logits: ``p = sigmoid(output)``.

    Returns:
        Tensor of the shape of `output`.
    """
    check_target("binary_crossentropy", target, output)
    if from_logits:
        return softplus(output) - target * output
    p = clip(output, epsilon(), 1.0 - epsilon())
    return -(target * log(p) + (1.0 - target) * log(1.0 - p))


def _log_probabilities(output: Tensor, axis: int, *, from_logits: bool) -> Tensor:
    if from_logits:
        return log_softmax(output, axis)
    p = output / sum_of(output, axis, keepdims=True)
    return log(clip(p, epsilon(), 1.0 - epsilon()))


def check_target(op: str, target: Tensor, output: Tensor) -> None:
    """Refuse a target whose shape is not that of the output; backends call this from their natives.

    Args:
        op: Name of the op, for the message.
        target: Tensor.
        output: Tensor.

    Raises:
        ShapeError: If the shapes differ.
    """
    wanted, received = shape(output), shape(target)
    if wanted != received:
        _compare(
            op,
            received,
            wanted,
            "the shape of the output",
            "Reshape the target; for integer labels see `sparse_categorical_crossentropy`.",
        )


def check_labels(labels: Tensor, output: Tensor, axis: int) -> None:
    """Refuse labels whose shape is not that of the output without `axis`.

    Args:
        labels: Tensor.
        output: Tensor.
        axis: Axis of the classes.

    Raises:
        ShapeError: If the shapes differ.
    """
    sizes = list(shape(output))
    del sizes[axis]
    if tuple(sizes) != shape(labels):
        _compare(
            "sparse_categorical_crossentropy",
            shape(labels),
            tuple(sizes),
            "the shape of the output without the axis of classes, or with size 1 there",
            "Give one integer per sample; for one-hot targets see `categorical_crossentropy`.",
        )


def _compare(op: str, received: Sequence[Size], wanted: Sequence[Size], allowed: str, hint: str) -> None:
    error = RuleError(
        "cannot compare its target with its output",
        f"a target of shape {as_shape(received)} where {as_shape(wanted)} is due",
        allowed,
        hint,
    )
    error.op = op
    if len(received) != len(wanted):
        raise error
    try:
        for a, b in zip(received, wanted, strict=True):
            agree(a, b)
    except RuleError:
        raise error from None
