"""Special functions, and SciPy's answer to each call."""

from __future__ import annotations

from scipy import special

from polykeras.conformance.case import Numbers, unary

_NUMBERS = Numbers("special")
real = _NUMBERS.real

SPECIAL_FUNCTIONS = [
    *unary("erf", special.erf, real(2, 3)),
]
