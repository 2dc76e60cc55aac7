"""Rules of ops that move elements of images, pool them to a size, or attend to positions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras.backend.config import standardize_data_format
from polykeras.ops.dims import Size, agree, known
from polykeras.ops.rule_error import RuleError
from polykeras.ops.shape_rules.convolution import dilated, positive_per_axis
from polykeras.ops.shape_rules.elementwise import broadcast_dims
from polykeras.ops.shape_rules.spec import Spec, show


def adaptive_pool(inputs: Spec, output_size: Any, data_format: str | None = None) -> Spec:
    """Return the sizes asked for in place of the spatial ones."""
    rank = len(inputs.dims) - 2
    if not 1 <= rank <= 3:
        raise RuleError(
            "needs a batch of signals, images or volumes", show(inputs), "3, 4 or 5 axes", "Add the missing axis."
        )
    sizes = positive_per_axis(output_size, rank, "output_size")
    if standardize_data_format(data_format) == "channels_first":
        return Spec((*inputs.dims[:2], *sizes), inputs.dtype)
    return Spec((inputs.dims[0], *sizes, inputs.dims[-1]), inputs.dtype)


def _image(x: Spec, layout: str) -> tuple[Size, ...]:
    if len(x.dims) != 4:
        raise RuleError("needs a batch of images", show(x), f"4 axes: {layout}", "Add or merge axes.")
    return x.dims


def _block(block_size: Any) -> int:
    if not isinstance(block_size, int) or isinstance(block_size, bool) or block_size < 1:
        raise RuleError("needs blocks of pixels", f"block_size={block_size!r}", "a positive int", "Correct it.")
    return block_size


def _split(size: Size, parts: int, what: str, x: Spec) -> Size:
    if known(size) and size % parts:
        raise RuleError(
            "cannot cut into blocks", f"{show(x)}: {what} {size}", f"a multiple of {parts}", "Pad it, or change blocks."
        )
    return size // parts


def depth_to_space(x: Spec, block_size: int, data_format: str | None = "channels_last") -> Spec:
    """Return larger sides and fewer channels."""
    side = _block(block_size)
    if standardize_data_format(data_format) == "channels_first":
        batch, depth, height, width = _image(x, "(batch, channels, height, width)")
        return Spec((batch, _split(depth, side * side, "channels", x), height * side, width * side), x.dtype)
    batch, height, width, depth = _image(x, "(batch, height, width, channels)")
    return Spec((batch, height * side, width * side, _split(depth, side * side, "channels", x)), x.dtype)


def space_to_depth(x: Spec, block_size: int, data_format: str | None = "channels_last") -> Spec:
    """Return smaller sides and more channels."""
    side = _block(block_size)
    if standardize_data_format(data_format) == "channels_first":
        batch, channels, height, width = _image(x, "(batch, channels, height, width)")
        sides = (_split(height, side, "height", x), _split(width, side, "width", x))
        return Spec((batch, channels * (side * side), *sides), x.dtype)
    batch, height, width, channels = _image(x, "(batch, height, width, channels)")
    sides = (_split(height, side, "height", x), _split(width, side, "width", x))
    return Spec((batch, *sides, channels * (side * side)), x.dtype)


def unfold(x: Spec, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Spec:
    """Return ``(batch, channels * taps, patches)``."""
    batch, channels, *sides = _image(x, "(batch, channels, height, width)")
    taps = positive_per_axis(kernel_size, 2, "kernel_size")
    return Spec((batch, channels * (taps[0] * taps[1]), _patches(sides, taps, dilation, padding, stride)), x.dtype)


def fold(x: Spec, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Spec:
    """Return ``(batch, channels, *output_size)``."""
    if len(x.dims) != 3:
        raise RuleError("needs patches", show(x), "3 axes: (batch, channels * taps, patches)", "Merge axes.")
    batch, depth, patches = x.dims
    sizes = positive_per_axis(output_size, 2, "output_size")
    taps = positive_per_axis(kernel_size, 2, "kernel_size")
    needed = _patches(list(sizes), taps, dilation, padding, stride)
    if known(patches) and patches != needed:
        raise RuleError(
            "cannot lay out these patches", f"{show(x)}: {patches} patches", f"{needed} patches", "Check the sizes."
        )
    return Spec((batch, _split(depth, taps[0] * taps[1], "depth", x), *sizes), x.dtype)


def _patches(sides: Sequence[Size], taps: Sequence[int], dilation: Any, padding: Any, stride: Any) -> Size:
    gaps, steps = positive_per_axis(dilation, 2, "dilation"), positive_per_axis(stride, 2, "stride")
    margins = (padding, padding) if isinstance(padding, int) else tuple(padding)
    counts: list[Size] = [
        (side + 2 * margin - dilated(tap, gap)) // step + 1
        for side, tap, gap, margin, step in zip(sides, taps, gaps, margins, steps, strict=True)
    ]
    for count in counts:
        if known(count) and count < 1:
            raise RuleError(
                "would give no patch", f"sides {tuple(sides)}, window {tuple(taps)}", "a window within them",
                "Use a smaller window or more padding.",
            )  # fmt: skip
    return counts[0] * counts[1]


def attention(
    query: Spec,
    key: Spec,
    value: Spec,
    bias: Spec | None = None,
    mask: Spec | None = None,
    *_: Any,
) -> Spec:
    """Return the shape of the queries; keys and values agree, and their heads divide those of the queries."""
    if not len(query.dims) == len(key.dims) == len(value.dims) == 4:
        raise RuleError(
            "needs queries, keys and values", show(query, key, value), "4 axes each: (batch, positions, heads, size)",
            "Add or merge axes.",
        )  # fmt: skip
    batch, queries, heads, size = query.dims
    try:
        for mine, theirs in zip(key.dims, value.dims, strict=True):
            agree(mine, theirs)
        agree(batch, key.dims[0])
        agree(size, key.dims[3])
    except RuleError:
        raise RuleError(
            "cannot bring queries and keys together",
            show(query, key, value),
            "equal batches and sizes, and values of the shape of keys",
            "Check the order of the axes: (batch, positions, heads, size).",
        ) from None
    if known(heads) and known(key.dims[2]) and (key.dims[2] == 0 or heads % key.dims[2]):
        raise RuleError(
            "cannot share keys among heads", show(query, key), "a number of heads that is a multiple of the keys'",
            "Use as many heads of keys, or a divisor.",
        )  # fmt: skip
    for other in (bias, mask):
        if other is not None:
            broadcast_dims(other.dims, (batch, heads, queries, key.dims[1]))
    return query
