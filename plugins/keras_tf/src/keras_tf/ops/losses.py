"""Crossentropies on TensorFlow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keras_tf.framework import tf
from polykeras.backend.config import epsilon
from polykeras.ops.losses import check_labels, check_target


def categorical_crossentropy(target: Any, output: Any, from_logits: bool = False, axis: int = -1) -> Any:
    """Return ``-sum(target * log(p))`` along `axis`."""
    check_target("categorical_crossentropy", target, output)
    if from_logits:
        return -tf.reduce_sum(target * tf.nn.log_softmax(output, axis), axis)
    p = output / tf.reduce_sum(output, axis, keepdims=True)
    return -tf.reduce_sum(target * tf.math.log(_clipped(p)), axis)


def sparse_categorical_crossentropy(target: Any, output: Any, from_logits: bool = False, axis: int = -1) -> Any:
    """Return ``-log(p[target])`` along `axis`; ``nan`` for a label outside of the classes."""
    if target.shape.rank == output.shape.rank and target.shape[axis] == 1:
        target = tf.squeeze(target, axis)
    check_labels(target, output, axis)
    positions = target if target.dtype in {tf.int32, tf.int64} else tf.cast(target, tf.int64)
    classes = output.shape[axis]
    hit = tf.one_hot(positions, classes, True, False, axis, tf.bool)
    scores = tf.nn.log_softmax(output, axis) if from_logits else output
    chosen = tf.reduce_sum(tf.where(hit, scores, tf.zeros_like(scores)), axis)
    inside = (positions >= 0) & (positions < classes)
    chosen = tf.where(inside, chosen, tf.constant(float("nan"), chosen.dtype))
    if from_logits:
        return -chosen
    return -tf.math.log(_clipped(chosen / tf.reduce_sum(output, axis)))


def binary_crossentropy(target: Any, output: Any, from_logits: bool = False) -> Any:
    """Return the crossentropy of two outcomes, element by element."""
    check_target("binary_crossentropy", target, output)
    if from_logits:
        return tf.nn.sigmoid_cross_entropy_with_logits(target, output)
    p = _clipped(output)
    return -(target * tf.math.log(p) + (1.0 - target) * tf.math.log(1.0 - p))


def _clipped(p: Any) -> Any:
    return tf.clip_by_value(p, epsilon(), 1.0 - epsilon())


NATIVES: dict[str, Callable[..., Any]] = {
    "binary_crossentropy": binary_crossentropy,
    "categorical_crossentropy": categorical_crossentropy,
    "sparse_categorical_crossentropy": sparse_categorical_crossentropy,
}
