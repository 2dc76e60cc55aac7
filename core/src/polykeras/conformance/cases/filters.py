"""Filters of images, by SciPy's correlation in two dimensions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import signal

from polykeras.conformance.case import Numbers, case

_NUMBERS = Numbers("filters")
real, whole = _NUMBERS.real, _NUMBERS.whole
_FIRST = "channels_first"
_DOWN = np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]])


def _by_plane(x: np.ndarray, kernel: np.ndarray, form: str | None) -> np.ndarray:
    planes = x if form == _FIRST else np.moveaxis(x, -1, -3)
    flat = planes.reshape(int(np.prod(planes.shape[:-2])), *planes.shape[-2:])
    low = [(size - 1) // 2 for size in kernel.shape]
    around = [(below, size - 1 - below) for below, size in zip(low, kernel.shape, strict=True)]
    done = [signal.correlate2d(np.pad(plane, around), kernel, "valid") for plane in flat]
    result = np.array(done, dtype=np.result_type(x, kernel)).reshape(planes.shape)
    return result if form == _FIRST else np.moveaxis(result, -3, -1)


def _normal(size: int, sigma: float) -> np.ndarray:
    weights = np.exp(-((np.arange(size) - (size - 1) / 2) ** 2) / (2 * sigma**2))
    return weights / weights.sum()


def _blur(
    x: np.ndarray, size: Sequence[int] = (3, 3), sigma: Sequence[float] = (1.0, 1.0), form: str | None = None
) -> np.ndarray:
    kernel = np.outer(_normal(size[0], sigma[0]), _normal(size[1], sigma[1]))
    blurred = _by_plane(x, kernel, form)
    return blurred if x.dtype.kind == "f" else np.round(blurred).astype(x.dtype)


def _sobel(x: np.ndarray, form: str | None = None) -> np.ndarray:
    return np.stack([_by_plane(x, _DOWN, form), _by_plane(x, _DOWN.T, form)], -1)


FILTERS = [
    case("gaussian_blur", real(2, 4, 5, 2), oracle=_blur, gradient=True),
    case("gaussian_blur", real(5, 4, 1), (5, 3), (1.5, 0.5), oracle=_blur, name="tall"),
    case("gaussian_blur", real(1, 4, 5, 1), (4, 2), (1.0, 2.0), oracle=_blur, name="even"),
    case("gaussian_blur", whole(1, 2, 4, 3, low=0, high=256), (3, 3), (1.0, 1.0), _FIRST, oracle=_blur, name="ints"),
    case("gaussian_blur", real(0, 4, 5, 2), oracle=_blur, name="no images"),
    case("sobel_edges", real(2, 4, 5, 2), oracle=_sobel, gradient=True),
    case("sobel_edges", real(3, 4, 1), oracle=_sobel),
    case("sobel_edges", whole(1, 2, 4, 3), _FIRST, oracle=_sobel, name="ints"),
    case("sobel_edges", real(0, 4, 5, 2), oracle=_sobel, name="no images"),
]
