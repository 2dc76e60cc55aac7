"""Special functions on NumPy, each function beside what pulls a gradient back through it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

from keras_numpy.ops.arithmetic import binary, exp, multiply, negative, square, unary
from keras_numpy.ops.kinds import in_float32
from keras_numpy.tape import value_of

erf = unary(in_float32(special.erf), lambda _, x: exp(negative(square(x))) * (2.0 / math.sqrt(math.pi)))

erfc = unary(in_float32(special.erfc), lambda _, x: exp(negative(square(x))) * (-2.0 / math.sqrt(math.pi)))
erfinv = unary(in_float32(special.erfinv), lambda y, _: exp(square(y)) * (math.sqrt(math.pi) / 2.0))


def _slope_of_i1(x: Any) -> Any:
    return (special.i0(x) + special.iv(2, x)) / 2


_i1 = unary(in_float32(special.i1), lambda _, x: in_float32(_slope_of_i1)(value_of(x)))
i0 = unary(in_float32(special.i0), lambda _, x: _i1(x))


def _density(a: Any, x: Any) -> Any:
    """Return the density of the gamma distribution, which is the slope of its integral."""
    return np.exp(special.xlogy(a - 1, x) - x - special.gammaln(a))


gammainc = binary(
    in_float32(special.gammainc),
    lambda _, a, x: lambda g: np.zeros_like(value_of(g)),
    lambda _, a, x: lambda g: multiply(g, in_float32(_density)(value_of(a), value_of(x))),
)


NATIVES: dict[str, Callable[..., Any]] = {
    "erf": erf,
    "erfc": erfc,
    "erfinv": erfinv,
    "gammainc": gammainc,
    "i0": i0,
}
