"""Casts and copies on TensorFlow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keras_tf.framework import tf
from keras_tf.ops.kinds import kind, raw


def cast(x: Any, dtype: Any) -> Any:
    """Return `x` in another dtype; complex numbers are true where they are not 0."""
    target = kind(dtype)
    if x.dtype.is_complex:
        return x != 0 if target is tf.bool else tf.cast(x, target)
    return x if x.dtype is target else raw.Cast(x=x, DstT=target)


NATIVES: dict[str, Callable[..., Any]] = {
    "cast": cast,
    "copy": tf.identity,
    "stop_gradient": tf.stop_gradient,
}
