"""Distances, and SciPy's answer to each call."""

from __future__ import annotations

import numpy as np
from scipy.spatial import distance

from polykeras.conformance.case import BOOLS, EMPTY, INF, NAN, Numbers, case

_NUMBERS = Numbers("distances")
real, whole = _NUMBERS.real, _NUMBERS.whole


def _distances(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    x, y = x.astype(float), y.astype(float)
    if x.ndim == y.ndim == 2 and x.size and y.size:
        return distance.cdist(x, y)
    result: np.ndarray = np.sqrt(np.sum((x[..., :, None, :] - y[..., None, :, :]) ** 2, -1))
    return result


DISTANCES = [
    case("cdist", real(3, 2), real(4, 2), oracle=_distances, gradient=True),
    case("cdist", real(2, 1, 3, 2), real(3, 2, 2), oracle=_distances, gradient=True, name="batches"),
    case("cdist", whole(3, 2), whole(2, 2), oracle=_distances, name="ints"),
    case("cdist", BOOLS, BOOLS, oracle=_distances, name="booleans"),
    case("cdist", EMPTY, real(2, 3), oracle=_distances, name="empty"),
    case(
        "cdist",
        np.array([[NAN, 1.0], [INF, 0.0], [1.0, 1.0]], "float32"),
        np.ones((1, 2), "float32"),
        oracle=_distances,
        name="special",
    ),
]
