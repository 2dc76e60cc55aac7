"""Trigonometric and hyperbolic functions on NumPy, each function beside what pulls a gradient back through it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from keras_numpy.ops.arithmetic import binary, divide, divide_no_nan, multiply, negative, sqrt, square, unary
from keras_numpy.tape import Op, primitive

sin = unary(np.sin, lambda _, x: cos(x))
cos: Op = unary(np.cos, lambda _, x: negative(sin(x)))
tan = unary(np.tan, lambda y, _: square(y) + 1)
arctan = primitive(np.arctan, lambda _, x: lambda g: divide(g, square(x) + 1))
sinh = unary(np.sinh, lambda _, x: cosh(x))
cosh: Op = unary(np.cosh, lambda _, x: sinh(x))
tanh = unary(np.tanh, lambda y, _: 1 - square(y))
arcsin = primitive(np.arcsin, lambda _, x: lambda g: divide(g, sqrt(1 - square(x))))
arccos = primitive(np.arccos, lambda _, x: lambda g: negative(divide(g, sqrt(1 - square(x)))))
arcsinh = primitive(np.arcsinh, lambda _, x: lambda g: divide(g, sqrt(square(x) + 1)))
arccosh = primitive(np.arccosh, lambda _, x: lambda g: divide(g, sqrt(square(x) - 1)))
arctanh = primitive(np.arctanh, lambda _, x: lambda g: divide(g, 1 - square(x)))
arctan2 = binary(
    np.arctan2,
    lambda _, a, b: lambda g: divide_no_nan(multiply(g, b), square(a) + square(b)),
    lambda _, a, b: lambda g: negative(divide_no_nan(multiply(g, a), square(a) + square(b))),
)
hypot = binary(
    np.hypot,
    lambda y, a, b: lambda g: multiply(g, divide_no_nan(a, y)),
    lambda y, a, b: lambda g: multiply(g, divide_no_nan(b, y)),
)
deg2rad = primitive(np.deg2rad, lambda *_: lambda g: g * (math.pi / 180))
rad2deg = primitive(np.rad2deg, lambda *_: lambda g: g * (180 / math.pi))

NATIVES: dict[str, Callable[..., Any]] = {
    "arccos": arccos,
    "arccosh": arccosh,
    "arcsin": arcsin,
    "arcsinh": arcsinh,
    "arctan": arctan,
    "arctan2": arctan2,
    "arctanh": arctanh,
    "cos": cos,
    "cosh": cosh,
    "deg2rad": deg2rad,
    "hypot": hypot,
    "rad2deg": rad2deg,
    "sin": sin,
    "sinh": sinh,
    "tan": tan,
    "tanh": tanh,
}
