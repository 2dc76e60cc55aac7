"""Whether numbers are close, and NumPy's answer to each call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polykeras.conformance.case import BOOLS, EMPTY, INF, NAN, SPECIAL, Case, Numbers, case

real = Numbers("closeness").real

_BOTH: list[tuple[str, Callable[..., Any]]] = [("isclose", np.isclose), ("allclose", np.allclose)]
_X = real(2, 3)
_NEAR = np.array([1.0, 1.0, 0.0, 100.0], "float32"), np.array([1.000001, 1.001, 1e-9, 100.0005], "float32")
_LARGE = np.array([16777217, -2147483648, 5], "int32"), np.array([16777216, 2147483647, 5], "int32")
_ENDS = np.array([NAN, INF, INF, 1.0], "float32"), np.array([NAN, INF, -INF, INF], "float32")

CLOSENESS: list[Case] = [
    *(case(op, *_NEAR, oracle=f, name="near") for op, f in _BOTH),
    *(case(op, *_ENDS, oracle=f, name="infinities") for op, f in _BOTH),
    *(case(op, SPECIAL, SPECIAL, 1e-5, 1e-8, True, oracle=f, name="equal nan") for op, f in _BOTH),
    *(case(op, EMPTY, EMPTY, oracle=f, name="empty") for op, f in _BOTH),
    case("isclose", _X, _X[:1], 0.5, 0.25, oracle=np.isclose, name="broadcast"),
    case("allclose", _X, _X, 0.0, 0.0, oracle=np.allclose, name="itself"),
    case("isclose", *_LARGE, 0.0, 0.0, oracle=np.isclose, name="large ints"),
    case("isclose", BOOLS, BOOLS[:1], oracle=np.isclose, name="booleans"),
]
