"""Filters of images: each pixel of the result is a weighted sum of a pixel's neighbours, with zeros around the images.

Images have shape ``(batch, height, width, channels)``, or ``(height, width, channels)`` for one; with
``data_format="channels_first"`` the channels stand before the height. ``None`` is the configured format.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from polykeras.backend import dtypes
from polykeras.backend.config import standardize_data_format
from polykeras.ops import shape_rules as rules
from polykeras.ops.arithmetic import round
from polykeras.ops.casting import cast
from polykeras.ops.conversion import dtype as dtype_of
from polykeras.ops.conversion import shape as shape_of
from polykeras.ops.convolution import conv
from polykeras.ops.dispatch import derived
from polykeras.ops.manipulation import moveaxis, reshape, stack
from polykeras.ops.saturation import saturate_cast
from polykeras.ops.types import Tensor, TensorLike

_SMOOTH, _DIFFERENCE = np.array([1.0, 2.0, 1.0]), np.array([-1.0, 0.0, 1.0])


@derived(rules.gaussian_blur)
def gaussian_blur(
    images: TensorLike,
    kernel_size: Sequence[int] = (3, 3),
    sigma: Sequence[float] = (1.0, 1.0),
    data_format: str | None = None,
) -> Tensor:
    """Return images in which each pixel is the mean of its neighbours, by a normal distribution.

    The weight at a distance x is ``exp(-x^2 / (2 sigma^2))``, divided by the sum of the weights.

    Args:
        images: One image or a batch of them.
        kernel_size: Rows and columns that count.
        sigma: Standard deviations down and across, in pixels.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Returns:
        Images of the same shape and dtype; whole numbers are rounded, halves to even.

    >>> from polykeras import ops
    >>> ops.image.gaussian_blur(ops.ones((2, 5, 6, 3)), (3, 5), (1.0, 2.0)).shape
    (2, 5, 6, 3)
    """
    down, across = (gaussian(size, width) for size, width in zip(kernel_size, sigma, strict=True))
    dtype = dtype_of(images)
    exact = images if dtypes.is_float(dtype) else cast(images, dtypes.result_type(dtype, "float"))
    blurred = filtered(exact, down, across, "same", data_format)
    return blurred if dtypes.is_float(dtype) else saturate_cast(round(blurred), dtype)


@derived(rules.sobel_edges)
def sobel_edges(images: TensorLike, data_format: str | None = None) -> Tensor:
    """Return the slopes of images, down and across (I. Sobel and G. Feldman, 1968).

    The slope down is the difference of the rows below and above, each with weights 1, 2, 1; across likewise.

    Args:
        images: One image or a batch of them. Without a sign they are computed in floatx.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Returns:
        Tensor with a last axis more, of the two slopes.

    >>> from polykeras import ops
    >>> ops.image.sobel_edges(ops.ones((2, 5, 6, 3))).shape
    (2, 5, 6, 3, 2)
    """
    dtype = rules.slope_dtype(dtype_of(images))
    exact = cast(images, dtype if dtypes.is_float(dtype) else dtypes.result_type(dtype, "float"))
    down = filtered(exact, _DIFFERENCE, _SMOOTH, "same", data_format)
    across = filtered(exact, _SMOOTH, _DIFFERENCE, "same", data_format)
    return cast(stack([down, across], -1), dtype)


def gaussian(size: int, sigma: float) -> np.ndarray:
    """Return the weights of `size` pixels around the middle; their sum is 1."""
    distances = np.arange(size) - (size - 1) / 2
    falling = np.exp(-0.5 * (distances / sigma) ** 2)
    weights: np.ndarray = falling / falling.sum()
    return weights


def filtered(images: Tensor, down: np.ndarray, across: np.ndarray, padding: str, data_format: str | None) -> Tensor:
    """Return floating images after two filters, down the columns and across the rows; channels do not mix.

    Args:
        images: One image or a batch of them.
        down: Weights of the rows around.
        across: Weights of the columns around.
        padding: ``"same"``, with zeros around, or ``"valid"``.
        data_format: ``"channels_last"`` or ``"channels_first"``.
    """
    last = standardize_data_format(data_format) == "channels_last"
    planes = moveaxis(images, -1, -3) if last else images
    sizes = shape_of(planes)
    # Every channel of every image is an image of one channel, for which both formats are the same memory.
    x = reshape(planes, (math.prod(sizes[:-2]), *sizes[-2:], 1))
    for kernel in (down.reshape(-1, 1, 1, 1), across.reshape(1, -1, 1, 1)):
        x = conv(x, cast(kernel, dtype_of(x)), 1, padding, "channels_last")
    result = reshape(x, (*sizes[:-2], *shape_of(x)[1:3]))
    return moveaxis(result, -3, -1) if last else result
