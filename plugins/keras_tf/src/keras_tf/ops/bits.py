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


def _bits(function: Callable[..., Any], of_truth: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a function of bits; booleans have one."""
    return lambda *xs: of_truth(*xs) if xs[0].dtype is tf.bool else function(*xs)


NATIVES: dict[str, Callable[..., Any]] = {
    "bitwise_and": _bits(tf.bitwise.bitwise_and, tf.logical_and),
    "bitwise_left_shift": tf.bitwise.left_shift,
    "bitwise_not": _bits(tf.bitwise.invert, tf.logical_not),
    "bitwise_or": _bits(tf.bitwise.bitwise_or, tf.logical_or),
    "bitwise_right_shift": tf.bitwise.right_shift,
    "bitwise_xor": _bits(tf.bitwise.bitwise_xor, tf.math.logical_xor),
    "view": view,
}
