"""Windows that slide over signals, images and volumes: convolution and pooling.

Shapes are ``(batch, *spatial, channels)`` with ``data_format="channels_last"`` and ``(batch, channels,
*spatial)`` with ``"channels_first"``, for one to three spatial axes; ``None`` is the configured format.
``padding="valid"`` uses no padding. ``"same"`` pads so that an axis of size n gives ``ceil(n / stride)``
positions; where the padding is odd, the larger half stands at the end, as in TensorFlow.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from polykeras.backend.config import standardize_data_format
from polykeras.ops import shape_rules as rules
from polykeras.ops.conversion import ndim
from polykeras.ops.conversion import shape as shape_of
from polykeras.ops.dispatch import derived, primitive
from polykeras.ops.manipulation import expand_dims, flip, pad, reshape, swapaxes
from polykeras.ops.types import Tensor, TensorLike


@primitive(rules.conv, to_float=True)
def conv(
    inputs: TensorLike,
    kernel: TensorLike,
    strides: int | Sequence[int] = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: int | Sequence[int] = 1,
) -> Tensor:
    """Return the cross-correlation of `inputs` with `kernel`, which neural networks call convolution.

    Args:
        inputs: Tensor of shape ``(batch, *spatial, channels)``, or with its channels first.
        kernel: Tensor of shape ``(*window, channels // groups, filters)``; the sizes tell the groups.
        strides: Step of the window, per axis or for all.
        padding: ``"valid"`` or ``"same"``; of one spatial axis also ``"causal"``, all padding in front.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        dilation_rate: Distance between the taps of the window, per axis or for all.

    Returns:
        Tensor of shape ``(batch, *positions, filters)``, or with its filters first.
    """


@derived(to_float=True)
def conv_with_bias(
    inputs: TensorLike,
    kernel: TensorLike,
    bias: TensorLike | None = None,
    strides: int | Sequence[int] = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: int | Sequence[int] = 1,
) -> Tensor:
    """Return ``conv(inputs, kernel, ...)`` plus one bias per filter, as one op.

    Args:
        inputs: Tensor of shape ``(batch, *spatial, channels)``, or with its channels first.
        kernel: Tensor of shape ``(*window, channels // groups, filters)``.
        bias: Tensor of shape ``(filters,)``, or ``None`` for none.
        strides: As for `conv`.
        padding: As for `conv`.
        data_format: As for `conv`.
        dilation_rate: As for `conv`.

    Returns:
        Tensor as `conv` gives it.
    """
    y = conv(inputs, kernel, strides, padding, data_format, dilation_rate)
    if bias is None:
        return y
    first = standardize_data_format(data_format) == "channels_first"
    return y + (reshape(bias, (-1, *[1] * (len(y.shape) - 2))) if first else bias)


@derived(rules.depthwise_conv, to_float=True)
def depthwise_conv(
    inputs: TensorLike,
    kernel: TensorLike,
    strides: int | Sequence[int] = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: int | Sequence[int] = 1,
) -> Tensor:
    """Return the convolution of each channel with filters of its own.

    Args:
        inputs: Tensor of shape ``(batch, *spatial, channels)``, or with its channels first.
        kernel: Tensor of shape ``(*window, channels, multiplier)``.
        strides: As for `conv`.
        padding: As for `conv`.
        data_format: As for `conv`.
        dilation_rate: As for `conv`.

    Returns:
        Tensor of shape ``(batch, *positions, channels * multiplier)``, the results of a channel side by side, or with
        its channels first.
    """
    *window, channels, multiplier = kernel.shape
    grouped = reshape(kernel, (*window, 1, channels * multiplier))
    return conv(inputs, grouped, strides, padding, data_format, dilation_rate)


@derived(rules.separable_conv, to_float=True)
def separable_conv(
    inputs: TensorLike,
    depthwise_kernel: TensorLike,
    pointwise_kernel: TensorLike,
    strides: int | Sequence[int] = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: int | Sequence[int] = 1,
) -> Tensor:
    """Return a convolution of each channel alone, followed by one that mixes the channels of each position.

    Args:
        inputs: Tensor of shape ``(batch, *spatial, channels)``, or with its channels first.
        depthwise_kernel: Tensor of shape ``(*window, channels, multiplier)``.
        pointwise_kernel: Tensor of shape ``(1, ..., 1, channels * multiplier, filters)``.
        strides: As for `conv`.
        padding: As for `conv`.
        data_format: As for `conv`.
        dilation_rate: As for `conv`.

    Returns:
        Tensor of shape ``(batch, *positions, filters)``, or with its filters first.
    """
    apart = depthwise_conv(inputs, depthwise_kernel, strides, padding, data_format, dilation_rate)
    return conv(apart, pointwise_kernel, data_format=data_format)


@derived(rules.conv_transpose, to_float=True)
def conv_transpose(
    inputs: TensorLike,
    kernel: TensorLike,
    strides: int | Sequence[int] = 1,
    padding: str = "valid",
    output_padding: int | Sequence[int] | None = None,
    data_format: str | None = None,
    dilation_rate: int | Sequence[int] = 1,
) -> Tensor:
    """Return the gradient of `conv` with respect to its inputs, often called deconvolution.

    Each element of `inputs`, `strides` apart from the next one, is multiplied with the whole kernel, and what overlaps
    is added. Of an axis of n elements under a window that spans k, that gives ``(n - 1) * stride + k``; padding
    ``"same"`` cuts it to ``n * stride``, or to ``(n - 1) * stride + k - 2 * (k // 2) + output_padding``, the larger
    part at the end.

    Args:
        inputs: Tensor of shape ``(batch, *spatial, channels)``, or with its channels first.
        kernel: Tensor of shape ``(*window, filters, channels)``.
        strides: Distance of the elements of `inputs` in the output, per axis or for all.
        padding: ``"valid"`` or ``"same"``.
        output_padding: Positions to add at the end, fewer than the stride; by default as many as make the output at
            least ``n * stride`` long.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        dilation_rate: Distance between the taps of the window, per axis or for all.

    Returns:
        Tensor of shape ``(batch, *positions, filters)``, or with its filters first.
    """
    places = transposed_places(inputs, kernel, strides, padding, output_padding, data_format, dilation_rate)
    first = standardize_data_format(data_format) == "channels_first"
    spatial = range(2, ndim(inputs)) if first else range(1, ndim(inputs) - 1)
    x = inputs
    margins = [(0, 0)] * ndim(inputs)
    for axis, place in zip(spatial, places, strict=True):
        x = _spread(x, axis, place.stride)
        margins[axis] = (place.span - 1 - place.start, place.span - 1 - (place.full - place.size - place.start))
    turned = swapaxes(flip(kernel, tuple(range(len(places)))), -1, -2)
    return conv(pad(x, margins), turned, data_format=data_format, dilation_rate=dilation_rate)


def _spread(x: Tensor, axis: int, stride: int) -> Tensor:
    """Return `x` with ``stride - 1`` zeros between its elements along an axis."""
    if stride == 1:
        return x
    dims = shape_of(x)
    between = [(0, 0)] * (len(dims) + 1)
    between[axis + 1] = (0, stride - 1)
    longer = reshape(pad(expand_dims(x, axis + 1), between), (*dims[:axis], dims[axis] * stride, *dims[axis + 1 :]))
    return longer[(slice(None),) * axis + (slice(None, 1 - stride),)]


class Place(NamedTuple):
    """Where the output of a transposed convolution lies along one axis.

    Attributes:
        full: Size of what all products cover.
        size: Size of the output.
        start: First position of the output there; zeros follow where it is longer.
        span: Size that the window spans.
        stride: Distance of the elements of the inputs.
    """

    full: int
    size: int
    start: int
    span: int
    stride: int


def transposed_places(
    inputs: Tensor,
    kernel: Tensor,
    strides: int | Sequence[int],
    padding: str,
    output_padding: int | Sequence[int] | None,
    data_format: str | None,
    dilation_rate: int | Sequence[int],
) -> list[Place]:
    """Return a `Place` for each spatial axis of `conv_transpose`, whose arguments these are."""
    first = standardize_data_format(data_format) == "channels_first"
    sizes = inputs.shape[2:] if first else inputs.shape[1:-1]
    rank = len(sizes)
    same = rules.padding_mode(padding) == "same"
    places = []
    for size, taps, stride, gap, extra in zip(
        sizes,
        kernel.shape[:rank],
        per_axis(strides, rank),
        per_axis(dilation_rate, rank),
        (None,) * rank if output_padding is None else per_axis(output_padding, rank),
        strict=True,
    ):
        span = (taps - 1) * gap + 1
        full = (size - 1) * stride + span
        if extra is None:
            length = size * stride if same else max(full, size * stride)
        else:
            length = full - (span // 2 * 2 if same else 0) + extra
        places.append(Place(full, length, max(full - length, 0) // 2 if same else 0, span, stride))
    return places


def per_axis(value: int | Sequence[int], rank: int) -> tuple[int, ...]:
    """Return a number for each of `rank` axes."""
    return tuple(value) if isinstance(value, Sequence) else (value,) * rank


@primitive(rules.pool)
def max_pool(
    inputs: TensorLike,
    pool_size: int | Sequence[int],
    strides: int | Sequence[int] | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """Return the largest element of each window.

    Args:
        inputs: Tensor of shape ``(batch, *spatial, channels)``, or with its channels first.
        pool_size: Size of the window, per axis or for all.
        strides: Step of the window; `pool_size` for ``None``.
        padding: ``"valid"`` or ``"same"``; padding never is the largest.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Returns:
        Tensor of shape ``(batch, *positions, channels)``, or with its channels first.
    """


@primitive(rules.pool, to_float=True)
def average_pool(
    inputs: TensorLike,
    pool_size: int | Sequence[int],
    strides: int | Sequence[int] | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """Return the mean of each window over the elements that are not padding.

    Args:
        inputs: Tensor of shape ``(batch, *spatial, channels)``, or with its channels first.
        pool_size: Size of the window, per axis or for all.
        strides: Step of the window; `pool_size` for ``None``.
        padding: ``"valid"`` or ``"same"``.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Returns:
        Tensor of shape ``(batch, *positions, channels)``, or with its channels first.
    """
