"""Colours of pixels, one at a time by the standard library's `colorsys`."""

from __future__ import annotations

import colorsys
from collections.abc import Callable

import numpy as np

from polykeras.conformance.case import NAN, Numbers, case

_NUMBERS = Numbers("colors")
_LAST, _FIRST = "channels_last", "channels_first"
_COLOURS = _NUMBERS.real(2, 2, 3, 3, low=0.05, high=0.95)
# On the circle's corners, on its edges, grey, black, beyond the circle.
_CORNERS = np.array(
    [[[1, 0, 0], [0.5, 0.5, 0], [0, 0.25, 0], [0, 0.5, 0.5], [0, 0, 1], [1, 0, 1], [0.25, 0.25, 0.25], [0, 0, 0]]],
    dtype="float32",
)
_HUES = np.array([[[1.25, 0.5, 0.7], [-0.2, 0.5, 0.7], [0.3, 0, 0.6], [0, 1, 1], [0.9, 1, 0]]], dtype="float32")


def _by_pixel(function: Callable[[float, float, float], tuple[float, ...]]) -> Callable[..., np.ndarray]:
    def run(images: np.ndarray, data_format: str | None = None) -> np.ndarray:
        axis = -3 if data_format == _FIRST else -1
        rows = np.moveaxis(images, axis, -1)
        pixels = [function(*pixel) for pixel in rows.reshape(-1, 3)]
        return np.moveaxis(np.array(pixels).reshape(rows.shape), -1, axis)

    return run


def _grey(images: np.ndarray, data_format: str | None = None) -> np.ndarray:
    axis = -3 if data_format == _FIRST else -1
    if images.shape[axis] == 1:
        return images
    grey = np.moveaxis(images, axis, -1) @ np.array([0.2989, 0.587, 0.114])
    return np.expand_dims(grey, axis).astype(images.dtype)


_TO_HSV, _TO_RGB = _by_pixel(colorsys.rgb_to_hsv), _by_pixel(colorsys.hsv_to_rgb)

COLORS = [
    case("rgb_to_grayscale", _COLOURS, oracle=_grey, gradient=True),
    case("rgb_to_grayscale", _COLOURS[0].T.copy(), _FIRST, oracle=_grey),
    case("rgb_to_grayscale", _NUMBERS.whole(3, 2, 3, low=0, high=255), oracle=_grey, name="ints"),
    case("rgb_to_grayscale", _COLOURS[..., :1], oracle=_grey, name="grey", unknown=False),
    case("rgb_to_grayscale", np.zeros((0, 2, 2, 3), "float32"), oracle=_grey, name="empty"),
    case("rgb_to_hsv", _COLOURS, oracle=_TO_HSV, gradient=True),
    case("rgb_to_hsv", _COLOURS.transpose(0, 3, 1, 2).copy(), _FIRST, oracle=_TO_HSV),
    case("rgb_to_hsv", _CORNERS, oracle=_TO_HSV, name="corners"),
    case("rgb_to_hsv", np.zeros((0, 2, 2, 3), "float32"), oracle=_TO_HSV, name="empty"),
    case("hsv_to_rgb", _COLOURS, oracle=_TO_RGB, gradient=True),
    case("hsv_to_rgb", _COLOURS.transpose(0, 3, 1, 2).copy(), _FIRST, oracle=_TO_RGB),
    case("hsv_to_rgb", _HUES, oracle=_TO_RGB, name="around the circle"),
    case("hsv_to_rgb", np.zeros((0, 2, 2, 3), "float32"), oracle=_TO_RGB, name="empty"),
    case(
        "hsv_to_rgb",
        np.array([[[NAN, 0, 1], [0.5, 0.5, NAN]]], "float32"),
        oracle=lambda x: np.full(x.shape, NAN),
        name="nan",
    ),
]
