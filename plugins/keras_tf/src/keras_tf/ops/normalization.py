"""Normalisation on TensorFlow: plain formulas, which XLA fuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keras_tf.framework import tf
from keras_tf.ops.kinds import NARROW_FLOATS
from polykeras.ops.types import Axis


def moments(x: Any, axes: Axis, keepdims: bool = False, synchronized: bool = False) -> tuple[Any, Any]:
    """Return mean and variance over `axes`."""
    del synchronized
    wide = tf.cast(x, tf.float32) if x.dtype in NARROW_FLOATS else x
    mean = tf.reduce_mean(wide, axes, keepdims=True)
    variance = tf.reduce_mean(tf.square(wide - mean), axes, keepdims=keepdims)
    if not keepdims:
        mean = tf.squeeze(mean, list(range(x.shape.rank)) if axes is None else axes) if axes != () else mean
    return tf.cast(mean, x.dtype), tf.cast(variance, x.dtype)


NATIVES: dict[str, Callable[..., Any]] = {"moments": moments}
