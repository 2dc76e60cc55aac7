"""Divisors and multiples, and NumPy's answer to each call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polykeras.conformance.case import Case, Numbers, case

whole = Numbers("integers").whole

_PAIRS: list[tuple[str, Callable[..., Any]]] = [("gcd", np.gcd), ("lcm", np.lcm)]
_A, _B = np.array([0, 0, 12, -12, 7, 30], "int32"), np.array([0, 5, 18, 18, -7, 42], "int32")

INTEGERS: list[Case] = [
    *(case(op, whole(4, 3, low=-60, high=60), whole(3, low=-60, high=60), oracle=f) for op, f in _PAIRS),
    *(case(op, _A, _B, oracle=f, name="zeros and signs") for op, f in _PAIRS),
    *(case(op, whole(0, 3), whole(3), oracle=f, name="empty") for op, f in _PAIRS),
    case(
        "gcd",
        np.array([2147483646, 1836311903], "int32"),
        np.array([4, 1134903170], "int32"),
        oracle=np.gcd,
        name="large",
    ),
]
