"""Casts and copies on NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from keras_numpy.ops.kinds import as_dtype, kind
from keras_numpy.tape import constant, primitive


def cast(x: Any, dtype: Any) -> Any:
    """Return `x` in another dtype."""
    return as_dtype(x, kind(dtype))


copy = primitive(np.copy, lambda *_: lambda g: g)


NATIVES: dict[str, Callable[..., Any]] = {
    "cast": cast,
    "copy": copy,
    "stop_gradient": constant(np.asarray),
}
