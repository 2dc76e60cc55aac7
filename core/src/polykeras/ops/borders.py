"""Rows and columns at the borders of images: cut off, or added as zeros.

Images have shape ``(batch, height, width, channels)``, or ``(height, width, channels)`` for one; with
``data_format="channels_first"`` the channels stand before the height. ``None`` is the configured format. Of each
direction two are told: what happens at either border, or at one of them and the size of the result.
"""

from __future__ import annotations

from polykeras.ops import shape_rules as rules
from polykeras.ops.conversion import ndim
from polykeras.ops.conversion import shape as shape_of
from polykeras.ops.dispatch import derived
from polykeras.ops.indexing import get_item
from polykeras.ops.manipulation import pad
from polykeras.ops.shape_rules.pictures import first_side, margins
from polykeras.ops.types import Size, Tensor, TensorLike


@derived(rules.crop_images)
def crop_images(
    images: TensorLike,
    top_cropping: Size | None = None,
    left_cropping: Size | None = None,
    bottom_cropping: Size | None = None,
    right_cropping: Size | None = None,
    target_height: Size | None = None,
    target_width: Size | None = None,
    data_format: str | None = None,
) -> Tensor:
    """Return images without some rows and columns at their borders.

    Args:
        images: One image or a batch of them.
        top_cropping: Rows to leave out above.
        left_cropping: Columns to leave out at the left.
        bottom_cropping: Rows to leave out below.
        right_cropping: Columns to leave out at the right.
        target_height: Rows of the result.
        target_width: Columns of the result.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Returns:
        Images of the dtype of `images`.

    Raises:
        RuleError: Not two of three are told for a direction, or they do not fit the images.

    >>> from polykeras import ops
    >>> ops.image.crop_images(ops.ones((5, 6, 3)), 1, 2, target_height=2, target_width=3).shape
    (2, 3, 3)
    """
    start = first_side(ndim(images), data_format)
    height, width = shape_of(images)[start : start + 2]
    top, _, rows = margins("height", "cropping", height, top_cropping, bottom_cropping, target_height)
    left, _, columns = margins("width", "cropping", width, left_cropping, right_cropping, target_width)
    return get_item(images, (*[slice(None)] * start, slice(top, top + rows), slice(left, left + columns)))


@derived(rules.pad_images)
def pad_images(
    images: TensorLike,
    top_padding: Size | None = None,
    left_padding: Size | None = None,
    bottom_padding: Size | None = None,
    right_padding: Size | None = None,
    target_height: Size | None = None,
    target_width: Size | None = None,
    data_format: str | None = None,
) -> Tensor:
    """Return images with rows and columns of zeros added at their borders.

    Args:
        images: One image or a batch of them.
        top_padding: Rows to add above.
        left_padding: Columns to add at the left.
        bottom_padding: Rows to add below.
        right_padding: Columns to add at the right.
        target_height: Rows of the result.
        target_width: Columns of the result.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Returns:
        Images of the dtype of `images`.

    Raises:
        RuleError: Not two of three are told for a direction, or they do not fit the images.

    >>> from polykeras import ops
    >>> ops.image.pad_images(ops.ones((5, 6, 3)), 1, 2, target_height=8, target_width=8).shape
    (8, 8, 3)
    """
    start = first_side(ndim(images), data_format)
    height, width = shape_of(images)[start : start + 2]
    top, bottom, _ = margins("height", "padding", height, top_padding, bottom_padding, target_height)
    left, right, _ = margins("width", "padding", width, left_padding, right_padding, target_width)
    before = [(0, 0)] * start
    after = [(0, 0)] * (ndim(images) - start - 2)
    return pad(images, (*before, (top, bottom), (left, right), *after))
