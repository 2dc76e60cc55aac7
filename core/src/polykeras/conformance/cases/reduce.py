"""Reductions, running totals, orders and positions, and NumPy's or SciPy's answer to each call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

from polykeras.conformance.case import BOOLS, EMPTY, INF, NAN, SPECIAL, Numbers, case

_NUMBERS = Numbers("reduce")
apart, real, whole = _NUMBERS.apart, _NUMBERS.real, _NUMBERS.whole

_FOLDS: list[tuple[str, Callable[..., Any]]] = [
    ("sum", np.sum),
    ("prod", np.prod),
    ("mean", np.mean),
    ("max", np.max),
    ("min", np.min),
    ("var", np.var),
    ("std", np.std),
    ("logsumexp", special.logsumexp),
]
_SPREAD: list[tuple[str, Callable[..., Any]]] = [("amax", np.max), ("amin", np.min), ("ptp", np.ptp)]
_TESTS: list[tuple[str, Callable[..., Any]]] = [("any", np.any), ("all", np.all)]
_POSITIONS: list[tuple[str, Callable[..., Any]]] = [("argmax", np.argmax), ("argmin", np.argmin)]


def _keep(f: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x, axis=None, keepdims=False, **rest: f(x, axis=axis, keepdims=keepdims, **rest)


def _initial(f: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x, axis, keepdims, initial: f(x, axis=axis, keepdims=keepdims, initial=initial)


def _largest(x: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    positions = np.argsort(-x, axis=-1, kind="stable")[..., :k]
    return np.take_along_axis(x, positions, -1), positions


def _in_top(targets: np.ndarray, predictions: np.ndarray, k: int) -> np.ndarray:
    rows = zip(targets.astype(int), predictions, strict=True)
    return np.array([0 <= t < len(p) and not np.isnan(p[t]) and np.sum(p > p[t]) < k for t, p in rows])


_SCORES = np.array(
    [[0.1, 0.6, 0.3], [0.5, 0.5, 0.0], [0.2, NAN, 0.8], [0.1, 0.2, 0.7], [1.0, 2.0, 3.0]], dtype="float32"
)
_CLASSES = np.array([1, 1, 1, 5, -1], dtype="int32")
_TIES = np.array([[1, 3, 3, 0], [2, 2, 2, 2], [0, NAN, 5, NAN]], dtype="float32")

REDUCE = [
    *(
        case(op, apart(2, 3, 2) + 0.3, axis, keepdims, oracle=_keep(f), gradient=True)
        for op, f in _FOLDS
        for axis, keepdims in ((None, False), (None, True), (1, False), (-1, True), ((0, -1), False), ((0, 2), True))
    ),
    *(case(op, real(2, 3), (), oracle=_keep(f)) for op, f in _FOLDS if op not in {"std", "logsumexp"}),
    *(case(op, np.array(3, "float32"), oracle=_keep(f), name="scalar") for op, f in _FOLDS),
    *(case(op, np.zeros((3, 0, 2), "float32"), 0, oracle=_keep(f), name="empty, axis kept") for op, f in _FOLDS),
    *(case(op, EMPTY, axis, oracle=_keep(f)) for op, f in _FOLDS[:2] + _TESTS for axis in (None, 0, 1)),
    *(case(op, SPECIAL.reshape(7, 1), 1, oracle=_keep(f), name="special") for op, f in _FOLDS[:5]),
    *(case(op, SPECIAL, oracle=_keep(f), name="nan wins") for op, f in _FOLDS[3:5]),
    *(
        case(op, apart(2, 3, 2) + 0.3, axis, keepdims, oracle=_keep(f), gradient=True)
        for op, f in _SPREAD
        for axis, keepdims in ((None, False), (-1, True), ((0, 2), False))
    ),
    *(case(op, SPECIAL, oracle=_keep(f), name="nan wins") for op, f in _SPREAD),
    *(case(op, whole(2, 3), 1, oracle=_keep(f), name="ints") for op, f in _SPREAD),
    *(
        case(op, BOOLS, axis, keepdims, oracle=_keep(f))
        for op, f in _TESTS
        for axis, keepdims in ((None, False), (1, True), ((0, 1), False), ((), False))
    ),
    *(case(op, SPECIAL, oracle=_keep(f), name="special") for op, f in _TESTS),
    *(
        case(op, _TIES, axis, keepdims, oracle=_keep(f))
        for op, f in _POSITIONS
        for axis, keepdims in ((None, False), (None, True), (0, False), (-1, True))
    ),
    case("max", EMPTY, 0, False, -5.0, oracle=_initial(np.max), name="empty, initial"),
    case("min", real(2, 3), 1, True, -0.5, oracle=_initial(np.min), name="initial"),
    case("max", whole(2, 3), None, False, 4, oracle=_initial(np.max), name="initial, ints"),
    case("prod", whole(2, 3), 1, False, "float32", oracle=lambda x, *_: np.prod(x, 1), name="dtype"),
    case("logsumexp", np.array([1000.0, 1000.0], "float32"), oracle=special.logsumexp, name="large"),
    case("logsumexp", np.array([[-INF, -INF], [0.0, -INF]], "float32"), 1, oracle=special.logsumexp, name="-inf"),
    *(
        case(op, apart(2, 3) + 0.3, axis, oracle=f, gradient=True)
        for op, f in (("cumsum", np.cumsum), ("cumprod", np.cumprod))
        for axis in (None, 0, -1)
    ),
    case("cumsum", BOOLS, 1, oracle=np.cumsum, name="booleans"),
    case("cumsum", whole(4), 0, "float32", oracle=lambda x, *_: np.cumsum(x), name="dtype"),
    case("count_nonzero", SPECIAL, oracle=np.count_nonzero),
    case("count_nonzero", BOOLS, (0, 1), oracle=np.count_nonzero),
    case("count_nonzero", BOOLS, 1, oracle=np.count_nonzero),
    *(case("sort", apart(2, 3), axis, oracle=np.sort, gradient=True) for axis in (-1, 0, None)),
    case("sort", SPECIAL, oracle=np.sort, name="nan last"),
    *(case("argsort", _TIES, axis, oracle=lambda x, a: np.argsort(x, a, kind="stable")) for axis in (-1, 0, None)),
    case("argsort", BOOLS, 1, oracle=lambda x, a: np.argsort(x, a, kind="stable"), name="booleans"),
    case("top_k", apart(2, 5), 3, oracle=_largest),
    case("top_k", whole(1, low=3), 1, oracle=_largest, name="ints"),
    case("top_k", real(2, 3), 0, oracle=_largest, name="none"),
    *(case("in_top_k", _CLASSES, _SCORES, k, oracle=_in_top) for k in (1, 2, 3)),
    *(case("trace", real(3, 4), k, oracle=np.trace, gradient=True) for k in (0, 1, -2)),
    case("trace", whole(2, 3, 3), 0, -1, 1, oracle=np.trace, name="axes"),
    *(
        case("diff", real(4, 5), n, axis, oracle=np.diff, gradient=n > 0)
        for n, axis in ((1, -1), (2, 0), (0, 1), (9, 0))
    ),
    case("diff", SPECIAL, oracle=np.diff, name="special"),
    case("diff", EMPTY, 1, 0, oracle=np.diff, name="empty"),
    case("diff", BOOLS, oracle=np.diff, name="booleans"),
]
