"""Trigonometric and hyperbolic functions, and NumPy's answer to each call."""

from __future__ import annotations

import numpy as np

from polykeras.conformance.case import Numbers, binary, case, unary

_NUMBERS = Numbers("trigonometry")
real = _NUMBERS.real
_EDGES = np.array([-1, 1, 1.5, -0.99999, 1e-4], dtype="float32")
_GREAT = np.array([1e20, -3e38, 1e-5, 60000, 2], dtype="float32")
_ONES = np.array([1, 1, -1, -1, 2, -0.5], dtype="float32")
_QUADRANTS = _ONES, np.array([1, -1, 1, -1, -0.1, -3], dtype="float32")
_AXES = (
    np.array([0, 0, -0.0, -0.0, 0, -0.0, np.inf, -np.inf, np.inf, 1, -1], dtype="float32"),
    np.array([0, -0.0, 0, -0.0, -1, -1, np.inf, -np.inf, 1, np.inf, -np.inf], dtype="float32"),
)

TRIGONOMETRY = [
    *unary("sin", np.sin, real(2, 3, low=-3, high=3)),
    *unary("cos", np.cos, real(2, 3, low=-3, high=3)),
    *unary("tan", np.tan, real(2, 3, low=-1.2, high=1.2)),
    *unary("arctan", np.arctan, real(2, 3, low=-3, high=3)),
    *unary("sinh", np.sinh, real(2, 3)),
    *unary("cosh", np.cosh, real(2, 3)),
    *unary("tanh", np.tanh, real(2, 3)),
    *unary("arcsin", np.arcsin, real(2, 3, low=-0.9, high=0.9)),
    *unary("arccos", np.arccos, real(2, 3, low=-0.9, high=0.9)),
    case("arcsin", _EDGES, oracle=np.arcsin, name="edges"),
    case("arccos", _EDGES, oracle=np.arccos, name="edges"),
    *unary("arcsinh", np.arcsinh, real(2, 3)),
    case("arcsinh", _GREAT, oracle=np.arcsinh, name="great and small"),
    *unary("arccosh", np.arccosh, real(2, 3, low=1.1, high=4)),
    case("arccosh", np.abs(_GREAT) + 1, oracle=np.arccosh, name="great"),
    *unary("arctanh", np.arctanh, real(2, 3, low=-0.9, high=0.9)),
    case("arctanh", _EDGES, oracle=np.arctanh, name="edges"),
    *binary("arctan2", np.arctan2, real(2, 1, 3, low=0.2), real(4, 1)),
    case("arctan2", *_QUADRANTS, oracle=np.arctan2, gradient=True, name="quadrants"),
    case("arctan2", *_AXES, oracle=np.arctan2, name="axes"),
    *binary("hypot", np.hypot, real(2, 1, 3, low=0.2), real(4, 1, low=0.2)),
    case("hypot", _GREAT / 2, _GREAT / 4, oracle=np.hypot, name="great"),
    *unary("deg2rad", np.deg2rad, real(2, 3, low=-90, high=90)),
    *unary("rad2deg", np.rad2deg, real(2, 3)),
    *unary("sinc", np.sinc, real(2, 3, low=0.2)),
]
