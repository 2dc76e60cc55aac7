"""Functions of bits, and NumPy's answer to each call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polykeras.conformance.case import BOOLS, Numbers, case

_NUMBERS = Numbers("bits")
whole = _NUMBERS.whole

_PAIRS: list[tuple[str, Callable[..., Any]]] = [
    ("bitwise_and", np.bitwise_and),
    ("bitwise_or", np.bitwise_or),
    ("bitwise_xor", np.bitwise_xor),
    ("bitwise_left_shift", np.left_shift),
    ("bitwise_right_shift", np.right_shift),
]

BITS = [
    *(case(op, whole(2, 3, low=0), whole(3, low=0), oracle=f, name="ints") for op, f in _PAIRS),
    *(case(op, whole(3, low=0), 2, oracle=f, name="scalar") for op, f in _PAIRS),
    *(case(op, whole(2, 1, low=0), np.zeros((0,), "int32"), oracle=f, name="empty") for op, f in _PAIRS),
    *(case(op, BOOLS, BOOLS[:1], oracle=f, name="booleans") for op, f in _PAIRS[:3]),
    case("bitwise_not", np.zeros((0, 2), "int32"), oracle=np.bitwise_not, name="empty"),
    case("bitwise_not", whole(4), oracle=np.bitwise_not),
    case("bitwise_not", BOOLS, oracle=np.bitwise_not, name="booleans"),
]
