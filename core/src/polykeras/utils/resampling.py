"""Images of another size, on the host.

Promises the pixels that `tf.image.resize` makes without antialiasing, which is what Keras' data sets hold, to
rounding: centres of pixels lie at halves, and taps outside of the image have no weight. Checks nothing: callers pass
images of shape ``(height, width, channels)`` and a known interpolation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]
_F = np.float32


class Taps(NamedTuple):
    """Which pixels of a line make up a new one, and how much of each.

    Attributes:
        position: Positions of shape ``(taps, size)``.
        weight: Their shares, of the same shape; each column sums to 1.
    """

    position: npt.NDArray[np.intp]
    weight: npt.NDArray[np.float32]


def resize(image: Array, size: tuple[int, int], interpolation: str = "bilinear") -> npt.NDArray[np.float32]:
    """Return an image with another height and width, as float32.

    Args:
        image: Array of shape ``(height, width, channels)``.
        size: The new ``(height, width)``.
        interpolation: One of `INTERPOLATIONS`.
    """
    taps = INTERPOLATIONS[interpolation]
    # Also where a side keeps its length: not every kernel gives back the pixels that it is given.
    rows = _along(image, taps(image.shape[0], size[0]), 0)
    return np.ascontiguousarray(_along(rows, taps(image.shape[1], size[1]), 1), dtype=np.float32)


def cropped(image: Array, size: tuple[int, int]) -> Array:
    """Return the largest part in the middle of an image that has the proportions of `size`."""
    height, width = image.shape[:2]
    tall = min(height, max(1, int(width * size[0] / size[1])))
    wide = min(width, max(1, int(height * size[1] / size[0])))
    top, left = int((height - tall) / 2), int((width - wide) / 2)
    return image[top : top + tall, left : left + wide]


def padded(image: Array, size: tuple[int, int], interpolation: str) -> npt.NDArray[np.float32]:
    """Return a whole image, resized to fit into `size`, in the middle of zeros."""
    height, width = image.shape[:2]
    tall = min(size[0], max(1, int(size[1] * height / width)))
    wide = min(size[1], max(1, int(size[0] * width / height)))
    top, left = (size[0] - tall) // 2, (size[1] - wide) // 2
    result = np.zeros((*size, image.shape[2]), dtype=np.float32)
    result[top : top + tall, left : left + wide] = resize(image, (tall, wide), interpolation)
    return result


def _along(image: Array, taps: Taps, axis: int) -> Array:
    if taps.weight.shape[0] == 1:
        alone: Array = np.take(image, taps.position[0], axis=axis)
        return alone
    shape = (-1, 1, 1) if axis == 0 else (1, -1, 1)
    total: Array = np.take(image, taps.position[0], axis=axis) * taps.weight[0].reshape(shape)
    for index, weight in zip(taps.position[1:], taps.weight[1:], strict=True):
        total += np.take(image, index, axis=axis) * weight.reshape(shape)
    return total


def _nearest(count: int, size: int) -> Taps:
    index = np.floor((np.arange(size, dtype=_F) + _F(0.5)) * (_F(count) / _F(size))).astype(np.intp)
    return Taps(np.minimum(index, count - 1)[None], np.ones((1, size), _F))


def _area(count: int, size: int) -> Taps:
    """Pixels weighted by how much of them lies under the new one."""
    scale = count / size
    start = np.arange(size) * scale
    stop = start + scale
    first = np.floor(start).astype(np.intp)
    index = first + np.arange(int(np.ceil(scale)) + 1)[:, None]
    share = np.minimum(index + 1, stop) - np.maximum(index, start)
    return _normalized(index, np.maximum(share, 0.0), count)


def _bicubic(count: int, size: int) -> Taps:
    """Cubic convolution (R. Keys, 1981) with a = -0.5, whose weights come from a table of 1024 steps."""
    centre = (np.arange(size, dtype=_F) + _F(0.5)) * (_F(count) / _F(size)) - _F(0.5)
    first = np.floor(centre)
    offset = np.rint((centre - first) * 1024) / 1024
    steps = np.arange(-1, 3)[:, None]
    return _normalized(first.astype(np.intp) + steps, _keys(np.abs(offset - steps)), count)


def _by(kernel: Callable[[Array], Array], radius: float) -> Callable[[int, int], Taps]:
    """Return taps whose weights are those of a kernel at the distances between centres."""

    def taps(count: int, size: int) -> Taps:
        centre = (np.arange(size) + 0.5) * (count / size)
        first = np.ceil(centre - radius - 0.5).astype(np.intp)
        index = first + np.arange(int(2 * radius) + 1)[:, None]
        return _normalized(index, kernel(np.abs(index + 0.5 - centre)), count)

    return taps


def _normalized(index: npt.NDArray[np.intp], weight: Array, count: int) -> Taps:
    # What is left of a kernel at its zeros is rounding.
    inside = (index >= 0) & (index < count) & (np.abs(weight) > 1e-9)
    weight = np.where(inside, weight, 0.0)
    weight = weight / weight.sum(axis=0)
    used = np.any(weight != 0.0, axis=1)
    return Taps(np.clip(index, 0, count - 1)[used], weight[used].astype(_F))


def _triangle(x: Array) -> Array:
    return np.maximum(1.0 - x, 0.0)


def _keys(x: Array) -> Array:
    near = (1.5 * x - 2.5) * x * x + 1.0
    far = ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
    return np.where(x < 1.0, near, np.where(x < 2.0, far, 0.0))


def _mitchell(x: Array) -> Array:
    """Cubic with B = C = 1/3 (D. Mitchell and A. Netravali, 1988)."""
    near = (7.0 / 6.0 * x - 2.0) * x * x + 8.0 / 9.0
    far = ((-7.0 / 18.0 * x + 2.0) * x - 10.0 / 3.0) * x + 16.0 / 9.0
    return np.where(x < 1.0, near, np.where(x < 2.0, far, 0.0))


def _gaussian(x: Array) -> Array:
    return np.where(x < 1.5, np.exp(-2.0 * x * x), 0.0)


def _lanczos(radius: float) -> Callable[[Array], Array]:
    return lambda x: np.where(x <= radius, np.sinc(x) * np.sinc(x / radius), 0.0)


INTERPOLATIONS: dict[str, Callable[[int, int], Taps]] = {
    "bilinear": _by(_triangle, 1.0),
    "nearest": _nearest,
    "bicubic": _bicubic,
    "area": _area,
    "lanczos3": _by(_lanczos(3.0), 3.0),
    "lanczos5": _by(_lanczos(5.0), 5.0),
    "gaussian": _by(_gaussian, 1.5),
    "mitchellcubic": _by(_mitchell, 2.0),
}
"""How pixels are made of others, by Keras' names."""
