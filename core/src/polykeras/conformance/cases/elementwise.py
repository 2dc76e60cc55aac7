"""Ops that work element by element, and NumPy's or SciPy's answer to each call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

from polykeras.conformance.case import BOOLS, EMPTY, SPECIAL, Numbers, case

_NUMBERS = Numbers("elementwise")
apart, real, whole = _NUMBERS.apart, _NUMBERS.real, _NUMBERS.whole

_SMOOTH: list[tuple[str, Callable[..., Any], float, float]] = [
    ("absolute", np.abs, 0.1, 3.0),
    ("negative", np.negative, -2.0, 2.0),
    ("square", np.square, -2.0, 2.0),
    ("exp", np.exp, -2.0, 2.0),
    ("expm1", np.expm1, -0.1, 0.1),
    ("log", np.log, 0.2, 3.0),
    ("log1p", np.log1p, -0.5, 2.0),
    ("log2", np.log2, 0.2, 3.0),
    ("log10", np.log10, 0.2, 3.0),
    ("sqrt", np.sqrt, 0.2, 3.0),
    ("rsqrt", lambda x: 1 / np.sqrt(x), 0.2, 3.0),
    ("reciprocal", lambda x: 1 / x, 0.3, 3.0),
    ("sin", np.sin, -3.0, 3.0),
    ("cos", np.cos, -3.0, 3.0),
    ("tan", np.tan, -1.2, 1.2),
    ("arctan", np.arctan, -3.0, 3.0),
    ("sinh", np.sinh, -2.0, 2.0),
    ("cosh", np.cosh, -2.0, 2.0),
    ("tanh", np.tanh, -2.0, 2.0),
    ("erf", special.erf, -2.0, 2.0),
]
_STEPS: list[tuple[str, Callable[..., Any]]] = [
    ("sign", np.sign),
    ("floor", np.floor),
    ("ceil", np.ceil),
    ("round", np.round),
    ("isfinite", np.isfinite),
    ("isnan", np.isnan),
    ("isinf", np.isinf),
    ("logical_not", np.logical_not),
    ("absolute", np.abs),
    ("stop_gradient", lambda x: x),
]
_PAIRS: list[tuple[str, Callable[..., Any], bool]] = [
    ("add", np.add, True),
    ("subtract", np.subtract, True),
    ("multiply", np.multiply, True),
    ("divide", np.divide, True),
    ("floor_divide", np.floor_divide, False),
    ("mod", np.mod, False),
    ("maximum", np.maximum, True),
    ("minimum", np.minimum, True),
    ("equal", np.equal, False),
    ("not_equal", np.not_equal, False),
    ("less", np.less, False),
    ("less_equal", np.less_equal, False),
    ("greater", np.greater, False),
    ("greater_equal", np.greater_equal, False),
    ("logical_and", np.logical_and, False),
    ("logical_or", np.logical_or, False),
    ("logical_xor", np.logical_xor, False),
]
_BITS: list[tuple[str, Callable[..., Any]]] = [
    ("bitwise_and", np.bitwise_and),
    ("bitwise_or", np.bitwise_or),
    ("bitwise_xor", np.bitwise_xor),
    ("bitwise_left_shift", np.left_shift),
    ("bitwise_right_shift", np.right_shift),
]


def _no_nan(x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
    return np.where(x2 == 0, 0, x1 / np.where(x2 == 0, 1, x2))


_SIGNED = np.array([7, -7, 7, -7, 6, -6], dtype="int32"), np.array([3, 3, -3, -3, 3, -3], dtype="int32")
_BY_ZERO = np.array([1.0, 0.0, -2.0, 3.0], dtype="float32"), np.array([0.0, 0.0, 4.0, 2.0], dtype="float32")

ELEMENTWISE = [
    *(case(op, real(2, 3, low=low, high=high), oracle=f, gradient=True) for op, f, low, high in _SMOOTH),
    *(case(op, SPECIAL, oracle=f, name="special") for op, f in _STEPS),
    *(case(op, EMPTY, oracle=f) for op, f, _, _ in _SMOOTH),
    *(
        case(op, apart(2, 1, 3), apart(4, 1) + 0.63, oracle=f, gradient=smooth, name="broadcast")
        for op, f, smooth in _PAIRS
    ),
    *(case(op, SPECIAL, SPECIAL[::-1].copy(), oracle=f, name="special") for op, f, _ in _PAIRS if op != "mod"),
    *(case(op, real(3), EMPTY, oracle=f, name="empty") for op, f, _ in _PAIRS),
    *(case(op, *_SIGNED, oracle=f, name="signs") for op, f, _ in _PAIRS),
    *(case(op, whole(2, 3, low=0), whole(3, low=0), oracle=f, name="ints") for op, f in _BITS),
    case("bitwise_and", BOOLS, BOOLS[:1], oracle=np.bitwise_and, name="booleans"),
    case("bitwise_not", whole(4), oracle=np.bitwise_not),
    case("bitwise_not", BOOLS, oracle=np.bitwise_not, name="booleans"),
    case("power", real(2, 3, low=0.3), real(3), oracle=np.power, gradient=True),
    case("power", whole(2, 3), whole(3, low=0), oracle=np.power, name="ints"),
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
    case("where", BOOLS, real(2, 3), real(3), oracle=np.where, gradient=True),
    case("where", BOOLS, real(2, 3), 0.0, oracle=np.where, gradient=True, name="scalar"),
    case("where", np.array([0, 2, -1], dtype="int32"), whole(2, 3), whole(1, 3), oracle=np.where, name="numbers"),
    case("where", BOOLS, oracle=np.nonzero, name="indices"),
    case("cast", SPECIAL[3:], "int32", oracle=lambda x, _: x.astype("int32")),
    case("cast", SPECIAL, "bool", oracle=lambda x, _: x.astype(bool)),
    case("cast", real(3), "float16", oracle=lambda x, _: x.astype("float16")),
    case("cast", BOOLS, "float32", oracle=lambda x, _: x),
    case("cast", whole(3), np.float64, oracle=lambda x, _: x, name="dtype object"),
]
