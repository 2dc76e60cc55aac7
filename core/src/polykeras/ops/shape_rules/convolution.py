"""Rules of ops that slide a window: convolutions, their transposes, pooling.

Shapes are ``(batch, *spatial, channels)``, or ``(batch, channels, *spatial)`` with
``data_format="channels_first"``, for one, two or three spatial axes.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from typing import Any

from polykeras.backend.config import standardize_data_format
from polykeras.ops.dims import Dim, Size, known
from polykeras.ops.rule_error import RuleError
from polykeras.ops.shape_rules.spec import Spec, show


def window_positions(size: Size, window: Size, stride: int, padding: str, dilation: int = 1) -> Size:
    """Return how often a window fits on an axis of `size`, ``padding`` being valid, same or causal."""
    if padding == "valid":
        return (size - dilated(window, dilation)) // stride + 1
    return (size + stride - 1) // stride


def dilated(window: Size, dilation: int) -> Size:
    """Return the span of a window whose taps are `dilation` apart."""
    return (window - 1) * dilation + 1


def positive_per_axis(value: Any, rank: int, name: str) -> tuple[int, ...]:
    """Return a positive number for each of `rank` axes."""
    values = tuple(value) if isinstance(value, Iterable) else (value,) * rank
    if len(values) != rank or any(isinstance(one, float) or one < 1 for one in values):
        raise RuleError(
            f"cannot use this `{name}`", f"{name}={value!r}", f"a positive int or {rank} of them", f"Correct `{name}`."
        )
    return tuple(operator.index(one) for one in values)


def padding_mode(padding: str, allowed: tuple[str, ...] = ("valid", "same")) -> str:
    """Return `padding` in lower case, if it is allowed."""
    mode = str(padding).lower()
    if mode not in allowed:
        raise RuleError(
            "cannot use this padding", f"padding={padding!r}", ", ".join(map(repr, allowed)), "Choose one of these."
        )
    return mode


class _Image:
    """The input's axes told apart, and put together again for the output."""

    def __init__(self, inputs: Spec, data_format: str | None) -> None:
        self.data_format = standardize_data_format(data_format)
        self.first = self.data_format == "channels_first"
        self.rank = len(inputs.dims) - 2
        if not 1 <= self.rank <= 3:
            raise RuleError(
                "needs a batch of signals, images or volumes",
                show(inputs),
                "3, 4 or 5 axes: batch, channels and one to three spatial ones",
                "Add the missing axis with `ops.expand_dims`.",
            )
        self.inputs = inputs
        self.batch = inputs.dims[0]
        self.channels = inputs.dims[1 if self.first else -1]
        self.spatial = inputs.dims[2:] if self.first else inputs.dims[1:-1]

    def __str__(self) -> str:
        return f"inputs of {show(self.inputs)} in {self.data_format}"

    def output(self, positions: Callable[..., Size], channels: Size, *windows: tuple[Any, ...]) -> Spec:
        spatial = tuple(map(positions, self.spatial, *windows))
        if any(known(size) and size <= 0 for size in spatial):
            raise RuleError(
                "would have an empty output",
                f"{self}, window {windows[0]}",
                "a window no larger than the inputs",
                'Use a smaller window, `padding="same"`, or larger inputs.',
            )
        dims = (self.batch, channels, *spatial) if self.first else (self.batch, *spatial, channels)
        return Spec(dims, self.inputs.dtype)


def _check_kernel(image: _Image, kernel: Spec, layout: str, fits: bool | None = None) -> None:
    if len(kernel.dims) != image.rank + 2 or fits is False:
        raise RuleError(
            "cannot apply this kernel to these inputs",
            f"{image}, kernel of {show(kernel)}",
            f"a kernel of shape {layout} with {image.rank} spatial axes",
            "Check the number of channels and `data_format`.",
        )


def _divides(part: Size, whole: Size) -> bool:
    """Return whether `part` may divide `whole`: unknown sizes may."""
    return not (known(part) and known(whole)) or (part > 0 and whole % part == 0)


