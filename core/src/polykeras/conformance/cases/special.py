"""Special functions, and SciPy's answer to each call."""

from __future__ import annotations

import numpy as np
from scipy import special

from polykeras.conformance.case import EMPTY, Numbers, case, unary

_NUMBERS = Numbers("special")
real = _NUMBERS.real
_BOUNDS = np.array([0, np.inf, 0, np.nan], dtype="float32")

SPECIAL_FUNCTIONS = [
    *unary("erf", special.erf, real(2, 3)),
    *unary("erfc", special.erfc, real(2, 3)),
    *unary("erfinv", special.erfinv, real(2, 3, low=-0.9, high=0.9)),
    case("erfinv", np.array([-1, 1, 0.9999, -1e-4, 1.1], "float32"), oracle=special.erfinv, name="edges"),
    *unary("i0", special.i0, real(2, 3)),
    case("i0", np.array([-30, 8, 7.9, 1e-4, 80], "float32"), oracle=special.i0, name="great and small"),
    case("gammainc", 2.5, real(2, 3, low=0.5, high=4), oracle=special.gammainc, gradient=True),
    case("gammainc", real(4, 1, low=0.3, high=9), real(2, 1, 3, low=0.1, high=12), oracle=special.gammainc),
    case("gammainc", 0.5, EMPTY, oracle=special.gammainc),
    case("gammainc", np.array([1, 2, 0.5, 1], "float32"), _BOUNDS, oracle=special.gammainc, name="bounds"),
]
