"""Exponentials, logarithms and roots on TensorFlow."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from keras_tf.framework import tf


def log2(x: Any) -> Any:
    """Return the logarithm to base 2."""
    return tf.math.log(x) * tf.constant(1.0 / math.log(2.0), x.dtype)


def log10(x: Any) -> Any:
    """Return the logarithm to base 10."""
    return tf.math.log(x) * tf.constant(1.0 / math.log(10.0), x.dtype)


NATIVES: dict[str, Callable[..., Any]] = {
    "exp": tf.exp,
    "expm1": tf.math.expm1,
    "log": tf.math.log,
    "log10": log10,
    "log1p": tf.math.log1p,
    "log2": log2,
    "rsqrt": tf.math.rsqrt,
    "sqrt": tf.sqrt,
}
