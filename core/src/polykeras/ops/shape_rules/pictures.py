"""Rules of `polykeras.ops.image`: one image or a batch of them, channels last or first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from polykeras.backend import dtypes
from polykeras.backend.config import standardize_data_format
from polykeras.ops.dims import Size, as_shape, known
from polykeras.ops.rule_error import RuleError
from polykeras.ops.shape_rules.convolution import padding_mode, positive_per_axis, window_positions
from polykeras.ops.shape_rules.spec import Spec, show


def first_side(rank: int, data_format: str | None) -> int:
    """Return the axis of the height, which that of the width follows."""
    return rank - 2 if standardize_data_format(data_format) == "channels_first" else rank - 3


def check_rank(images: Spec, sides: int = 2) -> None:
    """Refuse what is neither an image, or a volume, nor a batch of them."""
    if len(images.dims) not in {sides + 1, sides + 2}:
        what = "an image" if sides == 2 else "a volume"
        raise RuleError(
            f"needs {what} or a batch of them", show(images), f"{sides + 1} axes, or {sides + 2} with a batch",
            "Add or merge axes.",
        )  # fmt: skip


def _channels(images: Spec, data_format: str | None) -> int:
    return len(images.dims) - (3 if standardize_data_format(data_format) == "channels_first" else 1)


def grey(images: Spec, data_format: str | None = None) -> Spec:
    """Return one channel in place of three."""
    check_rank(images)
    axis = _channels(images, data_format)
    _check_channels(images, axis, (3, 1))
    return Spec((*images.dims[:axis], 1, *images.dims[axis + 1 :]), images.dtype)


def coloured(images: Spec, data_format: str | None = None) -> Spec:
    """Return the images' own shape; three floating channels are asked for."""
    check_rank(images)
    _check_channels(images, _channels(images, data_format), (3,))
    if not dtypes.is_float(images.dtype):
        raise RuleError(
            "takes floating images", images.dtype, "floats in [0, 1]", 'Write `ops.cast(images, "float32") / 255`.'
        )
    return images


def _check_channels(images: Spec, axis: int, allowed: tuple[int, ...]) -> None:
    size = images.dims[axis]
    if known(size) and size not in allowed:
        raise RuleError(
            "cannot tell the colours of these images",
            f"{show(images)}: {size} channels on axis {axis}",
            " or ".join(f"{one} channel{'s' * (one > 1)}" for one in allowed),
            "Check `data_format`, or select channels.",
        )


def margins(side: str, kind: str, size: Size, before: Any, after: Any, target: Any) -> tuple[Any, Any, Any]:
    """Return what is cut off or added before and after, and the size that results.

    Args:
        side: ``"height"`` or ``"width"``.
        kind: ``"cropping"`` or ``"padding"``.
        size: Size of the images.
        before: Rows or columns at the first border, if that is told.
        after: Those at the last border, if that is told.
        target: The size that results, if that is told.

    Raises:
        RuleError: Other than two of the three are told, or one would be negative.
    """
    names = ("top", "bottom") if side == "height" else ("left", "right")
    told = {f"{names[0]}_{kind}": before, f"{names[1]}_{kind}": after, f"target_{side}": target}
    if sum(value is not None for value in told.values()) != 2:
        raise RuleError(
            f"cannot tell what {side} to give",
            ", ".join(f"{name}={value}" for name, value in told.items()),
            "exactly two of the three",
            "Leave out one, or give another.",
        )
    sign = -1 if kind == "cropping" else 1
    if before is None:
        before = (target - size) * sign - after
    elif after is None:
        after = (target - size) * sign - before
    else:
        target = size + (before + after) * sign
    found = dict(zip(told, (before, after, target), strict=True))
    if any(isinstance(value, int) and value < 0 for value in found.values()):
        raise RuleError(
            f"cannot use this {kind} for a {side} of {size}",
            ", ".join(f"{name}={value}" for name, value in found.items()),
            "sizes of 0 and more",
            "Correct them, or look at `data_format`.",
        )
    return before, after, target


def _bordered(images: Spec, kind: str, tops: tuple[Any, Any, Any], sides: tuple[Any, Any, Any], form: Any) -> Spec:
    check_rank(images)
    start = first_side(len(images.dims), form)
    height, width = images.dims[start : start + 2]
    sizes = (margins("height", kind, height, *tops)[2], margins("width", kind, width, *sides)[2])
    return Spec((*images.dims[:start], *sizes, *images.dims[start + 2 :]), images.dtype)


