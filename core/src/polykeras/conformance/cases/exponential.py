"""Exponentials, logarithms and roots, and NumPy's answer to each call."""

from __future__ import annotations

import numpy as np

from polykeras.conformance.case import EMPTY, SPECIAL, Numbers, binary, case, unary

_NUMBERS = Numbers("exponential")
apart, real, whole = _NUMBERS.apart, _NUMBERS.real, _NUMBERS.whole
_GREAT = np.array([1e20, -3e38, 1e-5, -60000, 1000], dtype="float32")
_FAR = np.array([200, 128, -200, 120], dtype="int32")


def _scaled(x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
    return np.ldexp(x1, x2.astype(int))


EXPONENTIAL = [
    *unary("exp", np.exp, real(2, 3)),
    *unary("expm1", np.expm1, real(2, 3, low=-0.1, high=0.1)),
    *unary("log", np.log, real(2, 3, low=0.2, high=3)),
    *unary("log1p", np.log1p, real(2, 3, low=-0.5)),
    *unary("log2", np.log2, real(2, 3, low=0.2, high=3)),
    *unary("log10", np.log10, real(2, 3, low=0.2, high=3)),
    *unary("sqrt", np.sqrt, real(2, 3, low=0.2, high=3)),
    *unary("rsqrt", lambda x: 1 / np.sqrt(x), real(2, 3, low=0.2, high=3)),
    *unary("cbrt", np.cbrt, real(2, 3)),
    case("cbrt", _GREAT, oracle=np.cbrt, name="great and small"),
    *unary("exp2", np.exp2, real(2, 3)),
    *binary("logaddexp", np.logaddexp, apart(2, 1, 3), apart(4, 1) + 0.63),
    case("logaddexp", _GREAT, _GREAT / 2, oracle=np.logaddexp, name="great"),
    case("logaddexp", real(3), np.float32(0.5) * np.ones(1, "float32"), oracle=np.logaddexp, gradient=True),
    *binary("logaddexp2", np.logaddexp2, apart(2, 1, 3), apart(4, 1) + 0.63),
    case("logaddexp2", _GREAT, _GREAT / 2, oracle=np.logaddexp2, name="great"),
    case("ldexp", real(2, 1, 3), whole(4, 1), oracle=_scaled, gradient=True),
    case("ldexp", SPECIAL, whole(7), oracle=_scaled, name="special"),
    case("ldexp", np.array([2.0**-100, 0.5, 2.0**127, 1e-30], "float32"), _FAR, oracle=_scaled, name="far"),
    case("ldexp", EMPTY, whole(3), oracle=_scaled),
    case("ldexp", whole(3), whole(3), oracle=_scaled, name="ints"),
]
