"""Nonlinear functions on TensorFlow: its own kernels where it has one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keras_tf.framework import tf
from keras_tf.ops.kinds import UNSIGNED, kind


def relu(x: Any) -> Any:
    """Return ``max(x, 0)``."""
    return x if x.dtype in UNSIGNED or x.dtype is tf.bool else tf.nn.relu(x)


def elu(x: Any, alpha: float = 1.0) -> Any:
    """Return `x`, and ``alpha * (exp(x) - 1)`` below 0."""
    y = tf.nn.elu(x)
    return y if alpha == 1.0 else tf.where(x > 0, y, alpha * y)


def softmax(x: Any, axis: Any = -1) -> Any:
    """Return probabilities along `axis`."""
    return tf.nn.softmax(x, axis) if type(axis) is int else _over_axes(tf.nn.softmax, x, axis)


def log_softmax(x: Any, axis: Any = -1) -> Any:
    """Return logarithms of probabilities along `axis`."""
    return tf.nn.log_softmax(x, axis) if type(axis) is int else _over_axes(tf.nn.log_softmax, x, axis)


def _over_axes(function: Callable[[Any, int], Any], x: Any, axis: Any) -> Any:
    """Apply a function of one axis to several taken as one."""
    rank = x.shape.rank
    axes = list(range(rank)) if axis is None else sorted(range(rank)[one] for one in axis)
    order = [one for one in range(rank) if one not in axes] + axes
    moved = tf.transpose(x, order)
    shape = tf.shape(moved)
    flat = tf.reshape(moved, tf.concat([shape[: rank - len(axes)], [-1 if axes else 1]], 0))
    back = sorted(range(rank), key=order.__getitem__)
    return tf.transpose(tf.reshape(function(flat, -1), shape), back)


def one_hot(x: Any, num_classes: int, axis: int = -1, dtype: Any = None, sparse: bool = False) -> Any:
    """Return codes; an index outside of the classes gives zeros."""
    del sparse
    positions = x if x.dtype in {tf.uint8, tf.int8, tf.int32, tf.int64} else tf.cast(x, tf.int64)
    target = kind(dtype)
    return (
        tf.one_hot(positions, num_classes, True, False, axis, tf.bool)
        if target is tf.bool
        else tf.one_hot(positions, num_classes, axis=axis, dtype=target)
    )


NATIVES: dict[str, Callable[..., Any]] = {
    "elu": elu,
    "log_sigmoid": tf.math.log_sigmoid,
    "log_softmax": log_softmax,
    "one_hot": one_hot,
    "relu": relu,
    "relu6": tf.nn.relu6,
    "selu": tf.nn.selu,
    "sigmoid": tf.sigmoid,
    "silu": tf.nn.silu,
    "softmax": softmax,
    "softplus": tf.math.softplus,
    "softsign": tf.nn.softsign,
}
