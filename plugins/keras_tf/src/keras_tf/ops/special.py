"""Special functions on TensorFlow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keras_tf.framework import tf
from keras_tf.ops.kinds import in_float


def gammainc(a: Any, x: Any) -> Any:
    """Return the regularized lower incomplete gamma function; `a` is a constant."""
    return tf.math.igamma(tf.stop_gradient(a), x)


NATIVES: dict[str, Callable[..., Any]] = {
    "erf": tf.math.erf,
    "erfc": in_float(tf.math.erfc),
    "erfinv": in_float(tf.math.erfinv),
    "gammainc": in_float(gammainc, 2),
    "i0": in_float(tf.math.bessel_i0),
}
