"""Exponentials, logarithms and roots on NumPy, each function beside what pulls a gradient back through it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from keras_numpy.ops.arithmetic import divide, divide_no_nan, exp, log, sqrt, unary
from keras_numpy.tape import primitive

_LN2 = math.log(2.0)
_LN10 = math.log(10.0)


def _rsqrt(x: Any) -> Any:
    return np.reciprocal(np.sqrt(x)).astype(x.dtype, copy=False)


expm1 = unary(np.expm1, lambda y, _: y + 1)
log1p = primitive(np.log1p, lambda _, x: lambda g: divide(g, x + 1))
log2 = primitive(np.log2, lambda _, x: lambda g: divide(g, x * _LN2))
log10 = primitive(np.log10, lambda _, x: lambda g: divide(g, x * _LN10))
rsqrt = unary(_rsqrt, lambda y, x: divide(y, x) * -0.5)

exp2 = unary(np.exp2, lambda y, _: y * _LN2)
cbrt = unary(np.cbrt, lambda y, x: divide_no_nan(y, x * 3))


NATIVES: dict[str, Callable[..., Any]] = {
    "cbrt": cbrt,
    "exp": exp,
    "exp2": exp2,
    "expm1": expm1,
    "log": log,
    "log10": log10,
    "log1p": log1p,
    "log2": log2,
    "rsqrt": rsqrt,
    "sqrt": sqrt,
}
