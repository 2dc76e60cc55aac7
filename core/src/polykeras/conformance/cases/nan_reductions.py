"""Reductions that pass over nan, and NumPy's answer to each call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polykeras.conformance.case import INF, NAN, SPECIAL, Numbers, case

_NUMBERS = Numbers("nan_reductions")
apart, whole = _NUMBERS.apart, _NUMBERS.whole

_X = apart(2, 3, 2) + 0.3
_HOLES = _X.copy()
_HOLES[0, 1, 0] = _HOLES[1, 0, 0] = _HOLES[1, 2, 1] = NAN
_LOST = np.array([[NAN, 1.0, 2.5], [NAN, NAN, NAN], [3.0, NAN, -INF], [NAN, -INF, -INF]], dtype="float32")

_FOLDS: list[tuple[str, Callable[..., Any]]] = [
    ("nansum", np.nansum),
    ("nanprod", np.nanprod),
    ("nanmean", np.nanmean),
    ("nanmax", np.nanmax),
    ("nanmin", np.nanmin),
    ("nanvar", np.nanvar),
    ("nanstd", np.nanstd),
    ("nanmedian", np.nanmedian),
]


def _keep(f: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x, axis=None, keepdims=False: f(x, axis=axis, keepdims=keepdims)


def _position(f: Callable[..., Any], worst: float) -> Callable[..., Any]:
    """Return NumPy's function, with -1 where NumPy raises: where all is nan."""

    def find(x: np.ndarray, axis: int | None = None, keepdims: bool = False) -> np.ndarray:
        lost = np.all(np.isnan(x), axis=axis, keepdims=True)
        # An infinity that is worst of all is still found before nan, and the first of equals wins.
        ranks = np.where(np.isnan(x), worst * 3, np.clip(x, -1e9, 1e9) * 1.0)
        found = np.where(lost, -1, f(ranks, axis=axis, keepdims=True))
        return found if keepdims else found.reshape(np.squeeze(lost, axis).shape)

    return find


def _quantile(x: np.ndarray, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False) -> Any:
    return np.nanquantile(x, q, axis, method=method, keepdims=keepdims)


def _percentile(x: np.ndarray, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False) -> Any:
    return np.nanpercentile(x, q, axis, method=method, keepdims=keepdims)


NAN_REDUCTIONS = [
    *(
        case(op, _HOLES, axis, keepdims, oracle=_keep(f), gradient=True)
        for op, f in _FOLDS
        for axis, keepdims in ((None, False), (-1, True), ((0, 1), False))
    ),
    *(case(op, _LOST[:3, :2], 1, oracle=_keep(f), name="all nan") for op, f in _FOLDS),
    *(case(op, _LOST, 1, oracle=_keep(f), name="infinities") for op, f in _FOLDS[:5]),
    *(case(op, whole(2, 3), 0, oracle=_keep(f), name="ints") for op, f in _FOLDS),
    *(case(op, np.zeros((0, 3), "float32"), 1, oracle=_keep(f), name="empty") for op, f in (*_FOLDS[:3], _FOLDS[5])),
    case("nansum", np.zeros((0, 3), "float32"), 0, oracle=_keep(np.nansum), name="empty, folded"),
    case("nanmean", np.zeros((0, 3), "float32"), 0, oracle=_keep(np.nanmean), name="empty, folded"),
    *(
        case(op, x, axis, keepdims, oracle=_position(f, worst))
        for op, f, worst in (("nanargmax", np.argmax, -1e9), ("nanargmin", np.argmin, 1e9))
        for x, axis, keepdims in ((_HOLES, None, False), (_HOLES, 1, True), (_LOST[:3], -1, False), (_LOST, 0, False))
    ),
    case("nanargmax", _LOST[3:], 1, oracle=_position(np.argmax, -1e9), name="infinity beside nan"),
    *(
        case(op, _HOLES, axis, oracle=f, gradient=True)
        for op, f in (("nancumsum", np.nancumsum), ("nancumprod", np.nancumprod))
        for axis in (None, 1, -1)
    ),
    *(
        case(op, SPECIAL[3:], 0, "int32", oracle=lambda x, *_, f=f: f(x.astype("int32")), name="dtype")
        for op, f in (("nancumsum", np.nancumsum), ("nancumprod", np.nancumprod))
    ),
    # NumPy's line between an infinity and its neighbour is nan; so the first of each has finite numbers only.
    case("nanquantile", _X, 0.3, 1, "lower", oracle=_quantile),
    case("nanquantile", _HOLES, 0.4, oracle=_quantile, gradient=True),
    case("nanquantile", _HOLES, [0.1, 0.5], (0, -1), "linear", True, oracle=_quantile, gradient=True),
    case(
        "nanquantile",
        _LOST[:2],
        np.array([[0.25, 1.0]], "float32"),
        1,
        "lower",
        oracle=_quantile,
        name="tensor of parts",
    ),
    case("nanpercentile", _X, 30, None, "higher", True, oracle=_percentile),
    case("nanpercentile", _HOLES, [10, 60], 1, oracle=_percentile, gradient=True),
    case("nanpercentile", whole(3, 4), 50.0, 0, "midpoint", oracle=_percentile, name="ints"),
]
