"""Rules of `polykeras.ops.image`: one image or a batch of them, channels last or first."""

from __future__ import annotations

from typing import Any

from polykeras.backend import dtypes
from polykeras.backend.config import standardize_data_format
from polykeras.ops.dims import Size, known
from polykeras.ops.rule_error import RuleError
from polykeras.ops.shape_rules.convolution import padding_mode, positive_per_axis, window_positions
from polykeras.ops.shape_rules.spec import Spec, show


def first_side(rank: int, data_format: str | None) -> int:
    """Return the axis of the height, which that of the width follows."""
    return rank - 2 if standardize_data_format(data_format) == "channels_first" else rank - 3


def _check_rank(images: Spec, sides: int = 2) -> None:
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
    _check_rank(images)
    axis = _channels(images, data_format)
    _check_channels(images, axis, (3, 1))
    return Spec((*images.dims[:axis], 1, *images.dims[axis + 1 :]), images.dtype)


def coloured(images: Spec, data_format: str | None = None) -> Spec:
    """Return the images' own shape; three floating channels are asked for."""
    _check_rank(images)
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
    _check_rank(images)
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
    _check_rank(images, rank)
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
    sides = 3 if isinstance(size, (list, tuple)) and len(size) == 3 else 2
    return _patches(images, sides, size, strides, dilation_rate, padding, data_format)
