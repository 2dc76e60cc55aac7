"""Elements at other places, by SciPy's interpolation."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from polykeras.conformance.case import Numbers, case

_NUMBERS = Numbers("coordinates")
real, whole = _NUMBERS.real, _NUMBERS.whole
_MODES = {"constant": "grid-constant", "wrap": "grid-wrap"}


def looked_up(x: np.ndarray, places: np.ndarray, order: int, mode: str = "constant", fill: float = 0.0) -> np.ndarray:
    """Return SciPy's answer; its names for two of the modes are others, and it cuts whole numbers off."""
    found = ndimage.map_coordinates(
        x.astype("float64"), places, order=order, mode=_MODES.get(mode, mode), cval=fill, prefilter=False
    )
    if x.dtype.kind in "iu":
        return (np.sign(found) * np.floor(np.abs(found) + 0.5)).astype(x.dtype)
    return found


# Halves, where the nearest element is one of two, are left to a case of their own.
_PLACES = np.stack([real(2, 7, low=-3.0, high=5.0), real(2, 7, low=-4.0, high=7.0)])
_WITHIN = np.stack([real(6, low=0.1, high=1.9), real(6, low=0.1, high=2.9)])

COORDINATES = [
    case("map_coordinates", real(3, 4), _WITHIN, 1, oracle=looked_up, gradient=True, name="within"),
    *(
        case("map_coordinates", real(3, 4), _PLACES, order, mode, 1.5, oracle=looked_up, name=f"{mode} {order}")
        for order in (0, 1)
        for mode in ("constant", "nearest", "wrap", "mirror", "reflect")
    ),
    case("map_coordinates", whole(3, 4), _PLACES, 1, "nearest", oracle=looked_up, name="ints"),
    case("map_coordinates", real(2, 3, 4), real(3, 5, low=-1.0, high=4.0), 1, "reflect", oracle=looked_up),
    case("map_coordinates", real(4), np.array([[0.5, 1.5, 2.5, -0.6]], "float32"), 0, "nearest",
         oracle=lambda x, *_: x[[1, 2, 3, 0]], name="halves"),
    case("map_coordinates", real(3), np.zeros((1, 0), "float32"), 1, oracle=looked_up, name="no places"),
]  # fmt: skip
