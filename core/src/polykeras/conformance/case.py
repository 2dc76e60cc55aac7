"""What a case is: one call of an op, and what a well-known library or a formula answers to it.

In a call's arguments an array stands for a tensor, a list of arrays for a sequence of tensors; all else is passed
as it is. Oracles get the arguments in float64, so they say what is right and not what float32 makes of it.
"""

from __future__ import annotations

import math
import warnings
import zlib
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

NAN, INF = math.nan, math.inf
BOOLS = np.array([[True, False, True], [False, False, True]])
SPECIAL = np.array([NAN, INF, -INF, 0.0, -0.0, 1.5, -2.5], dtype="float32")
EMPTY = np.zeros((0, 3), dtype="float32")
_SIGNED = np.array([7, -7, 7, -7, 6, -6], dtype="int32"), np.array([3, 3, -3, -3, 3, -3], dtype="int32")


class Case(NamedTuple):
    """One call of an op."""

    name: str
    op: str
    args: tuple[Any, ...]
    oracle: Callable[..., Any]
    gradient: bool = False
    """Whether the op is smooth at these arguments, so that finite differences tell its gradient."""
    unknown: bool = True
    """Whether shapes can be inferred when every size of every tensor is unknown."""


def case(op: str, *args: Any, oracle: Callable[..., Any], name: str = "", **flags: bool) -> Case:
    """Return a case; without `name` it is named after the shapes and values of its first arguments."""
    shown = "-".join(map(_shown, args[:4]))
    return Case(f"{op}:{name or shown[:60]}", op, args, oracle, **flags)


def unary(op: str, oracle: Callable[..., Any], x: np.ndarray, *, gradient: bool = True) -> list[Case]:
    """Return the cases of a function of one tensor: at `x`, of no elements, at nan, infinity and signed zeros."""
    return [
        case(op, x, oracle=oracle, gradient=gradient),
        case(op, EMPTY, oracle=oracle),
        case(op, SPECIAL, oracle=oracle, name="special"),
    ]


def binary(op: str, oracle: Callable[..., Any], x1: np.ndarray, x2: np.ndarray, *, gradient: bool = True) -> list[Case]:
    """Return the cases of a function of two tensors: broadcast, at nan and infinity, of no elements, of signs."""
    return [
        case(op, x1, x2, oracle=oracle, gradient=gradient, name="broadcast"),
        case(op, SPECIAL, SPECIAL[::-1].copy(), oracle=oracle, name="special"),
        case(op, x2.ravel()[:3], EMPTY, oracle=oracle, name="empty"),
        case(op, *_SIGNED, oracle=oracle, name="signs"),
    ]


def _shown(one: Any) -> str:
    if holds_arrays(one):
        return f"[{' '.join(map(_shown, one))}]"
    return str(list(one.shape)) if isinstance(one, np.ndarray) else str(one)


def holds_arrays(one: Any) -> bool:
    """Return whether an argument is a sequence of tensors."""
    return isinstance(one, list) and bool(one) and all(isinstance(item, np.ndarray) for item in one)


def over_arrays(function: Callable[[np.ndarray], Any], args: Any) -> Any:
    """Return `args` with `function` applied to each array, also inside of a sequence of them."""

    def over(one: Any) -> Any:
        return function(one) if isinstance(one, np.ndarray) else one

    return tuple([over(item) for item in one] if holds_arrays(one) else over(one) for one in args)


def listed(result: Any) -> list[Any]:
    """Return the tensors of a result, which is one or several."""
    return list(result) if isinstance(result, (list, tuple)) else [result]


def wide(array: np.ndarray) -> np.ndarray:
    """Return what an oracle computes with: floats as float64, complex numbers as complex128."""
    return array if array.dtype.kind in "biu" else array.astype("complex128" if array.dtype.kind == "c" else "float64")


def answer(case: Case, args: Any) -> list[np.ndarray]:
    """Return what the oracle of `case` answers to `args`."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of an oracle: "mean of empty slice"
        return [np.asarray(one) for one in listed(case.oracle(*over_arrays(wide, args)))]


class Numbers:
    """Arguments for one table of cases; the same in every process, whatever other tables there are.

    Args:
        table: Name of the table, which is the seed.
    """

    def __init__(self, table: str) -> None:
        self._rng = np.random.default_rng(zlib.crc32(table.encode()))

    def real(self, *shape: int, low: float = -2.0, high: float = 2.0) -> np.ndarray:
        """Return float32 numbers in ``[low, high)``."""
        return self._rng.uniform(low, high, shape).astype("float32")

    def whole(self, *shape: int, low: int = -5, high: int = 6) -> np.ndarray:
        """Return int32 numbers in ``[low, high)``."""
        return self._rng.integers(low, high, shape).astype("int32")

    def apart(self, *shape: int) -> np.ndarray:
        """Return float32 numbers that differ by more than the step of a finite difference."""
        return (self._rng.permutation(math.prod(shape)) / 4 - 1.1).astype("float32").reshape(shape)


def smooth(cases: list[Case], each: int = 2) -> list[Case]:
    """Return the cases that gradients are checked of: `each` for every op, since some frameworks compile every one."""
    asked = [case for case in cases if case.gradient]
    return [case for i, case in enumerate(asked) if sum(other.op == case.op for other in asked[:i]) < each]
