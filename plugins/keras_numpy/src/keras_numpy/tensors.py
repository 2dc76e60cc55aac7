"""NumPy arrays as core sees them: types, dtypes, conversion; there is nowhere to place them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import ml_dtypes
import numpy as np

from keras_numpy.array import Tensor, tensor
from keras_numpy.tape import Traced, value_of
from polykeras import tree
from polykeras.plugins import Device

_EXTENDED = ("bfloat16", "float8_e4m3fn", "float8_e5m2")
_FLOATS = ("bfloat16", "float16", "float32", "float64")


def dtype(name: str) -> np.dtype:
    """Return the NumPy dtype object called `name`."""
    return np.dtype(getattr(ml_dtypes, name)) if name in _EXTENDED else np.dtype(name)


class NumpyTensors:
    """Tensor provider for `numpy.ndarray`, and for what stands for one while a gradient is taken."""

    types: frozenset[type] = frozenset({Tensor, Traced})
    float_dtypes: frozenset[Any] = frozenset(dtype(name) for name in _FLOATS)

    def is_tensor(self, x: object) -> bool:
        """Return whether `x` is a `Tensor` or a traced one; NumPy's own arrays are data."""
        return isinstance(x, (Tensor, Traced))

    def dtype_name(self, x: Any) -> str:
        """Return the dtype's name."""
        return str(x.dtype.name)

    def canonical_dtype(self, name: str) -> str:
        """Return `name`: NumPy stores every dtype as it is."""
        return name

    def from_host(self, value: Any, dtype: str) -> Tensor:
        """Return a tensor of `dtype` that shares no memory with `value`, an array or a scalar."""
        result: Tensor = tensor(np.array(value, dtype=_dtype(dtype), copy=True))
        return result

    def to_host(self, x: Any) -> np.ndarray:
        """Return the values; later changes of them reach no tensor."""
        return np.array(value_of(x))

    def place(self, batch: Any) -> Any:
        """Return the batch as tensors that look at its arrays: there is no device to move them to."""
        return tree.map_structure(lambda leaf: tensor(leaf) if isinstance(leaf, np.ndarray) else leaf, batch)

    def wait(self, structure: Any) -> None:
        """Return at once: nothing runs behind the caller's back."""
        del structure

    def devices(self) -> list[Device]:
        """Return the host's processor."""
        return [Device("cpu:0", "cpu")]

    def precision_scope(self, dtypes: frozenset[str]) -> Callable[[], AbstractContextManager[Any]] | None:
        """Return ``None``: every precision is always on."""
        del dtypes
        return None


_dtype = dtype
