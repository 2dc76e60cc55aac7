"""Averages, quantiles, correlation, counts and integrals, and NumPy's answer to each call."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras.conformance.case import BOOLS, EMPTY, INF, NAN, Numbers, case

_NUMBERS = Numbers("statistics")
apart, real, whole = _NUMBERS.apart, _NUMBERS.real, _NUMBERS.whole

_X = apart(2, 5, 2) + 0.3
_HOLE = np.array([[1.0, NAN, 2.0], [0.5, 3.0, 2.0]], dtype="float32")
_METHODS = ("linear", "lower", "higher", "midpoint", "nearest")


def _average(x: np.ndarray, axis: Any = None, weights: Any = None) -> Any:
    return np.average(x, axis, weights)


def _quantile(x: np.ndarray, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False) -> Any:
    return np.quantile(x, q, axis, method=method, keepdims=keepdims)


def _percentile(x: np.ndarray, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False) -> Any:
    return np.percentile(x, q, axis, method=method, keepdims=keepdims)


def _median(x: np.ndarray, axis: Any = None, keepdims: bool = False) -> Any:
    return np.median(x, axis, keepdims=keepdims)


def _histogram(x: np.ndarray, bins: int = 10, range: Any = None) -> Any:
    return np.histogram(x, bins, range)


def _counts(x: np.ndarray, weights: Any = None, minlength: int = 0) -> np.ndarray:
    rows = np.atleast_2d(x).astype(int)
    length = max(minlength, rows.max(initial=-1) + 1)
    given = np.ones(rows.shape) if weights is None else np.atleast_2d(weights)
    counts = np.stack([np.bincount(*pair, length) for pair in zip(rows, given, strict=True)])
    return counts.reshape((*x.shape[:-1], length))


def _trapezoid(y: np.ndarray, x: Any = None, dx: float = 1.0, axis: int = -1) -> Any:
    return np.trapezoid(y, x, dx, axis)


STATISTICS = [
    case("average", _X, oracle=_average, gradient=True),
    case("average", _X, 1, real(5, low=0.5), oracle=_average, gradient=True, name="weights of an axis"),
    case("average", _X, (0, -1), real(2, 5, 2, low=0.5), oracle=_average, gradient=True, name="weights of each"),
    case("average", whole(2, 3), -1, np.array([1, 2, 3], "int32"), oracle=_average, name="ints"),
    *(case("quantile", _X, 0.3, 1, method, oracle=_quantile, gradient=True) for method in _METHODS),
    case("quantile", _X, [0.0, 0.6, 1.0], (0, 2), "linear", True, oracle=_quantile, gradient=True),
    case("quantile", _X, np.array([[0.1, 0.9]], "float32"), oracle=_quantile, name="tensor of parts"),
    case("quantile", np.array([1.0, 4.0, 3.0, 2.0]), 0.5, None, "nearest", oracle=_quantile, name="halfway"),
    case("quantile", _HOLE, 0.4, 1, oracle=_quantile, name="nan"),
    case("quantile", whole(3, 4), 0.8, (), oracle=lambda x, *_: x, name="nothing folded"),
    case("percentile", _X, 30, oracle=_percentile, gradient=True),
    case("percentile", _X, [10.0, 45.0], -2, "nearest", True, oracle=_percentile),
    case("percentile", whole(3, 4), 55, 0, oracle=_percentile, name="ints"),
    *(
        case("median", _X, axis, keepdims, oracle=_median, gradient=True)
        for axis, keepdims in ((None, False), (1, True), ((0, 2), False))
    ),
    case("median", _HOLE, 1, oracle=_median, name="nan"),
    case("median", EMPTY, 0, oracle=lambda *_: np.full(3, NAN), name="empty"),
    case("median", np.array([INF, 1.0, INF, -INF], "float32"), oracle=lambda _: INF, name="infinities"),
    case("corrcoef", apart(3, 5), oracle=np.corrcoef, gradient=True),
    case("corrcoef", whole(2, 4), oracle=np.corrcoef),
    case("corrcoef", real(4), oracle=lambda _: 1.0, name="one variable"),
    case("corrcoef", np.ones((2, 3), "float32"), oracle=lambda _: np.full((2, 2), NAN), name="constant"),
    *(
        case("correlate", real(n), real(m), mode, oracle=np.correlate, gradient=mode != "valid" or n > m)
        for n, m in ((5, 2), (2, 4), (3, 3))
        for mode in ("valid", "same", "full")
    ),
    case("correlate", whole(4), whole(3), oracle=np.correlate, name="ints"),
    case("histogram", apart(12), 4, oracle=_histogram),
    case("histogram", whole(3, 4), 2, oracle=_histogram, name="two axes"),
    case("histogram", np.array([0.0, 1.0, 2.0, 2.0, 4.0, NAN, 7.0], "float32"), 4, (0, 4), oracle=_histogram),
    case("histogram", np.array([2, 2], "int32"), 2, oracle=_histogram, name="level"),
    case("histogram", EMPTY, oracle=_histogram, name="empty"),
    case("bincount", np.array([1, 2, 1, 5], "int32"), oracle=_counts),
    case("bincount", np.array([1, 2, 1], "int32"), real(3), 6, oracle=_counts, name="weights"),
    case("bincount", np.array([[1, 3], [0, 0]], "int32"), real(2, 2), oracle=_counts, name="rows"),
    case("bincount", np.zeros(0, "int32"), None, 2, oracle=_counts, name="empty"),
    case("digitize", np.array([[0.2, 6.4, 3.0], [1.0, NAN, -1.0]], "float32"), np.arange(5.0), oracle=np.digitize),
    case("digitize", np.array([0.2, 3.0, 9.0, 1.0], "float32"), np.array([4.0, 3.0, 1.0]), oracle=np.digitize),
    case("digitize", whole(2, 3), np.array([0], "int32"), oracle=np.digitize, name="one edge"),
    case("digitize", real(3), np.zeros(0, "float32"), oracle=np.digitize, name="no edge"),
    case("trapezoid", _X, None, 0.5, 1, oracle=_trapezoid, gradient=True),
    case("trapezoid", _X, apart(2), oracle=_trapezoid, gradient=True, name="x of one axis"),
    case("trapezoid", _X, apart(5), 1.0, 1, oracle=_trapezoid, name="x of another axis"),
    case("trapezoid", _X, apart(5, 2), 1.0, -2, oracle=_trapezoid, name="x of two axes"),
    case("trapezoid", BOOLS, oracle=_trapezoid, name="booleans"),
]
