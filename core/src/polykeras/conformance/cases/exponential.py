"""Exponentials, logarithms and roots, and NumPy's answer to each call."""

from __future__ import annotations

import numpy as np

from polykeras.conformance.case import Numbers, unary

_NUMBERS = Numbers("exponential")
real = _NUMBERS.real

EXPONENTIAL = [
    *unary("exp", np.exp, real(2, 3)),
    *unary("expm1", np.expm1, real(2, 3, low=-0.1, high=0.1)),
    *unary("log", np.log, real(2, 3, low=0.2, high=3)),
    *unary("log1p", np.log1p, real(2, 3, low=-0.5)),
    *unary("log2", np.log2, real(2, 3, low=0.2, high=3)),
    *unary("log10", np.log10, real(2, 3, low=0.2, high=3)),
    *unary("sqrt", np.sqrt, real(2, 3, low=0.2, high=3)),
    *unary("rsqrt", lambda x: 1 / np.sqrt(x), real(2, 3, low=0.2, high=3)),
]
