"""Rows folded by segments, and NumPy's answer to each call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polykeras.conformance.case import INF, NAN, Numbers, case

_NUMBERS = Numbers("segments")
apart, whole = _NUMBERS.apart, _NUMBERS.whole

_LEAST = {"f": -INF, "i": -(2**31), "b": False}
_GREATEST = {"f": INF, "i": 2**31 - 1, "b": True}
_FOLDS: list[tuple[str, Callable[..., Any], dict[str, Any]]] = [
    ("segment_sum", np.sum, {"f": 0, "i": 0, "b": 0}),
    ("segment_prod", np.prod, {"f": 1, "i": 1, "b": 1}),
    ("segment_max", np.max, _LEAST),
    ("segment_min", np.min, _GREATEST),
]
_IDS = np.array([2, 0, 2, 5, 2, 0], dtype="int32")
_UNFIT = np.array([-1, 1, 7, 1, 0, 2], dtype="int32")


def _fold(f: Callable[..., Any], neutral: dict[str, Any]) -> Callable[..., Any]:
    def fold(data: np.ndarray, ids: np.ndarray, count: int | None = None, _: bool = False) -> np.ndarray:
        numbers = range(ids.max(initial=-1) + 1 if count is None else count)
        empty = np.full(data.shape[1:], neutral[data.dtype.kind])
        rows = [f(data[ids == one], axis=0) if np.any(ids == one) else empty for one in numbers]
        return np.stack(rows) if rows else np.zeros((0, *data.shape[1:]))

    return fold


SEGMENTS = [
    *(case(op, apart(6, 2) + 0.3, np.minimum(_IDS, 1), 2, oracle=_fold(f, n), gradient=True) for op, f, n in _FOLDS),
    *(case(op, apart(6) + 0.3, _UNFIT, 3, oracle=_fold(f, n), gradient=True, name="left out") for op, f, n in _FOLDS),
    *(case(op, apart(6), np.sort(_IDS), None, True, oracle=_fold(f, n), name="of values") for op, f, n in _FOLDS),
    *(case(op, apart(6, 2), _IDS, 7, oracle=_fold(f, n), name="holes") for op, f, n in _FOLDS),
    *(case(op, whole(6), _IDS, 4, oracle=_fold(f, n), name="ints") for op, f, n in _FOLDS),
    *(
        case(op, np.array([True, False, True]), np.array([1, 1, 3], "int32"), 4, oracle=_fold(f, n), name="booleans")
        for op, f, n in _FOLDS
    ),
    *(
        case(op, np.zeros((0, 2), "float32"), np.zeros(0, "int32"), 2, oracle=_fold(f, n), name="empty")
        for op, f, n in _FOLDS
    ),
    *(
        case(op, np.array([0.0, NAN, 2.0, 0.0], "float32"), _IDS[:4] * 0 + 1, 2, oracle=_fold(f, n), name="nan")
        for op, f, n in _FOLDS
    ),
    case("segment_prod", np.array([0.0, 3.0, 0.0, 2.0]), _IDS[:4], 3, oracle=_fold(*_FOLDS[1][1:]), gradient=True),
]
