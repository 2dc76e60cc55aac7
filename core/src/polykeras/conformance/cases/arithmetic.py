"""Sums, products, quotients, powers, rounding and bounds, and NumPy's answer to each call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polykeras.conformance.case import SPECIAL, Case, Numbers, binary, case, unary

_NUMBERS = Numbers("arithmetic")
apart, real, whole = _NUMBERS.apart, _NUMBERS.real, _NUMBERS.whole

_STEPS: list[tuple[str, Callable[..., Any]]] = [
    ("sign", np.sign),
    ("floor", np.floor),
    ("ceil", np.ceil),
]
_PAIRS: list[tuple[str, Callable[..., Any], bool]] = [
    ("add", np.add, True),
    ("subtract", np.subtract, True),
    ("multiply", np.multiply, True),
    ("divide", np.divide, True),
    ("floor_divide", np.floor_divide, False),
    ("maximum", np.maximum, True),
    ("minimum", np.minimum, True),
]


def _no_nan(x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
    return np.where(x2 == 0, 0, x1 / np.where(x2 == 0, 1, x2))


def _numbers(x: np.ndarray) -> np.ndarray:
    largest = float(np.finfo(np.float32).max)
    return np.nan_to_num(x, posinf=largest, neginf=-largest)


def _given(x: np.ndarray, nan: float, posinf: float, neginf: float) -> np.ndarray:
    return np.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)


def _told(one: Case) -> bool:
    return not one.name.endswith("special")


_PASSING = (("fmax", np.fmax), ("fmin", np.fmin))
_BY_ZERO = np.array([1.0, 0.0, -2.0, 3.0], dtype="float32"), np.array([0.0, 0.0, 4.0, 2.0], dtype="float32")
_OF_ZERO = np.array([0.0, 0.0, -2.0, 2.0], dtype="float32"), np.array([0.0, 2.0, 3.0, -1.0], dtype="float32")

ARITHMETIC = [
    *unary("absolute", np.abs, real(2, 3, low=0.1)),
    *unary("negative", np.negative, real(2, 3)),
    *unary("square", np.square, real(2, 3)),
    *unary("reciprocal", lambda x: 1 / x, real(2, 3, low=0.3)),
    *(one for op, f in _STEPS for one in unary(op, f, real(2, 3), gradient=False)),
    case("round", SPECIAL, oracle=np.round, name="special"),
    *(one for op, f, smooth in _PAIRS for one in binary(op, f, apart(2, 1, 3), apart(4, 1) + 0.63, gradient=smooth)),
    *(
        # A remainder of an infinity is not told by NumPy as by the others.
        one
        for one in binary("mod", np.mod, apart(2, 1, 3), apart(4, 1) + 0.63, gradient=False)
        if _told(one)
    ),
    case("power", real(2, 3, low=0.3), real(3), oracle=np.power, gradient=True),
    case("power", whole(2, 3), whole(3, low=0), oracle=np.power, name="ints"),
    case("power", *_OF_ZERO, oracle=np.power, name="of zero"),
    case("divide_no_nan", SPECIAL, SPECIAL[::-1].copy(), oracle=_no_nan, name="special"),
    case("divide", whole(2, 3), np.array([2, 3, -4], dtype="int32"), oracle=np.divide, name="ints"),
    case("divide_no_nan", *_BY_ZERO, oracle=_no_nan, name="by zero"),
    case("divide_no_nan", real(3), apart(2, 3) + 0.2, oracle=_no_nan, gradient=True),
    case("round", real(5) * 100, 1, oracle=np.round),
    case("round", real(5) * 100, -2, oracle=np.round),
    case("round", whole(5) * 37, -2, oracle=lambda x, d: np.round(x.astype(float), d), name="ints, tens"),
    case("round", np.array([0.5, 1.5, 2.5, -0.5], dtype="float32"), oracle=np.round, name="halves"),
    case("clip", apart(2, 4), -0.5, 0.55, oracle=np.clip, gradient=True),
    case("clip", apart(2, 4), apart(4) + 0.13, apart(4) + 1.16, oracle=np.clip, gradient=True),
    case("clip", apart(2, 4), None, 0.5, oracle=np.clip),
    case("clip", apart(2, 4), 0.5, None, oracle=np.clip),
    case("clip", apart(2, 4), None, None, oracle=lambda x, _, __: x),
    case("clip", whole(5), -1, 2, oracle=np.clip, name="ints"),
    case("clip", real(3), 1.0, -1.0, oracle=np.clip, name="bounds crossed"),
    case("clip", SPECIAL, -1, 1, oracle=np.clip, name="special"),
    *unary("fabs", np.fabs, real(2, 3, low=0.1)),
    case("fabs", whole(5), oracle=np.fabs, name="ints"),
    *unary("trunc", np.trunc, real(2, 3), gradient=False),
    case("trunc", whole(5), oracle=lambda x: x, name="ints"),
    *(one for op, f in _PASSING for one in binary(op, f, apart(2, 1, 3), apart(4, 1) + 0.63)),
    *(one for one in binary("fmod", np.fmod, apart(2, 1, 3), apart(4, 1) + 0.63, gradient=False) if _told(one)),
    case("fmod", real(2, 3, low=5.1, high=5.4), -real(3, low=2.1, high=2.4), oracle=np.fmod, gradient=True),
    *binary("heaviside", np.heaviside, apart(2, 1, 3), apart(4, 1) + 0.63),
    case("heaviside", np.array([0.0, -0.0, 0.0, 1.0], "float32"), apart(4), oracle=np.heaviside, name="at zero"),
    *unary("nan_to_num", _numbers, real(2, 3)),
    case("nan_to_num", SPECIAL, 1.5, 7.0, -7.0, oracle=_given, name="given"),
    case("nan_to_num", whole(5), oracle=np.nan_to_num, name="ints"),
]
