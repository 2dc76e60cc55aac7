"""Images drawn anew: the places from the definition, pixel by pixel, and what is there by SciPy."""

from __future__ import annotations

import numpy as np

from polykeras.conformance.case import Numbers, case
from polykeras.conformance.cases.coordinates import looked_up

_NUMBERS = Numbers("transforms")
real, whole = _NUMBERS.real, _NUMBERS.whole
_FIRST = "channels_first"


def _affine(
    x: np.ndarray, transform: np.ndarray, method: str = "bilinear", mode: str = "constant", fill: float = 0.0,
    form: str | None = None,
) -> np.ndarray:  # fmt: skip
    if x.ndim == 3:
        return _affine(x[None], transform, method, mode, fill, form)[0]
    if form == _FIRST:
        return np.moveaxis(_affine(np.moveaxis(x, 1, -1), transform, method, mode, fill), -1, 1)
    result = np.zeros_like(x)
    for n, image in enumerate(x):
        a0, a1, a2, b0, b1, b2, c0, c1 = transform if transform.ndim == 1 else transform[n % len(transform)]
        v, u = np.indices(image.shape[:2])
        scale = c0 * u + c1 * v + 1
        places = np.stack([(b0 * u + b1 * v + b2) / scale, (a0 * u + a1 * v + a2) / scale])
        for channel in range(image.shape[-1]):
            result[n, ..., channel] = looked_up(image[..., channel], places, int(method == "bilinear"), mode, fill)
    return result


def _perspective(
    x: np.ndarray, starts: np.ndarray, ends: np.ndarray, method: str = "bilinear", fill: float = 0.0,
    form: str | None = None,
) -> np.ndarray:  # fmt: skip
    transforms = []
    for start, end in zip(starts.reshape(-1, 4, 2), ends.reshape(-1, 4, 2), strict=True):
        rows, targets = [], []
        for (u, v), (p, q) in zip(end, start, strict=True):
            rows += [[u, v, 1, 0, 0, 0, -p * u, -p * v], [0, 0, 0, u, v, 1, -q * u, -q * v]]
            targets += [p, q]
        transforms.append(np.linalg.solve(np.array(rows), np.array(targets)))
    return _affine(x, np.array(transforms), method, "constant", fill, form)


_TURN = np.array(
    [[0.9, 0.13, 0.33, -0.1, 1.07, 0.21, 0.0, 0.0], [1.1, -0.3, -0.6, 0.2, 0.8, 0.9, 0.02, 0.03]], "float32"
)
_CORNERS = np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 2.0], [3.0, 2.0]], "float32")
_MOVED = _CORNERS + np.array([[0.3, 0.2], [-0.4, 0.1], [0.2, -0.3], [0.1, 0.35]], "float32")

TRANSFORMS = [
    case("affine_transform", real(2, 3, 4, 2), _TURN, oracle=_affine, gradient=True),
    case("affine_transform", real(2, 4, 3, 1), _TURN[0], "nearest", "reflect", oracle=_affine, name="one for all"),
    case("affine_transform", real(4, 5, 1), _TURN[:1], "bilinear", "wrap", oracle=_affine, name="one image"),
    case("affine_transform", whole(1, 2, 3, 4), _TURN[1:], "bilinear", "constant", 7, _FIRST, oracle=_affine,
         name="ints, channels first"),
    case("perspective_transform", real(2, 3, 4, 1), _CORNERS, _MOVED, oracle=_perspective),
    case("perspective_transform", real(1, 3, 4, 2), _MOVED[None], _CORNERS[None], "nearest", 1.5, oracle=_perspective),
    case("perspective_transform", real(2, 3, 4), _CORNERS, _MOVED, "bilinear", 0.5, _FIRST, oracle=_perspective,
         name="channels first"),
]  # fmt: skip
