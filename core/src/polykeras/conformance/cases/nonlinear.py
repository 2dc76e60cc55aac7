"""Nonlinear functions and codes of classes, and the answer of a formula to each call."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

from polykeras.conformance.case import EMPTY, SPECIAL, Case, Numbers, case

_NUMBERS = Numbers("nn")
apart, real, whole = _NUMBERS.apart, _NUMBERS.real, _NUMBERS.whole


def softmax(x: np.ndarray, axis: Any = -1) -> np.ndarray:
    return special.softmax(x, axis if axis is None or isinstance(axis, int) else tuple(axis))


def sparsemax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    """Return the projection by its definition: the best of all supports."""

    def project(row: np.ndarray) -> np.ndarray:
        for size in range(row.size, 0, -1):
            kept = np.argsort(-row)[:size]
            threshold = (row[kept].sum() - 1) / size
            if (row[kept] > threshold).all():
                return np.maximum(row - threshold, 0)
        raise AssertionError

    return np.apply_along_axis(project, axis, x)


def one_hot(x: np.ndarray, classes: int, axis: int = -1, dtype: Any = None, sparse: bool = False) -> np.ndarray:
    codes = (x[..., None] == np.arange(classes)).astype(dtype or "float32")
    return np.moveaxis(codes, -1, axis)


_FAR = np.array([-1000.0, -90.0, -20.0, -1.2, 0.3, 1.2, 20.0, 90.0, 1000.0], dtype="float32")
_SPREAD = np.array([[0.3, 1.1, 0.92, -1.0], [2.0, 0.1, 0.3, 0.7], [0.1, 0.2, 0.3, 0.45]], dtype="float32")
_LIMITS = np.array([math.nan, math.inf, -math.inf], dtype="float32")
_SELU = (1.0507009873554805, 1.6732632423543772)

_FUNCTIONS: dict[str, Callable[..., np.ndarray]] = {
    "relu": lambda x: np.maximum(x, 0),
    "relu6": lambda x: np.clip(x, 0, 6),
    "leaky_relu": lambda x, slope=0.2: np.where(x >= 0, x, slope * x),
    "elu": lambda x, a=1.0: np.where(x > 0, x, a * np.expm1(np.minimum(x, 0))),
    "celu": lambda x, a=1.0: np.where(x > 0, x, a * np.expm1(np.minimum(x, 0) / a)),
    "selu": lambda x: _SELU[0] * np.where(x > 0, x, _SELU[1] * np.expm1(np.minimum(x, 0))),
    "softplus": lambda x: np.logaddexp(x, 0),
    "sigmoid": special.expit,
    "log_sigmoid": lambda x: -np.logaddexp(-x, 0),
    "silu": lambda x: x * special.expit(x),
    "gelu": lambda x, approximate=True: (
        0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))) if approximate else x * special.ndtr(x)
    ),
    "softsign": lambda x: x / (1 + np.abs(x)),
    "hard_sigmoid": lambda x: np.clip(x / 6 + 0.5, 0, 1),
    "hard_silu": lambda x: x * np.clip(x / 6 + 0.5, 0, 1),
    "hard_tanh": lambda x: np.clip(x, -1, 1),
    "tanh_shrink": lambda x: x - np.tanh(x),
    "hard_shrink": lambda x, t=0.5: np.where(np.abs(x) > t, x, 0),
    "soft_shrink": lambda x, t=0.5: np.sign(x) * np.maximum(np.abs(x) - t, 0),
    "squareplus": lambda x, b=4: (x + np.sqrt(x * x + b)) / 2,
    "sparse_plus": lambda x: np.where(x <= -1, 0, np.where(x >= 1, x, (x + 1) ** 2 / 4)),
    "sparse_sigmoid": lambda x: (np.clip(x, -1, 1) + 1) / 2,
}
_PARAMETERS: dict[str, tuple[Any, ...]] = {
    "leaky_relu": (0.01,),
    "elu": (2.0,),
    "celu": (0.5,),
    "gelu": (False,),
    "hard_shrink": (1.0,),
    "soft_shrink": (1.0,),
    "squareplus": (1.0,),
}
_KEEPS_INTEGERS = ("relu", "hard_tanh")

NONLINEAR: list[Case] = [
    *(case(name, apart(4, 5), oracle=function, gradient=True) for name, function in _FUNCTIONS.items()),
    *(
        case(name, apart(4, 5) * 2 + 0.01, *rest, oracle=_FUNCTIONS[name], gradient=True)
        for name, rest in _PARAMETERS.items()
    ),
    *(case(name, whole(2, 3), name="int32", oracle=function) for name, function in _FUNCTIONS.items()),
    *(case(name, EMPTY, oracle=_FUNCTIONS[name]) for name in ("sparse_plus", "sparse_sigmoid")),
    # Values are only half of it: no gradient may become nan far out.
    *(
        case(name, _FAR / (50 if name in {"gelu", "squareplus"} else 1), name="far", oracle=function, gradient=True)
        for name, function in _FUNCTIONS.items()
        if name not in {"relu", "sparse_sigmoid", "sparse_plus", "hard_tanh", "leaky_relu"}
    ),
    *(
        case(name, _LIMITS[:1], name="nan", oracle=lambda x: x)
        for name in ("relu", "relu6", "softplus", "sigmoid", "softmax", "hard_tanh", "elu", "silu")
    ),
    case("threshold", SPECIAL, 0.0, 1.0, oracle=lambda x, t, v: np.where(x > t, x, v), name="special"),
    case("threshold", EMPTY, 0.5, -2.0, oracle=lambda x, _, __: x, name="empty"),
    case("threshold", apart(3, 4), 0.5, -2.0, oracle=lambda x, t, v: np.where(x > t, x, v), gradient=True),
    *(case("softmax", real(2, 3, 4), axis, oracle=softmax, gradient=True) for axis in (-1, 1, (0, -1), None)),
    case("softmax", np.array([[1000.0, 0.0, -1000.0], [-math.inf, 0.0, 1.0]], "float32"), name="far", oracle=softmax),
    case("softmax", whole(2, 3), name="int32", oracle=softmax),
    *(
        case("log_softmax", real(2, 3, 4), axis, oracle=lambda x, a: np.log(softmax(x, a)), gradient=True)
        for axis in (-1, 0, (1, 2))
    ),
    case("log_softmax", np.array([[1000.0, 0.0, -1000.0]], "float32"), name="far", oracle=special.log_softmax),
    case("sparsemax", _SPREAD, oracle=sparsemax, gradient=True),
    case("sparsemax", apart(3, 4), 0, oracle=sparsemax),
    case("sparsemax", np.zeros((2, 3), "float32"), oracle=sparsemax),
    case("glu", real(2, 6), oracle=lambda x: x[:, :3] * special.expit(x[:, 3:]), gradient=True, unknown=False),
    case("glu", real(0, 4), oracle=lambda x: x[:, :2], unknown=False),
    case("glu", real(4, 3), 0, oracle=lambda x, _: x[:2] * special.expit(x[2:]), gradient=True, unknown=False),
    case("one_hot", whole(2, 3), 4, oracle=one_hot),
    case("one_hot", whole(2, 3, low=0), 4, 0, "int32", oracle=one_hot),
    case("one_hot", whole(2, 3, low=0).astype("uint8"), 4, 1, "bool", oracle=one_hot),
    case("multi_hot", whole(4, 3, low=0), 6, oracle=lambda x, n: one_hot(x, n).max(1)),
    case("multi_hot", whole(2, 2, 2), 4, oracle=lambda x, n: one_hot(x, n).max(1)),
    case("multi_hot", whole(3, low=0), 6, oracle=lambda x, n: one_hot(x, n).max(0)),
]
