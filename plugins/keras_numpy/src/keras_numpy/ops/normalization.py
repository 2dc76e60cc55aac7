"""Normalisation on NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keras_numpy.ops.arithmetic import square, subtract
from keras_numpy.ops.kinds import back, widened
from keras_numpy.ops.manipulation import reshape
from keras_numpy.ops.reduce import mean
from polykeras.ops.types import Axis


def moments(x: Any, axes: Axis, keepdims: bool = False, synchronized: bool = False) -> tuple[Any, Any]:
    """Return mean and variance over `axes`."""
    del synchronized
    wide = widened(x)
    center = mean(wide, axes, True)
    variance = mean(square(subtract(wide, center)), axes, keepdims)
    return back(reshape(center, variance.shape), x.dtype), back(variance, x.dtype)


NATIVES: dict[str, Callable[..., Any]] = {"moments": moments}
