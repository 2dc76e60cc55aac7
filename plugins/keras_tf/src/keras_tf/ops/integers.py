"""Divisors and multiples on TensorFlow, which has none of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keras_tf.framework import tf
from keras_tf.ops.kinds import NARROW_INTEGERS, UNSIGNED, through


def _gcd(x1: Any, x2: Any) -> Any:
    """Return the greatest common divisor by Euclid's algorithm: ``gcd(a, b) = gcd(b, a mod b)``."""
    if not x1.dtype.is_integer:
        raise TypeError(f"No divisors of dtype {x1.dtype.name}.")
    shape = tf.broadcast_dynamic_shape(tf.shape(x1), tf.shape(x2))
    first, second = tf.broadcast_to(x1, shape), tf.broadcast_to(x2, shape)
    if x1.dtype not in UNSIGNED:
        first, second = tf.abs(first), tf.abs(second)

    def step(a: Any, b: Any) -> tuple[Any, Any]:
        done = b == 0
        rest = tf.math.floormod(a, tf.where(done, tf.ones_like(b), b))
        return tf.where(done, a, b), tf.where(done, b, rest)

    return tf.while_loop(lambda _, b: tf.reduce_any(b != 0), step, (first, second))[0]


gcd = through(tf.int64, NARROW_INTEGERS - {tf.uint64}, _gcd, 2)

NATIVES: dict[str, Callable[..., Any]] = {
    "gcd": gcd,
}
