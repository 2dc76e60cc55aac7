"""TensorFlow's tensors as core sees them: types, dtypes, conversion, placement."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from keras_tf.framework import tf
from polykeras import tree
from polykeras.plugins import Device

_NUMBERS = (float, int)
_FLOATS = ("bfloat16", "float16", "float32", "float64")


def dtype(name: str) -> Any:
    """Return the `tf.DType` called `name`."""
    return tf.dtypes.as_dtype(name)


def _graph_type() -> type:
    """Return the exact type of tensors inside a traced function."""
    types: list[type] = []
    with tf.Graph().as_default():
        types.append(type(tf.constant(0)))
    return types[0]


class TensorFlowTensors:
    """Tensor provider for `tf.Tensor`, eager and traced."""

    types: frozenset[type] = frozenset({type(tf.constant(0)), _graph_type()})
    float_dtypes: frozenset[Any] = frozenset(dtype(name) for name in _FLOATS)

    def is_tensor(self, x: object) -> bool:
        """Return whether `x` is a tensor of TensorFlow; its variables are none."""
        return isinstance(x, tf.Tensor)

    def dtype_name(self, x: Any) -> str:
        """Return the dtype's name."""
        return str(x.dtype.name)

    def canonical_dtype(self, name: str) -> str:
        """Return `name`: TensorFlow stores every dtype as it is."""
        return name

    def from_host(self, value: Any, dtype: str) -> Any:
        """Return a tensor of `dtype` that shares no memory with `value`, a NumPy array or a scalar."""
        target = _dtype(dtype)
        if type(value) not in _NUMBERS or target is tf.bool:
            # TensorFlow refuses to narrow an array; one that fits it copies itself.
            value = np.asarray(value, dtype=target.as_numpy_dtype)
        return tf.constant(value, dtype=target)

    def to_host(self, x: Any) -> np.ndarray:
        """Return the values, waiting for them."""
        array: np.ndarray = np.asarray(x.numpy())
        return array

    def place(self, batch: Any) -> Any:
        """Start moving a batch to the device; on the CPU an aligned array may share its memory."""
        return tree.map_structure(_placed, batch)

    def wait(self, structure: Any) -> None:
        """Block until every tensor in `structure` is computed."""
        for leaf in tree.flatten(structure):
            if isinstance(leaf, tf.Tensor):
                leaf.numpy()

    def devices(self) -> list[Device]:
        """Return the devices of this process, accelerators first."""
        found = [
            Device(f"{device.device_type.lower()}:{device.name.rpartition(':')[2]}", device.device_type)
            for device in tf.config.list_logical_devices()
        ]
        return sorted(found, key=lambda device: device.name.startswith("cpu"))

    def on_device(self, name: str) -> AbstractContextManager[Any]:
        """Return a block in which tensors are placed on the device called `name`."""
        scope: AbstractContextManager[Any] = tf.device(name)
        return scope

    def precision_scope(self, dtypes: frozenset[str]) -> Callable[[], AbstractContextManager[Any]] | None:
        """Return ``None``: every precision is always on."""
        del dtypes
        return None


_dtype = dtype


def _placed(leaf: Any) -> Any:
    return tf.convert_to_tensor(leaf) if isinstance(leaf, np.ndarray) else leaf
