"""Elements moved between depth, patches and places of images."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from polykeras.backend.config import standardize_data_format
from polykeras.ops import shape_rules as rules
from polykeras.ops.casting import cast
from polykeras.ops.conversion import dtype as dtype_of
from polykeras.ops.conversion import shape as shape_of
from polykeras.ops.convolution import per_axis
from polykeras.ops.dispatch import derived
from polykeras.ops.indexing import take
from polykeras.ops.linear import einsum
from polykeras.ops.manipulation import pad, reshape, transpose
from polykeras.ops.types import Tensor, TensorLike


@derived(rules.depth_to_space)
def depth_to_space(x: TensorLike, block_size: int, data_format: str | None = "channels_last") -> Tensor:
    """Return images of larger sides and fewer channels: channels become blocks of pixels.

    Args:
        x: Tensor of shape ``(batch, height, width, channels * block_size ** 2)``, or with its channels first; the
            blocks' rows, then columns, then channels follow each other there.
        block_size: Side of a block.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Returns:
        Tensor of shape ``(batch, height * block_size, width * block_size, channels)``, or with its channels first; what
        `space_to_depth` takes back.
    """
    if standardize_data_format(data_format) == "channels_first":
        batch, depth, height, width = shape_of(x)
        channels = depth // block_size**2
        blocks = transpose(reshape(x, (batch, channels, block_size, block_size, height, width)), (0, 1, 4, 2, 5, 3))
        return reshape(blocks, (batch, channels, height * block_size, width * block_size))
    batch, height, width, depth = shape_of(x)
    channels = depth // block_size**2
    blocks = transpose(reshape(x, (batch, height, width, block_size, block_size, channels)), (0, 1, 3, 2, 4, 5))
    return reshape(blocks, (batch, height * block_size, width * block_size, channels))


@derived(rules.space_to_depth)
def space_to_depth(x: TensorLike, block_size: int, data_format: str | None = "channels_last") -> Tensor:
    """Return images of smaller sides and more channels: blocks of pixels become channels.

    Args:
        x: Tensor of shape ``(batch, height, width, channels)``, or with its channels first; `block_size` divides both
            sides.
        block_size: Side of a block.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Returns:
        Tensor of shape ``(batch, height // block_size, width // block_size, channels * block_size ** 2)``, or with its
        channels first; what `depth_to_space` takes back.
    """
    if standardize_data_format(data_format) == "channels_first":
        batch, channels, height, width = shape_of(x)
        rows, columns = height // block_size, width // block_size
        blocks = transpose(reshape(x, (batch, channels, rows, block_size, columns, block_size)), (0, 1, 3, 5, 2, 4))
        return reshape(blocks, (batch, channels * block_size**2, rows, columns))
    batch, height, width, channels = shape_of(x)
    rows, columns = height // block_size, width // block_size
    blocks = transpose(reshape(x, (batch, rows, block_size, columns, block_size, channels)), (0, 1, 3, 2, 4, 5))
    return reshape(blocks, (batch, rows, columns, channels * block_size**2))


@derived(rules.unfold)
def unfold(
    x: TensorLike,
    kernel_size: int | Sequence[int],
    dilation: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    stride: int | Sequence[int] = 1,
) -> Tensor:
    """Return the patches of images under a sliding window, each as a column.

    Args:
        x: Tensor of shape ``(batch, channels, height, width)``.
        kernel_size: Size of the window, per axis or for both.
        dilation: Distance of the pixels of a patch.
        padding: Zeros on every side.
        stride: Step of the window.

    Returns:
        Tensor of shape ``(batch, channels * prod(kernel_size), patches)``.
    """
    taps, positions = _grid(shape_of(x)[2:], kernel_size, dilation, padding, stride)
    rows, columns = per_axis(padding, 2)
    batch, channels = shape_of(x)[:2]
    x = pad(x, ((0, 0), (0, 0), (rows, rows), (columns, columns)))
    for axis, place in zip((2, 4), _places(taps, positions, dilation, stride), strict=True):
        x = take(x, place, axis)  # (batch, channels, taps, positions, ...)
    patches = transpose(x, (0, 1, 2, 4, 3, 5))
    return reshape(patches, (batch, channels * taps[0] * taps[1], positions[0] * positions[1]))


@derived(rules.fold)
def fold(
    x: TensorLike,
    output_size: int | Sequence[int],
    kernel_size: int | Sequence[int],
    dilation: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    stride: int | Sequence[int] = 1,
) -> Tensor:
    """Return images as sums of patches: the gradient of `unfold`, whose arguments these are.

    Args:
        x: Tensor of shape ``(batch, channels * prod(kernel_size), patches)``.
        output_size: Height and width of the images, or one number for both.
        kernel_size: Size of a patch.
        dilation: Distance of the pixels of a patch.
        padding: Zeros that `unfold` put on every side, cut off here.
        stride: Step from patch to patch.

    Returns:
        Tensor of shape ``(batch, channels, *output_size)``.
    """
    sizes = per_axis(output_size, 2)
    taps, positions = _grid(sizes, kernel_size, dilation, padding, stride)
    batch, depth, _ = shape_of(x)
    patches = reshape(x, (batch, depth // (taps[0] * taps[1]), *taps, *positions))
    margins = per_axis(padding, 2)
    rows, columns = (
        cast(_landing(place, size, margin), dtype_of(x))
        for place, size, margin in zip(_places(taps, positions, dilation, stride), sizes, margins, strict=True)
    )
    return einsum("ncklhw,khy,lwx->ncyx", patches, rows, columns)


def _grid(sizes: Sequence[Any], kernel: Any, dilation: Any, padding: Any, stride: Any) -> tuple[Any, Any]:
    """Return how many pixels a patch has along both axes, and how many patches there are."""
    taps = per_axis(kernel, 2)
    given = zip(sizes, taps, per_axis(dilation, 2), per_axis(padding, 2), per_axis(stride, 2), strict=True)
    positions = tuple((size + 2 * margin - (tap - 1) * gap - 1) // step + 1 for size, tap, gap, margin, step in given)
    return taps, positions


def _places(taps: Any, positions: Any, dilation: Any, stride: Any) -> list[np.ndarray]:
    """Return where each pixel of each patch lies, for both axes, as ``(taps, positions)``."""
    given = zip(taps, positions, per_axis(dilation, 2), per_axis(stride, 2), strict=True)
    return [
        (np.arange(tap)[:, None] * gap + np.arange(count) * step).astype("int32") for tap, count, gap, step in given
    ]


def _landing(places: np.ndarray, size: int, margin: int) -> np.ndarray:
    """Return ``(taps, positions, size)``: 1 where a pixel of a patch lands."""
    landing: np.ndarray = places[..., None] - margin == np.arange(size)
    return landing.astype("float32")
