"""Variables on TensorFlow: `tf.Variable`s, written in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from keras_tf.framework import tf
from keras_tf.tensors import dtype
from polykeras.plugins import VariableSpec


class TensorFlowStore:
    """Variable store whose handles are `tf.Variable`s."""

    in_place = False

    def create(self, spec: VariableSpec, init: Callable[[], Any]) -> Any:
        """Return a variable that holds ``init()``; made outside of any function that is being traced."""
        with tf.init_scope():
            value = init()
            if not isinstance(value, tf.Tensor):
                value = np.asarray(value)
                value = tf.constant(value.astype(dtype(spec.dtype).as_numpy_dtype), dtype(spec.dtype))
            device = "CPU:0" if spec.placement == "host" else None
            with tf.device(device):
                return tf.Variable(
                    tf.cast(value, dtype(spec.dtype)),
                    trainable=spec.trainable,
                    shape=spec.shape,
                    name=spec.path.rpartition("/")[2] or "variable",
                )

    def read(self, handle: Any) -> Any:
        """Return the value as a tensor."""
        return handle.value()

    def write(self, handle: Any, value: Any) -> None:
        """Assign `value`."""
        handle.assign(value, read_value=False)
