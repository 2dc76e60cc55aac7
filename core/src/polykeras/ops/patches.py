"""Patches of images and volumes: what lies under a window that slides, as the channels of its place.

Images have shape ``(batch, height, width, channels)``, volumes ``(batch, depth, height, width, channels)``; the batch
may be left out. With ``data_format="channels_first"`` the channels stand before the other sides; ``None`` is the
configured format.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from polykeras.backend.config import standardize_data_format
from polykeras.ops import shape_rules as rules
from polykeras.ops.conversion import ndim
from polykeras.ops.conversion import shape as shape_of
from polykeras.ops.convolution import per_axis
from polykeras.ops.dispatch import derived
from polykeras.ops.indexing import get_item, take
from polykeras.ops.manipulation import pad, reshape, transpose
from polykeras.ops.rule_error import RuleError
from polykeras.ops.shape_rules.convolution import dilated, positive_per_axis, window_positions
from polykeras.ops.shape_rules.pictures import patch_sides, whole_sides
from polykeras.ops.types import Tensor, TensorLike


@derived(rules.extract_patches)
def extract_patches(
    images: TensorLike,
    size: int | Sequence[int],
    strides: int | Sequence[int] | None = None,
    dilation_rate: int | Sequence[int] = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """Return the patches of images: the pixels under a sliding window.

    Args:
        images: One image or a batch of them; of volumes where `size` has three numbers.
        size: Height and width of a patch, or one number for both.
        strides: Distance of patches, per side or for all; their size by default, so that they do not overlap.
        dilation_rate: Distance of the pixels of a patch.
        padding: ``"valid"``, or ``"same"``: zeros around the images so that an axis of n pixels gives
            ``ceil(n / stride)`` patches.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Returns:
        Tensor of shape ``(batch, rows, columns, height * width * channels)``, or with the last axis in place of the
        channels; it holds a patch in row-major order, the channels of a pixel side by side.

    >>> from polykeras import ops
    >>> ops.image.extract_patches(ops.ones((1, 6, 6, 3)), 2).shape
    (1, 3, 3, 12)
    """
    return _extract(images, per_axis(size, patch_sides(size)), strides, dilation_rate, padding, data_format)


def extract_patches_3d(
    volumes: TensorLike,
    size: int | Sequence[int],
    strides: int | Sequence[int] | None = None,
    dilation_rate: int | Sequence[int] = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """Return the patches of volumes: the voxels under a sliding window.

    Args:
        volumes: One volume or a batch of them.
        size: Depth, height and width of a patch, or one number for all.
        strides: Distance of patches; their size by default.
        dilation_rate: Distance of the voxels of a patch.
        padding: ``"valid"`` or ``"same"``, as for `extract_patches`.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Returns:
        Tensor of shape ``(batch, planes, rows, columns, depth * height * width * channels)``, or with the last axis in
        place of the channels.

    >>> from polykeras import ops
    >>> ops.image.extract_patches_3d(ops.ones((1, 4, 6, 6, 3)), 2).shape
    (1, 2, 3, 3, 24)
    """
    try:
        sides = positive_per_axis(size, 3, "size")
    except RuleError as error:
        error.op = "extract_patches_3d"
        raise
    return extract_patches(volumes, sides, strides, dilation_rate, padding, data_format)


@derived(rules.reconstruct_patches)
def reconstruct_patches(
    patches: TensorLike,
    size: int | Sequence[int],
    output_size: Sequence[int] | None = None,
    strides: int | Sequence[int] | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """Return the images, or volumes, that patches side by side were cut from: the inverse of `extract_patches`.

    Args:
        patches: Tensor as `extract_patches` gives it.
        size: Sides of a patch, as they were given to it.
        output_size: Sides of the images; with ``padding="same"`` they tell how much of the last patches was padding.
        strides: Distance of patches, which has to be their size.
        padding: ``"valid"`` or ``"same"``, as it was given.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Returns:
        Tensor of shape ``(batch, *sides, channels)``, or with its channels first.

    Raises:
        RuleError: The patches overlap, or do not fit the sizes.

    >>> from polykeras import ops
    >>> patches = ops.image.extract_patches(ops.ones((1, 5, 6, 3)), 2, padding="same")
    >>> ops.image.reconstruct_patches(patches, 2, (5, 6), padding="same").shape
    (1, 5, 6, 3)
    """
    rank = patch_sides(size)
    taps = per_axis(size, rank)
    first = standardize_data_format(data_format) == "channels_first"
    start = ndim(patches) - rank - (0 if first else 1)
    sizes = shape_of(patches)
    grid = sizes[start : start + rank]
    sides = whole_sides(grid, taps, output_size, strides, padding)
    channels = sizes[start - 1 if first else -1] // math.prod(taps)
    batch = list(range(start - 1 if first else start))
    whole = [sizes[axis] for axis in batch]
    lead = len(batch)
    if first:
        x = reshape(patches, (*whole, *taps, channels, *grid))
        places_at, taps_at, channel = range(lead + rank + 1, lead + 2 * rank + 1), range(lead, lead + rank), lead + rank
    else:
        x = reshape(patches, (*whole, *grid, *taps, channels))
        places_at, taps_at, channel = range(lead, lead + rank), range(lead + rank, lead + 2 * rank), lead + 2 * rank
    pairs = [axis for pair in zip(places_at, taps_at, strict=True) for axis in pair]
    covered = [count * tap for count, tap in zip(grid, taps, strict=True)]
    if first:
        x = reshape(transpose(x, (*batch, channel, *pairs)), (*whole, channels, *covered))
    else:
        x = reshape(transpose(x, (*batch, *pairs, channel)), (*whole, *covered, channels))
    kept = [slice((full - side) // 2, (full - side) // 2 + side) for full, side in zip(covered, sides, strict=True)]
    return get_item(x, (*[slice(None)] * (lead + first), *kept))


def _extract(
    x: Tensor,
    taps: Sequence[int],
    strides: int | Sequence[int] | None,
    dilation_rate: int | Sequence[int],
    padding: str,
    data_format: str | None,
) -> Tensor:
    rank = len(taps)
    steps = taps if strides is None else per_axis(strides, rank)
    gaps = per_axis(dilation_rate, rank)
    first = standardize_data_format(data_format) == "channels_first"
    start = ndim(x) - rank - (0 if first else 1)
    sides = shape_of(x)[start : start + rank]
    mode = padding.lower()
    counts: list[Any] = [
        window_positions(side, tap, step, mode, gap)
        for side, tap, step, gap in zip(sides, taps, steps, gaps, strict=True)
    ]
    if mode == "same":
        margins: list[tuple[Any, Any]] = [(0, 0)] * ndim(x)
        for i, (count, side) in enumerate(zip(counts, sides, strict=True)):
            missing = max((count - 1) * steps[i] + dilated(taps[i], gaps[i]) - side, 0)
            margins[start + i] = (missing // 2, missing - missing // 2)
        x = pad(x, tuple(margins))
    for i in range(rank):
        places = np.arange(counts[i])[:, None] * steps[i] + np.arange(taps[i]) * gaps[i]
        x = take(x, places.astype("int32"), start + 2 * i)  # (..., count, tap, ...)
    places_at = [start + 2 * i for i in range(rank)]
    taps_at = [axis + 1 for axis in places_at]
    channel = start - 1 if first else ndim(x) - 1
    batch = list(range(start - 1 if first else start))
    sizes = shape_of(x)
    whole = [sizes[axis] for axis in batch]
    depth = sizes[channel]
    for tap in taps:
        depth = depth * tap
    if first:
        return reshape(transpose(x, (*batch, *taps_at, channel, *places_at)), (*whole, depth, *counts))
    return reshape(transpose(x, (*batch, *places_at, *taps_at, channel)), (*whole, *counts, depth))
