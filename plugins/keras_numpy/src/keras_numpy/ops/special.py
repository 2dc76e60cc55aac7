"""Special functions on NumPy, each function beside what pulls a gradient back through it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from scipy import special

from keras_numpy.ops.elementwise import exp, negative, square, unary
from keras_numpy.ops.kinds import in_float32

erf = unary(in_float32(special.erf), lambda _, x: exp(negative(square(x))) * (2.0 / math.sqrt(math.pi)))

NATIVES: dict[str, Callable[..., Any]] = {
    "erf": erf,
}
