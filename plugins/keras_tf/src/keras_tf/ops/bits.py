"""Bits on TensorFlow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keras_tf.framework import tf
from keras_tf.ops.kinds import kind


def view(x: Any, dtype: Any = None) -> Any:
    """Return the bits as another dtype; TensorFlow gives and takes those of one wider element along an axis."""
    target = x.dtype if dtype is None else kind(dtype)
    if x.dtype is tf.bool:
        x = tf.cast(x, tf.uint8)
    stored = tf.uint8 if target is tf.bool else target
    own, other = x.dtype.size, stored.size
    if other > own:
        x = tf.reshape(x, tf.concat([tf.shape(x)[:-1], [-1, other // own]], 0))
    y = tf.bitcast(tf.stop_gradient(x), stored)
    if other < own:
        y = tf.reshape(y, tf.concat([tf.shape(x)[:-1], [x.shape[-1] * (own // other)]], 0))
    return y != 0 if target is tf.bool else y


NATIVES: dict[str, Callable[..., Any]] = {
    "view": view,
}
