"""Colours of pixels: grey values, and hue, saturation and value.

Images have three channels, red, green and blue, in a batch of shape ``(batch, height, width, channels)`` or alone,
without the first axis; with ``data_format="channels_first"`` the channels stand before the height. ``None`` is the
configured format.
"""

from __future__ import annotations

from polykeras.backend import dtypes
from polykeras.backend.config import standardize_data_format
from polykeras.ops import shape_rules as rules
from polykeras.ops.arithmetic import clip, divide, maximum, minimum, mod
from polykeras.ops.casting import cast
from polykeras.ops.comparison import equal, greater, where
from polykeras.ops.conversion import dtype as dtype_of
from polykeras.ops.conversion import ndim
from polykeras.ops.conversion import shape as shape_of
from polykeras.ops.creation import ones_like, zeros_like
from polykeras.ops.dispatch import derived
from polykeras.ops.manipulation import concatenate, split
from polykeras.ops.types import Tensor, TensorLike

_GREY = (0.2989, 0.5870, 0.1140)


def _channel_axis(images: Tensor, data_format: str | None) -> int:
    return ndim(images) - 3 if standardize_data_format(data_format) == "channels_first" else ndim(images) - 1


@derived(rules.grey)
def rgb_to_grayscale(images: TensorLike, data_format: str | None = None) -> Tensor:
    """Return the brightness of colours, ``0.2989 red + 0.5870 green + 0.1140 blue``.

    The weights are those of ITU-R BT.601, rounded as MATLAB's `rgb2gray` rounds them. Integers are computed in floatx
    and cut off.

    Args:
        images: Images with three channels; those of one channel are returned as they are.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Returns:
        Images of one channel and of the same dtype.

    >>> from polykeras import ops
    >>> ops.image.rgb_to_grayscale(ops.ones((2, 5, 6, 3))).shape
    (2, 5, 6, 1)
    """
    axis = _channel_axis(images, data_format)
    if shape_of(images)[axis] == 1:
        return images
    dtype = dtype_of(images)
    exact = images if dtypes.is_float(dtype) else cast(images, dtypes.result_type(dtype, "float"))
    red, green, blue = split(exact, 3, axis)
    grey = red * _GREY[0] + green * _GREY[1] + blue * _GREY[2]
    return cast(grey, dtype)


@derived(rules.coloured)
def rgb_to_hsv(images: TensorLike, data_format: str | None = None) -> Tensor:
    """Return hue, saturation and value of colours.

    The value is the largest of the three, the saturation ``(largest - smallest) / largest``, the hue the angle on the
    circle of colours (A. R. Smith, "Color gamut transform pairs", 1978); hue and saturation of grey are 0.

    Args:
        images: Floating images with three channels in ``[0, 1]``.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Returns:
        Tensor of the same shape and dtype: hue in ``[0, 1)``, saturation and value in ``[0, 1]``.

    >>> from polykeras import ops
    >>> ops.convert_to_numpy(ops.image.rgb_to_hsv([[[0.0, 0.5, 0.0]]]))
    array([[[0.33333334, 1.        , 0.5       ]]], dtype=float32)
    """
    axis = _channel_axis(images, data_format)
    red, green, blue = split(images, 3, axis)
    value = maximum(maximum(red, green), blue)
    spread = value - minimum(minimum(red, green), blue)
    bright, colourful = greater(value, zeros_like(value)), greater(spread, zeros_like(spread))
    zero, one = zeros_like(value), ones_like(value)
    saturation = where(bright, divide(spread, where(bright, value, one)), zero)
    unit = where(colourful, spread, one)
    sixths = where(
        equal(value, red),
        mod(divide(green - blue, unit), 6.0),
        where(equal(value, green), divide(blue - red, unit) + 2.0, divide(red - green, unit) + 4.0),
    )
    hue = where(colourful, sixths / 6.0, zero)
    return concatenate([hue, saturation, value], axis)


@derived(rules.coloured)
def hsv_to_rgb(images: TensorLike, data_format: str | None = None) -> Tensor:
    """Return colours of given hue, saturation and value.

    With ``k = (n + 6 hue) mod 6``, ``value * (1 - saturation * clip(min(k, 4 - k), 0, 1))`` where n is 5 for red, 3 for
    green and 1 for blue.

    Args:
        images: Floating images whose channels are hue, of which the whole part does not count, and saturation and value
            in ``[0, 1]``.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Returns:
        Tensor of the same shape and dtype: red, green and blue in ``[0, 1]``.

    >>> from polykeras import ops
    >>> ops.convert_to_numpy(ops.image.hsv_to_rgb([[[0.5, 1.0, 0.5]]]))
    array([[[0. , 0.5, 0.5]]], dtype=float32)
    """
    axis = _channel_axis(images, data_format)
    hue, saturation, value = split(images, 3, axis)
    colours = []
    for start in (5.0, 3.0, 1.0):
        place = mod(hue * 6.0 + start, 6.0)
        colours.append(value - value * saturation * clip(minimum(place, 4.0 - place), 0.0, 1.0))
    return concatenate(colours, axis)