def crop_images(
    images: Spec, top: Any = None, left: Any = None, bottom: Any = None, right: Any = None, height: Any = None,
    width: Any = None, data_format: str | None = None,
) -> Spec:  # fmt: skip
    """Return what is left between the borders."""
    return _bordered(images, "cropping", (top, bottom, height), (left, right, width), data_format)


def pad_images(
    images: Spec, top: Any = None, left: Any = None, bottom: Any = None, right: Any = None, height: Any = None,
    width: Any = None, data_format: str | None = None,
) -> Spec:  # fmt: skip
    """Return the sizes with what is added."""
    return _bordered(images, "padding", (top, bottom, height), (left, right, width), data_format)


def _patches(images: Spec, rank: int, size: Any, strides: Any, gaps: Any, padding: str, form: Any) -> Spec:
    check_rank(images, rank)
    taps = positive_per_axis(size, rank, "size")
    steps = taps if strides is None else positive_per_axis(strides, rank, "strides")
    spread = positive_per_axis(gaps, rank, "dilation_rate")
    mode = padding_mode(padding)
    first = standardize_data_format(form) == "channels_first"
    start = len(images.dims) - rank - (0 if first else 1)
    channels = images.dims[start - 1 if first else -1]
    counts = []
    for side, tap, step, gap in zip(images.dims[start : start + rank], taps, steps, spread, strict=True):
        count = window_positions(side, tap, step, mode, gap)
        if known(count) and count < 1:
            raise RuleError(
                "would give no patch", f"{show(images)}, size={size}", "patches within the images",
                'Use smaller patches, or `padding="same"`.',
            )  # fmt: skip
        counts.append(count)
    depth = channels
    for tap in taps:
        depth = depth * tap
    batch = images.dims[: len(images.dims) - rank - 1]
    return Spec((*batch, depth, *counts) if first else (*batch, *counts, depth), images.dtype)


def extract_patches(
    images: Spec, size: Any, strides: Any = None, dilation_rate: Any = 1, padding: str = "valid",
    data_format: str | None = None,
) -> Spec:  # fmt: skip
    """Return a place for each patch, with the patch's pixels as channels."""
    return _patches(images, patch_sides(size), size, strides, dilation_rate, padding, data_format)


METHODS = ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")
_SYNONYMS = {"linear": "bilinear", "trilinear": "bilinear", "cubic": "bicubic", "tricubic": "bicubic"}


def standardize_method(method: str) -> str:
    """Return the name that `METHODS` has for a method of `scale_and_translate`."""
    name = _SYNONYMS.get(method, method)
    if name not in METHODS[1:]:
        raise RuleError(
            "knows no such method",
            f"method={method!r}",
            ", ".join(sorted({*_SYNONYMS, *METHODS[1:]})),
            "Use one of them.",
        )
    return name


def check_resize(size: Any, interpolation: str, cropped: bool, padded: bool, fill_mode: str) -> None:
    """Refuse what `resize` cannot do."""
    if not isinstance(size, (list, tuple)) or len(size) != 2 or not all(_positive(one) for one in size):
        raise RuleError("needs a size", f"size={size}", "height and width, whole numbers above 0", "Give both.")
    if interpolation not in METHODS:
        raise RuleError(
            "knows no such interpolation", f"interpolation={interpolation!r}", ", ".join(METHODS), "Use one of them."
        )
    if cropped and padded:
        raise RuleError(
            "cannot keep the aspect ratio in two ways", "crop_to_aspect_ratio=True, pad_to_aspect_ratio=True",
            "one of the two", "Leave one out.",
        )  # fmt: skip
    if fill_mode != "constant":
        raise RuleError(
            "fills borders with a constant", f"fill_mode={fill_mode!r}", '"constant"', "Pad the images with `ops.pad`."
        )


def _positive(size: Any) -> bool:
    return not known(size) or (not isinstance(size, bool) and isinstance(size, int) and size > 0)


