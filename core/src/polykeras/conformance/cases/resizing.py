"""Images of other sizes: each weight from the definition of its kernel, one pixel of the result after the other."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from polykeras.conformance.case import Numbers, case

_NUMBERS = Numbers("resizing")
real, whole = _NUMBERS.real, _NUMBERS.whole
_FIRST = "channels_first"


def _keys(x: float) -> float:
    if x < 1:
        return 1.5 * x**3 - 2.5 * x**2 + 1
    return -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2 if x < 2 else 0.0


_KERNELS: dict[str, Callable[[float], float]] = {
    "linear": lambda x: max(0.0, 1.0 - x),
    "cubic": _keys,
    "lanczos3": lambda x: float(np.sinc(x) * np.sinc(x / 3)) if x < 3 else 0.0,
    "lanczos5": lambda x: float(np.sinc(x) * np.sinc(x / 5)) if x < 5 else 0.0,
}


def _axis(
    x: np.ndarray, axis: int, size: int, method: str, scale: float, shift: float, *, antialias: bool
) -> np.ndarray:
    old = x.shape[axis]
    width = max(1.0, 1.0 / scale) if antialias else 1.0
    slices = []
    for j in range(size):
        place = (j + 0.5 - shift) / scale - 0.5
        weights = np.array([_KERNELS[method](abs(place - i) / width) for i in range(old)])
        inside = -0.5 <= place <= old - 0.5
        weights = weights / weights.sum() if inside else weights * 0
        slices.append(np.tensordot(weights, x, (0, axis)))
    return np.stack(slices, axis)


def _resize(
    x: np.ndarray, size: Sequence[int], method: str = "bilinear", antialias: bool = False, cropped: bool = False,
    padded: bool = False, mode: str = "constant", fill: float = 0.0, form: str | None = None,
) -> np.ndarray:  # fmt: skip
    assert mode == "constant"
    axes = (x.ndim - 2, x.ndim - 1) if form == _FIRST else (x.ndim - 3, x.ndim - 2)
    result = x
    if cropped or padded:
        height, width = (x.shape[axis] for axis in axes)
        ratio = size[0] / size[1]
        wanted = (math.floor(width * ratio), math.floor(height / ratio))
        for axis, old, new in zip(axes, (height, width), wanted, strict=True):
            if cropped and new < old:
                start = (old - new) // 2
                result = np.take(result, range(start, start + new), axis)
            if padded and new > old:
                border = (new - old) // 2
                widths = [(border, border) if one == axis else (0, 0) for one in range(x.ndim)]
                result = np.pad(result, widths, constant_values=fill)
    for axis, new in zip(axes, size, strict=True):
        old = result.shape[axis]
        if method == "nearest":
            places = [(2 * j + 1) * old // (2 * new) for j in range(new)]  # exact, where floats would round
            result = np.take(result, places, axis)
        else:
            kernel = {"bilinear": "linear", "bicubic": "cubic"}.get(method, method)
            result = _axis(result, axis, new, kernel, new / old, 0.0, antialias=antialias)
    if x.dtype.kind in "iu":
        limits = np.iinfo(x.dtype)
        return np.clip(np.round(result), limits.min, limits.max).astype(x.dtype)
    return result


def _moved(
    x: np.ndarray, shape: Sequence[int], scale: np.ndarray, shift: np.ndarray, axes: Sequence[int], method: str,
    antialias: bool = True,
) -> np.ndarray:  # fmt: skip
    name = {"bilinear": "linear", "trilinear": "linear", "bicubic": "cubic", "tricubic": "cubic"}.get(method, method)
    for axis, factor, distance in zip(axes, scale, shift, strict=True):
        x = _axis(x, axis % x.ndim, shape[axis], name, float(factor), float(distance), antialias=antialias)
    return x


_SCALE, _SHIFT = np.array([1.3, 0.6], "float32"), np.array([0.2, -0.3], "float32")
_BYTES = np.array([[[0], [255], [0]], [[255], [255], [7]]], "uint8")

RESIZING = [
    case("resize", real(2, 3, 4, 2), (5, 6), oracle=_resize, gradient=True),
    case("resize", real(4, 6, 1), (3, 2), "bilinear", True, oracle=_resize),
    case("resize", real(1, 4, 5, 1), (7, 3), "nearest", oracle=_resize, gradient=True),
    case("resize", real(1, 4, 5, 1), (6, 3), "bicubic", oracle=_resize),
    case("resize", real(1, 7, 5, 1), (3, 4), "lanczos3", True, oracle=_resize),
    case("resize", real(1, 3, 4, 1), (5, 3), "lanczos5", oracle=_resize),
    case("resize", _BYTES, (3, 5), "bicubic", oracle=_resize, name="bytes"),
    case("resize", whole(1, 2, 3, 1), (3, 3), oracle=_resize, name="ints"),
    case("resize", np.arange(128, dtype="float32").reshape(128, 1, 1), (123, 2), "nearest", oracle=_resize, name="far"),
    case("resize", real(1, 4, 6, 1), (3, 3), "bilinear", False, True, oracle=_resize, name="cropped"),
    case("resize", real(1, 4, 6, 1), (4, 4), "bilinear", False, False, True, "constant", 2.0, oracle=_resize,
         name="padded"),
    case("resize", real(1, 2, 3, 4), (2, 3), "bilinear", False, False, False, "constant", 0.0, _FIRST, oracle=_resize,
         name="channels first"),
    case("resize", real(0, 3, 4, 1), (2, 2), oracle=_resize, name="no images"),
    case("scale_and_translate", real(2, 3, 4), (2, 4, 5), _SCALE, _SHIFT, (1, 2), "linear", oracle=_moved,
         gradient=True),
    case("scale_and_translate", real(3, 4), (4, 4), _SCALE[:1], _SHIFT[:1], (-2,), "cubic", False, oracle=_moved),
    case("scale_and_translate", real(5, 4), (3, 4), _SCALE[1:], _SHIFT[1:], (0,), "lanczos3", oracle=_moved),
    case("scale_and_translate", real(5), (5,), _SCALE[:1], _SHIFT[:1], (0,), "lanczos5", oracle=_moved),
]  # fmt: skip
