"""Functions of bits, and NumPy's answer to each call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polykeras.conformance.case import BOOLS, EMPTY, SPECIAL, Numbers, case

_NUMBERS = Numbers("bits")
whole = _NUMBERS.whole
patterns = Numbers("bit patterns").whole

_PAIRS: list[tuple[str, Callable[..., Any]]] = [
    ("bitwise_and", np.bitwise_and),
    ("bitwise_or", np.bitwise_or),
    ("bitwise_xor", np.bitwise_xor),
    ("bitwise_left_shift", np.left_shift),
    ("bitwise_right_shift", np.right_shift),
]


def _viewed(x: np.ndarray, dtype: str | None = None) -> np.ndarray:
    own = x.astype("float32") if x.dtype.kind == "f" else x
    return own.view(own.dtype if dtype is None else dtype)


def _next(x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
    return np.nextafter(x1.astype("float32"), x2.astype("float32"))


_FLOATS = np.array([[1.0, -2.5, 0.0, 3e38]], "float32")
_BYTES = patterns(2, 8, low=0, high=100).astype("uint8")

BITS = [
    *(case(op, whole(2, 3, low=0), whole(3, low=0), oracle=f, name="ints") for op, f in _PAIRS),
    *(case(op, whole(3, low=0), 2, oracle=f, name="scalar") for op, f in _PAIRS),
    *(case(op, whole(2, 1, low=0), np.zeros((0,), "int32"), oracle=f, name="empty") for op, f in _PAIRS),
    *(case(op, BOOLS, BOOLS[:1], oracle=f, name="booleans") for op, f in _PAIRS[:3]),
    case("bitwise_not", np.zeros((0, 2), "int32"), oracle=np.bitwise_not, name="empty"),
    case("bitwise_not", whole(4), oracle=np.bitwise_not),
    case("bitwise_not", BOOLS, oracle=np.bitwise_not, name="booleans"),
    case("view", _FLOATS, "int32", oracle=_viewed),
    case("view", _FLOATS, "uint8", oracle=_viewed),
    case("view", _BYTES, "int32", oracle=_viewed, name="wider"),
    case("view", patterns(3), None, oracle=_viewed, name="its own dtype"),
    case("view", np.array(1.5, "float32"), "int32", oracle=_viewed, name="scalar"),
    case("view", EMPTY, "int8", oracle=_viewed, name="empty"),
    case("signbit", SPECIAL[1:], oracle=np.signbit, name="special"),
    case("signbit", patterns(2, 3), oracle=lambda x: x < 0, name="ints"),
    case("signbit", BOOLS, oracle=np.zeros_like, name="booleans"),
    case("signbit", EMPTY, oracle=np.signbit, name="empty"),
    case("nextafter", SPECIAL, SPECIAL[::-1].copy(), oracle=_next, name="special"),
    case("nextafter", EMPTY, _FLOATS[0, :3], oracle=_next, name="empty"),
    case("nextafter", patterns(2, 1), patterns(3), oracle=_next, name="ints"),
]