def resize_margins(
    sides: Sequence[Any], size: Sequence[int], *, cropped: bool
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return what is cut off, or added, above and below, and at the left and at the right, for the ratio of `size`.

    What is added is the same at both borders, and so one less than the ratio asks for where that is odd.
    """
    height, width = sides
    rows, columns = width * size[0] // size[1], height * size[1] // size[0]
    if cropped:
        missing = max(height - max(rows, 1), 0), max(width - max(columns, 1), 0)
        above, left = (one // 2 for one in missing)
        return (above, missing[0] - above), (left, missing[1] - left)
    above, left = max(rows - height, 0) // 2, max(columns - width, 0) // 2
    return (above, above), (left, left)


def resize(
    images: Spec, size: Any, interpolation: str = "bilinear", antialias: bool = False, cropped: bool = False,
    padded: bool = False, fill_mode: str = "constant", fill_value: float = 0.0, data_format: str | None = None,
) -> Spec:  # fmt: skip
    """Return images with both sides as told."""
    del antialias, fill_value
    check_rank(images)
    check_resize(size, interpolation, cropped, padded, fill_mode)
    return resample(images, size, interpolation, start=first_side(len(images.dims), data_format))


def resample(images: Spec, size: Any, interpolation: str, antialias: bool = False, start: int = 0) -> Spec:
    """Return images with both sides as told."""
    del interpolation, antialias
    sides = images.dims[start : start + 2]
    if 0 in sides:
        raise RuleError("cannot resize images of nothing", show(images), "sides of 1 and more", "Leave them out.")
    return Spec((*images.dims[:start], *size, *images.dims[start + 2 :]), images.dtype)


def scale_and_translate(
    images: Spec, output_shape: Any, scale: Spec, translation: Spec, spatial_dims: Any, method: str,
    antialias: bool = True,
) -> Spec:  # fmt: skip
    """Return `output_shape`."""
    del antialias
    standardize_method(method)
    scaled_axes(images.dims, output_shape, scale.dims, translation.dims, spatial_dims)
    return Spec(tuple(output_shape), images.dtype)


def scaled_axes(dims: Any, output_shape: Any, scale: Any, translation: Any, spatial_dims: Any) -> list[int]:
    """Return the axes of `spatial_dims`, none of them negative."""
    rank = len(dims)
    if len(output_shape) != rank:
        raise RuleError(
            "needs a size for every axis", f"shape {as_shape(dims)}, output_shape={output_shape}", f"{rank} sizes",
            "Repeat the sizes of the axes that are not moved.",
        )  # fmt: skip
    if any(not -rank <= axis < rank for axis in spatial_dims) or len({axis % rank for axis in spatial_dims}) != len(
        spatial_dims
    ):
        raise RuleError(
            "cannot move along these axes", f"spatial_dims={spatial_dims}, shape {as_shape(dims)}",
            f"different axes from {-rank} to {rank - 1}", "Correct `spatial_dims`.",
        )  # fmt: skip
    for name, shape in (("scale", scale), ("translation", translation)):
        if len(shape) != 1 or (known(shape[0]) and shape[0] != len(spatial_dims)):
            raise RuleError(
                "needs a number for every axis it moves along", f"{name} of shape {as_shape(shape)}",
                f"shape ({len(spatial_dims)},) for spatial_dims={spatial_dims}", "Give one each.",
            )  # fmt: skip
    axes = [axis % rank for axis in spatial_dims]
    for axis, (own, asked) in enumerate(zip(dims, output_shape, strict=True)):
        if axis not in axes and known(own) and known(asked) and own != asked:
            raise RuleError(
                "changes the sizes of `spatial_dims` alone", f"shape {as_shape(dims)}, output_shape={output_shape}",
                f"size {own} for axis {axis}", "Name the axis, or repeat its size.",
            )  # fmt: skip
    return axes


def gaussian_blur(
    images: Spec, kernel_size: Any = (3, 3), sigma: Any = (1.0, 1.0), data_format: str | None = None
) -> Spec:
    """Return the images' own shape."""
    del data_format
    check_rank(images)
    positive_per_axis(kernel_size, 2, "kernel_size")
    widths = sigma if isinstance(sigma, (list, tuple)) else ()
    if not isinstance(kernel_size, (list, tuple)) or len(widths) != 2 or not all(width > 0 for width in widths):
        raise RuleError(
            "needs two sizes and two widths", f"kernel_size={kernel_size}, sigma={sigma}",
            "two whole numbers of 1 and more, and two numbers above 0", "Give those of the height, then of the width.",
        )  # fmt: skip
    return images


def slope_dtype(dtype: str) -> str:
    """Return the dtype of slopes: below zero there must be numbers too."""
    signed = dtypes.is_float(dtype) or (dtypes.is_int(dtype) and not dtype.startswith("u"))
    return dtype if signed else dtypes.result_type(dtype, "float")


def sobel_edges(images: Spec, data_format: str | None = None) -> Spec:
    """Return the images' shape and two slopes."""
    del data_format
    check_rank(images)
    return Spec((*images.dims, 2), slope_dtype(images.dtype))


def ssim(
    image1: Spec, image2: Spec, max_val: float = 1.0, filter_size: int = 11, filter_sigma: float = 1.5,
    k1: float = 0.01, k2: float = 0.03, data_format: str | None = None,
) -> Spec:  # fmt: skip
    """Return a number for each image."""
    del max_val, filter_sigma, k1, k2
    check_rank(image1)
    _check_equal(image1, image2)
    start = first_side(len(image1.dims), data_format)
    if any(known(side) and side < filter_size for side in image1.dims[start : start + 2]):
        raise RuleError(
            "has no window that fits", f"{show(image1)}, filter_size={filter_size}", "windows within the images",
            "Use a smaller `filter_size`.",
        )  # fmt: skip
    return Spec(image1.dims[: len(image1.dims) - 3], image1.dtype)


def psnr(x1: Spec, x2: Spec, max_val: float) -> Spec:
    """Return a scalar."""
    del max_val
    _check_equal(x1, x2)
    return Spec((), x1.dtype)


def _check_equal(x1: Spec, x2: Spec) -> None:
    pairs = zip(x1.dims, x2.dims, strict=False)
    if len(x1.dims) != len(x2.dims) or any(known(a) and known(b) and a != b for a, b in pairs):
        raise RuleError(
            "compares tensors of one shape", f"{show(x1)} and {show(x2)}", "equal shapes", "Broadcast one of them."
        )


def reconstruct_patches(
    patches: Spec, size: Any, output_size: Any = None, strides: Any = None, padding: str = "valid",
    data_format: str | None = None,
) -> Spec:  # fmt: skip
    """Return images of the patches side by side."""
    rank = patch_sides(size)
    check_rank(patches, rank)
    taps = positive_per_axis(size, rank, "size")
    first = standardize_data_format(data_format) == "channels_first"
    start = len(patches.dims) - rank - (0 if first else 1)
    grid = patches.dims[start : start + rank]
    depth = patches.dims[start - 1 if first else -1]
    pixels = math.prod(taps)
    if known(depth) and depth % pixels:
        raise RuleError(
            "cannot tell the channels", f"{show(patches)}, size={size}", f"a multiple of {pixels} values in a patch",
            "Check `size` and `data_format`.",
        )  # fmt: skip
    sides = whole_sides(grid, taps, output_size, strides, padding)
    batch = patches.dims[: len(patches.dims) - rank - 1]
    channels = depth // pixels
    return Spec((*batch, channels, *sides) if first else (*batch, *sides, channels), patches.dtype)


def patch_sides(size: Any) -> int:
    """Return 3 for the size of patches of volumes, and 2 for that of images."""
    return 3 if isinstance(size, (list, tuple)) and len(size) == 3 else 2


def whole_sides(grid: Sequence[Size], taps: Sequence[int], output_size: Any, strides: Any, padding: str) -> list[Size]:
    """Return the sides of the images that patches side by side were cut from.

    Raises:
        RuleError: The patches overlap, or these sides do not give as many patches.
    """
    steps = taps if strides is None else positive_per_axis(strides, len(taps), "strides")
    if tuple(steps) != tuple(taps):
        raise RuleError(
            "puts patches side by side", f"size={tuple(taps)}, strides={tuple(steps)}", "strides of the size",
            "Leave `strides` out.",
        )  # fmt: skip
    mode = padding_mode(padding)
    covered: list[Size] = [count * tap for count, tap in zip(grid, taps, strict=True)]
    if output_size is None and mode == "same":
        raise RuleError(
            "cannot tell how much padding there was", "output_size=None, padding='same'", "the sides of the images",
            "Give `output_size`.",
        )  # fmt: skip
    if output_size is None:
        return covered
    sides: list[Size] = list(positive_per_axis(output_size, len(taps), "output_size"))
    for side, whole, tap in zip(sides, covered, taps, strict=True):
        if known(whole) and not (side == whole if mode == "valid" else whole - tap < side <= whole):
            raise RuleError(
                "cannot have been cut from such images", f"output_size={tuple(sides)}",
                f"{tuple(covered)}, or up to {tuple(tap - 1 for tap in taps)} less with padding='same'",
                "Correct `output_size`, `size` or `padding`.",
            )  # fmt: skip
    return sides
