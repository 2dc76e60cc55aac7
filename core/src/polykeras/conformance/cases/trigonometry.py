"""Trigonometric and hyperbolic functions, and NumPy's answer to each call."""

from __future__ import annotations

import numpy as np

from polykeras.conformance.case import Numbers, unary

_NUMBERS = Numbers("trigonometry")
real = _NUMBERS.real

TRIGONOMETRY = [
    *unary("sin", np.sin, real(2, 3, low=-3, high=3)),
    *unary("cos", np.cos, real(2, 3, low=-3, high=3)),
    *unary("tan", np.tan, real(2, 3, low=-1.2, high=1.2)),
    *unary("arctan", np.arctan, real(2, 3, low=-3, high=3)),
    *unary("sinh", np.sinh, real(2, 3)),
    *unary("cosh", np.cosh, real(2, 3)),
    *unary("tanh", np.tanh, real(2, 3)),
]
