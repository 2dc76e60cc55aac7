"""Nonlinear functions on NumPy: those that models spend their time in, and those whose gradient at 0 is agreed upon."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from keras_numpy.ops.arithmetic import multiply
from keras_numpy.ops.kinds import kind
from keras_numpy.tape import constant, primitive


def _relu(x: Any) -> Any:
    return x if x.dtype == bool else np.maximum(x, np.zeros((), x.dtype))


def _sigmoid(x: Any) -> Any:
    if x.dtype.kind == "c":
        return 1 / (1 + np.exp(-x))
    # Of the two forms of the function each side takes the one that cannot overflow.
    wide = x.astype(np.float32) if x.dtype.itemsize < 4 else x
    small = np.exp(-np.abs(wide))
    return (np.where(wide < 0, small, np.ones((), small.dtype)) / (1 + small)).astype(x.dtype)


relu = primitive(_relu, lambda y, _: lambda g: multiply(g, (y > 0).astype(g.dtype)))
sigmoid = primitive(_sigmoid, lambda y, _: lambda g: multiply(g, multiply(y, 1 - y)))


def _one_hot(x: Any, num_classes: int, axis: int = -1, dtype: Any = None, sparse: bool = False) -> Any:
    del sparse
    place = range(x.ndim + 1)[axis]
    classes = np.arange(num_classes).reshape((-1,) + (1,) * (x.ndim - place))
    return (np.expand_dims(x, place) == classes).astype(kind(dtype))


NATIVES: dict[str, Callable[..., Any]] = {"one_hot": constant(_one_hot), "relu": relu, "sigmoid": sigmoid}
