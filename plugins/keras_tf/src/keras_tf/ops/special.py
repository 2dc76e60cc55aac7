"""Special functions on TensorFlow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keras_tf.framework import tf

NATIVES: dict[str, Callable[..., Any]] = {
    "erf": tf.math.erf,
}
