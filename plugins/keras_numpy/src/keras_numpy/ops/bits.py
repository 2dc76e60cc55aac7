"""Bits on NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from keras_numpy.ops.kinds import kind
from keras_numpy.tape import constant


def _view(x: Any, dtype: Any = None) -> Any:
    return np.ascontiguousarray(x).reshape(x.shape).view(x.dtype if dtype is None else kind(dtype))


def _signbit(x: Any) -> Any:
    return np.zeros(x.shape, bool) if x.dtype.kind in "bu" else np.signbit(x)


NATIVES: dict[str, Callable[..., Any]] = {
    "bitwise_and": constant(np.bitwise_and),
    "bitwise_left_shift": constant(np.left_shift),
    "bitwise_not": constant(np.bitwise_not),
    "bitwise_or": constant(np.bitwise_or),
    "bitwise_right_shift": constant(np.right_shift),
    "bitwise_xor": constant(np.bitwise_xor),
    "nextafter": constant(np.nextafter),
    "signbit": constant(_signbit),
    "view": constant(_view),
}
