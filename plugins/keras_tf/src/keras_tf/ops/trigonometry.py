"""Trigonometric and hyperbolic functions on TensorFlow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keras_tf.framework import tf
from keras_tf.ops.kinds import in_float

NATIVES: dict[str, Callable[..., Any]] = {
    "arccos": in_float(tf.acos),
    "arccosh": in_float(tf.acosh),
    "arcsin": in_float(tf.asin),
    "arcsinh": in_float(tf.asinh),
    "arctan": in_float(tf.atan),
    "arctan2": in_float(tf.atan2, 2),
    "arctanh": in_float(tf.atanh),
    "cos": tf.cos,
    "cosh": in_float(tf.cosh),
    "sin": tf.sin,
    "sinh": in_float(tf.sinh),
    "tan": in_float(tf.tan),
    "tanh": tf.tanh,
}
