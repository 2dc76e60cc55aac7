"""Ranges by logarithms, powers, grids, windows, choices and places, against NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras.conformance.case import Case, Numbers, case

_NUMBERS = Numbers("ranges")
real, whole = _NUMBERS.real, _NUMBERS.whole


def _kaiser(n: int, beta: float) -> np.ndarray:
    return np.asarray(np.kaiser(n, beta))


def _select(conditions: Any, choices: Any, default: Any = 0) -> np.ndarray:
    return np.asarray(np.select([np.asarray(one, bool) for one in conditions], choices, default))


def _vander(x: np.ndarray, n: int | None = None, increasing: bool = False) -> np.ndarray:
    return np.asarray(np.vander(x, n, increasing=increasing))


def _places(indices: Any, shape: Any) -> tuple[np.ndarray, ...]:
    return tuple(np.asarray(one) for one in np.unravel_index(np.asarray(indices) % np.prod(shape), shape))


_TRUTHS = np.array([[True], [False]]), np.array([True, True, False])
RANGES: list[Case] = [
    *(
        case(name, n, oracle=getattr(np, name))
        for name in ("bartlett", "blackman", "hamming", "hanning")
        for n in (6, 1, 0)
    ),
    *(case("kaiser", n, beta, oracle=_kaiser) for n, beta in ((7, 14.0), (4, 0.0), (1, 3.0), (0, 2.0))),
    case("vander", real(3), oracle=_vander, gradient=True),
    case("vander", np.array([0.0, -2.0], "float32"), 4, True, oracle=_vander, gradient=True, name="zero"),
    case("vander", whole(3), 2, oracle=_vander),
    case("vander", real(0), oracle=_vander, name="empty"),
    case("diagflat", real(2, 2), oracle=np.diagflat, gradient=True),
    case("diagflat", whole(3), -2, oracle=np.diagflat),
    case("diagflat", real(0), 1, oracle=np.diagflat, name="empty"),
    case("select", [_TRUTHS[0], _TRUTHS[1]], [real(2, 3), real(3)], oracle=_select, gradient=True),
    case("select", [np.array([1, 0], "int32")], [whole(2)], 9, oracle=_select, name="numbers"),
    case("select", [_TRUTHS[1]], [real(2, 3)], real(2, 1), oracle=_select, gradient=True, name="default"),
    case("unravel_index", np.array([22, 41, 37], "int32"), (7, 6), oracle=_places),
    case("unravel_index", np.array([[-1, 0], [3, -6]], "int32"), (2, 3), oracle=_places, name="negative"),
    case("unravel_index", np.array([5], "int64"), (2, 2, 2), oracle=_places, name="int64"),
]