def conv(
    inputs: Spec,
    kernel: Spec,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Spec:
    """Return the convolution with a kernel of shape ``(*spatial, channels // groups, filters)``."""
    image = _Image(inputs, data_format)
    layout = "(*spatial, input channels // groups, filters)"
    _check_kernel(image, kernel, layout)
    *window, per_group, filters = kernel.dims
    _check_kernel(image, kernel, layout, _divides(per_group, image.channels))
    if known(image.channels) and known(per_group):
        _check_kernel(image, kernel, layout, _divides(image.channels // per_group, filters))
    return _slide(image, tuple(window), filters, strides, padding, dilation_rate)


def depthwise_conv(
    inputs: Spec,
    kernel: Spec,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Spec:
    """Return each channel convolved alone; the kernel is ``(*spatial, channels, multiplier)``."""
    image = _Image(inputs, data_format)
    layout = "(*spatial, input channels, multiplier)"
    _check_kernel(image, kernel, layout)
    *window, channels, multiplier = kernel.dims
    _check_kernel(image, kernel, layout, not known(channels - image.channels) or channels == image.channels)
    return _slide(image, tuple(window), channels * multiplier, strides, padding, dilation_rate)


def separable_conv(
    inputs: Spec,
    depthwise_kernel: Spec,
    pointwise_kernel: Spec,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Spec:
    """Return each channel convolved alone, and a convolution of one position after that."""
    apart = depthwise_conv(inputs, depthwise_kernel, strides, padding, data_format, dilation_rate)
    return conv(apart, pointwise_kernel, 1, "valid", data_format)


def _slide(
    image: _Image, window: tuple[Size, ...], filters: Size, strides: Any, padding: str, dilation_rate: Any
) -> Spec:
    mode = padding_mode(padding, ("valid", "same", "causal") if image.rank == 1 else ("valid", "same"))
    steps = positive_per_axis(strides, image.rank, "strides")
    dilation = positive_per_axis(dilation_rate, image.rank, "dilation_rate")
    return image.output(window_positions, filters, window, steps, (mode,) * image.rank, dilation)


def conv_transpose(
    inputs: Spec,
    kernel: Spec,
    strides: Any = 1,
    padding: str = "valid",
    output_padding: Any = None,
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Spec:
    """Return the transposed convolution; the kernel is ``(*spatial, filters, channels)``."""
    image = _Image(inputs, data_format)
    layout = "(*spatial, filters, input channels)"
    _check_kernel(image, kernel, layout)
    *window, filters, channels = kernel.dims
    _check_kernel(image, kernel, layout, not known(channels - image.channels) or channels == image.channels)
    mode = padding_mode(padding)
    steps = positive_per_axis(strides, image.rank, "strides")
    dilation = positive_per_axis(dilation_rate, image.rank, "dilation_rate")
    extra = tuple(output_padding) if isinstance(output_padding, Iterable) else (output_padding,) * image.rank
    spans = tuple(map(dilated, window, dilation))
    return image.output(_transposed_positions, filters, spans, steps, (mode,) * image.rank, extra)


def _transposed_positions(size: Size, span: Size, stride: int, padding: str, extra: int | None) -> Size:
    """Return the size whose convolution has `size`; `extra` settles which one where the stride leaves a choice."""
    if extra is not None:
        margin = span // 2 * 2 if padding == "same" else 0
        return (size - 1) * stride + span - margin + extra
    if padding == "same":
        return size * stride
    return size * stride + max(span - stride, 0) if known(span) else Dim.fresh("transposed")


def pool(
    inputs: Spec, pool_size: Any, strides: Any = None, padding: str = "valid", data_format: str | None = None
) -> Spec:
    """Return the windows' maxima or averages; `strides` default to `pool_size`."""
    image = _Image(inputs, data_format)
    window = positive_per_axis(pool_size, image.rank, "pool_size")
    steps = window if strides is None else positive_per_axis(strides, image.rank, "strides")
    mode = padding_mode(padding)
    return image.output(window_positions, image.channels, window, steps, (mode,) * image.rank)
