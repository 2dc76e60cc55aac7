"""Complex numbers, their parts, and what other ops make of them; NumPy's answer to each call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polykeras.conformance.case import NAN, SPECIAL, Case, Numbers, case

_NUMBERS = Numbers("complex numbers")
real, whole = _NUMBERS.real, _NUMBERS.whole

Z = np.array([[1 + 2j, -3 + 0j, 0.5 - 1j], [-2 - 1j, 0j, 2j]], dtype="complex64")
W = np.array([1 - 1j, 2 + 0.5j, -1j], dtype="complex64")
_EMPTY = np.zeros((0, 3), dtype="complex64")
_SPECIAL = np.array([complex(NAN, 1), complex(1, NAN), complex(np.inf, 0), 1 + 1j], dtype="complex64")
_ENDS = (0.0, -0.0, 1.0, -2.0, np.inf, -np.inf, NAN)
_AROUND = np.array([complex(a, b) for a in _ENDS for b in _ENDS], dtype="complex64")


def _pairs(x: np.ndarray) -> np.ndarray:
    return np.stack([x.real, x.imag], -1)


def _joined(x: np.ndarray) -> np.ndarray:
    return x[..., 0] + 1j * x[..., 1]


_PARTS: list[tuple[str, Callable[..., Any]]] = [
    ("angle", np.angle),
    ("conjugate", np.conjugate),
    ("imag", np.imag),
    ("isreal", np.isreal),
    ("real", np.real),
]
_ALONE: list[tuple[str, Callable[..., Any]]] = [
    ("absolute", np.abs),
    ("exp", np.exp),
    ("isfinite", np.isfinite),
    ("isinf", np.isinf),
    ("isnan", np.isnan),
    ("mean", np.mean),
    ("negative", np.negative),
    ("norm", np.linalg.norm),
    ("round", np.round),
    ("sign", np.sign),
    ("square", np.square),
    ("sum", np.sum),
    ("std", np.std),
    ("transpose", np.transpose),
    ("var", np.var),
]
_TOGETHER: list[tuple[str, Callable[..., Any]]] = [
    ("add", np.add),
    ("divide", np.divide),
    ("equal", np.equal),
    ("multiply", np.multiply),
    ("subtract", np.subtract),
]

COMPLEX_NUMBERS: list[Case] = [
    *(case(op, Z, oracle=f, name="complex") for op, f in _PARTS),
    *(case(op, SPECIAL, oracle=f, name="special") for op, f in _PARTS),
    *(case(op, _EMPTY, oracle=f, name="empty") for op, f in _PARTS),
    case("angle", whole(3), oracle=np.angle, name="ints"),
    case("angle", _AROUND, oracle=np.angle, name="around"),
    case("angle", real(2, 3) + 3, oracle=np.angle, gradient=True),
    case("polar", real(2, 3), real(3), oracle=lambda r, phi: r * np.exp(1j * phi), name="broadcast"),
    case("polar", whole(3), whole(3), oracle=lambda r, phi: r * np.exp(1j * phi), name="ints"),
    case("polar", _EMPTY, _EMPTY, oracle=lambda r, phi: r * np.exp(1j * phi), name="empty"),
    case("real", whole(3), oracle=np.real, name="ints"),
    case("imag", whole(3), oracle=np.imag, name="ints"),
    case("view_as_complex", real(3, 2), oracle=_joined),
    case("view_as_complex", real(2, 0, 2), oracle=_joined),
    case("view_as_complex", whole(2), oracle=_joined, name="ints"),
    case("view_as_real", Z, oracle=_pairs),
    case("view_as_real", _EMPTY, oracle=_pairs),
    case("view_as_real", real(3), oracle=lambda x: np.stack([x, 0 * x], -1), name="real"),
]
COMPLEX_IN_OTHERS: list[Case] = [
    *(case(op, _SPECIAL if op.startswith("is") else Z, oracle=f, name="complex") for op, f in _ALONE),
    *(case(op, Z, W, oracle=f, name="complex") for op, f in _TOGETHER),
    case("multiply", Z, real(3), oracle=np.multiply, name="complex and real"),
    case("matmul", Z, Z.T.copy(), oracle=np.matmul, name="complex"),
    case("where", real(2, 3) > 0, Z, W, oracle=np.where, name="complex"),
    case("cast", real(3), "complex64", oracle=lambda x, _: x.astype("complex64")),
    case("vdot", Z[0], W, oracle=np.vdot, name="complex"),
    case("all", Z[:, 2], oracle=np.all, name="complex"),
    case("cast", Z, "bool", oracle=lambda x, _: x != 0, name="truth of complex"),
    case("cast", W, "float32", oracle=lambda x, _: x.real, name="real part"),
]
"""Calls of ops of other families with complex tensors."""
