"""Questions about elements, truth values, choices by them, and NumPy's answer to each call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polykeras.conformance.case import BOOLS, EMPTY, INF, SPECIAL, Numbers, binary, case, unary

_NUMBERS = Numbers("comparison")
apart, real, whole = _NUMBERS.apart, _NUMBERS.real, _NUMBERS.whole

_QUESTIONS: list[tuple[str, Callable[..., Any]]] = [
    ("isfinite", np.isfinite),
    ("isnan", np.isnan),
    ("isinf", np.isinf),
    ("logical_not", np.logical_not),
]
_SIGNED_INFINITIES = {"isneginf": np.isneginf, "isposinf": np.isposinf}
_PAIRS: list[tuple[str, Callable[..., Any]]] = [
    ("equal", np.equal),
    ("not_equal", np.not_equal),
    ("less", np.less),
    ("less_equal", np.less_equal),
    ("greater", np.greater),
    ("greater_equal", np.greater_equal),
    ("logical_and", np.logical_and),
    ("logical_or", np.logical_or),
    ("logical_xor", np.logical_xor),
]

COMPARISON = [
    *(one for op, f in _QUESTIONS for one in unary(op, f, apart(2, 3), gradient=False)),
    case("logical_not", BOOLS, oracle=np.logical_not, name="booleans"),
    *(one for op, f in _PAIRS for one in binary(op, f, apart(2, 1, 3), apart(4, 1) + 0.63, gradient=False)),
    case("where", BOOLS, real(2, 3), real(3), oracle=np.where, gradient=True),
    case("where", BOOLS, real(2, 3), 0.0, oracle=np.where, gradient=True, name="scalar"),
    case("where", np.array([0, 2, -1], dtype="int32"), whole(2, 3), whole(1, 3), oracle=np.where, name="numbers"),
    case("where", BOOLS, oracle=np.nonzero, name="indices"),
    *(case(op, SPECIAL, oracle=f, name="special") for op, f in _SIGNED_INFINITIES.items()),
    *(case(op, EMPTY, oracle=f, name="empty") for op, f in _SIGNED_INFINITIES.items()),
    *(case(op, np.arange(3), oracle=lambda x: x > INF, name="ints") for op in _SIGNED_INFINITIES),
]
