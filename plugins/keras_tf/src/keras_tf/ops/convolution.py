"""Convolution and pooling on TensorFlow.

Its kernels for the CPU want the channels last; with the channels first the tensors are turned there and back.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Sequence
from typing import Any

from keras_tf.framework import tf
from keras_tf.ops.kinds import raw
from polykeras.backend.config import standardize_data_format
from polykeras.ops import shape_rules
from polykeras.ops.convolution import transposed_places

_LAYOUT = {1: "NWC", 2: "NHWC", 3: "NDHWC"}
_MODES = ("valid", "same")
_CAUSAL_TOO = (*_MODES, "causal")

PerAxis = int | Sequence[int]


def conv(
    inputs: Any,
    kernel: Any,
    strides: PerAxis = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: PerAxis = 1,
) -> Any:
    """Return the cross-correlation of `inputs` with `kernel`."""
    rank = inputs.shape.rank - 2
    steps, spread = _per_axis(strides, rank), _per_axis(dilation_rate, rank)
    mode = _mode("conv", padding, _CAUSAL_TOO if rank == 1 else _MODES)
    last = standardize_data_format(data_format) == "channels_last"
    x = inputs if last else _to_last(inputs)
    if mode == "causal":
        x = tf.pad(x, [[0, 0], [(kernel.shape[0] - 1) * spread[0], 0], [0, 0]])
        mode = "valid"
    groups = x.shape[-1] // kernel.shape[-2]
    # The kernels for the CPU have no groups in their gradients.
    parts = zip(tf.split(x, groups, -1), tf.split(kernel, groups, -1), strict=True) if groups > 1 else [(x, kernel)]
    pieces = [_conv(part, weight, steps, spread, mode, rank) for part, weight in parts]
    y = pieces[0] if groups == 1 else tf.concat(pieces, -1)
    return y if last else _to_first(y)


def _conv(x: Any, kernel: Any, steps: tuple[int, ...], spread: tuple[int, ...], mode: str, rank: int) -> Any:
    layout = _LAYOUT[rank]
    if max(steps) == 1 or max(spread) == 1:
        return tf.nn.convolution(x, kernel, steps, mode.upper(), layout, spread)
    # TensorFlow has dilation or strides: every position is computed, and those between the strides are dropped.
    if mode == "same":
        margins = [
            _margin(size, taps, step, gap)
            for size, taps, step, gap in zip(x.shape[1:-1], kernel.shape, steps, spread, strict=False)
        ]
        x = tf.pad(x, [(0, 0), *margins, (0, 0)])
    y = tf.nn.convolution(x, kernel, 1, "VALID", layout, spread)
    return y[(slice(None), *(slice(None, None, step) for step in steps))]


def _margin(size: int, taps: int, step: int, gap: int) -> tuple[int, int]:
    total = max((-(-size // step) - 1) * step + (taps - 1) * gap + 1 - size, 0)
    return total // 2, total - total // 2


def depthwise_conv(
    inputs: Any,
    kernel: Any,
    strides: PerAxis = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: PerAxis = 1,
) -> Any:
    """Return the convolution of each channel alone; TensorFlow has it for images and one stride, or no dilation."""
    rank = inputs.shape.rank - 2
    steps, spread = _per_axis(strides, rank), _per_axis(dilation_rate, rank)
    usual = len(set(steps)) == 1 and (max(steps) == 1 or max(spread) == 1)
    if rank != 2 or not usual:
        *window, channels, multiplier = kernel.shape
        grouped = tf.reshape(kernel, (*window, 1, channels * multiplier))
        return conv(inputs, grouped, strides, padding, data_format, dilation_rate)
    mode = _mode("depthwise_conv", padding, _MODES)
    last = standardize_data_format(data_format) == "channels_last"
    x = inputs if last else _to_last(inputs)
    y = tf.nn.depthwise_conv2d(x, kernel, (1, *steps, 1), mode.upper(), "NHWC", spread)
    return y if last else _to_first(y)


def conv_transpose(
    inputs: Any,
    kernel: Any,
    strides: PerAxis = 1,
    padding: str = "valid",
    output_padding: PerAxis | None = None,
    data_format: str | None = None,
    dilation_rate: PerAxis = 1,
) -> Any:
    """Return the transposed convolution: TensorFlow's covers everything, and is cut or filled up to the size asked."""
    rank = inputs.shape.rank - 2
    places = transposed_places(inputs, kernel, strides, padding, output_padding, data_format, dilation_rate)
    last = standardize_data_format(data_format) == "channels_last"
    x = inputs if last else _to_last(inputs)
    for axis, gap in enumerate(_per_axis(dilation_rate, rank)):
        kernel = _apart(kernel, axis, gap)  # there are no kernels for dilation
    sizes = [place.full for place in places]
    shape = tf.stack([tf.shape(x)[0], *sizes, kernel.shape[-2]])
    y = tf.nn.conv_transpose(x, kernel, shape, _per_axis(strides, rank), "VALID", _LAYOUT[rank])
    y = y[(slice(None), *(slice(place.start, place.start + place.size) for place in places))]
    if any(place.size > place.full for place in places):
        y = tf.pad(y, [(0, 0), *((0, max(place.size - place.full, 0)) for place in places), (0, 0)])
    return y if last else _to_first(y)


def _apart(x: Any, axis: int, gap: int) -> Any:
    """Return `x` with ``gap - 1`` zeros between its elements along an axis."""
    if gap == 1:
        return x
    dims = x.shape.as_list()
    around = [(0, 0)] * (len(dims) + 1)
    around[axis + 1] = (0, gap - 1)
    dims[axis] *= gap
    longer = tf.reshape(tf.pad(tf.expand_dims(x, axis + 1), around), dims)
    return longer[(slice(None),) * axis + (slice(None, 1 - gap),)]


def max_pool(
    inputs: Any,
    pool_size: PerAxis,
    strides: PerAxis | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Any:
    """Return the largest element of each window."""
    if not inputs.dtype.is_floating:
        return tf.cast(max_pool(tf.cast(inputs, tf.float64), pool_size, strides, padding, data_format), inputs.dtype)
    return _pool("MAX", inputs, pool_size, strides, padding, data_format)


def average_pool(
    inputs: Any,
    pool_size: PerAxis,
    strides: PerAxis | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Any:
    """Return the mean of each window over what is not padding."""
    return _pool("AVG", inputs, pool_size, strides, padding, data_format)


_IMAGES: dict[str, Callable[..., Any]] = {
    "MAX": lambda x, **window: raw.MaxPool(input=x, **window),
    "AVG": lambda x, **window: raw.AvgPool(value=x, **window),
}
"""Kernels for two axes; what `tf.nn.pool` does before calling them takes three times as long on a small image."""


def _pool(
    kind: str, inputs: Any, pool_size: PerAxis, strides: PerAxis | None, padding: str, data_format: str | None
) -> Any:
    rank = inputs.shape.rank - 2
    window = _per_axis(pool_size, rank)
    steps = window if strides is None else _per_axis(strides, rank)
    mode = _mode("pool", padding, _MODES)
    last = standardize_data_format(data_format) == "channels_last"
    x = inputs if last else _to_last(inputs)
    wide_steps = any(step > size for step, size in zip(steps, window, strict=True))
    if wide_steps or (rank == 3 and x.dtype is not tf.float32):
        y = _pool_by_slices(kind, x, window, steps, mode)
    elif rank == 2:
        y = _IMAGES[kind](x, ksize=(1, *window, 1), strides=(1, *steps, 1), padding=mode.upper())
    else:
        y = tf.nn.pool(x, window, kind, steps, mode.upper(), _LAYOUT[rank])
    return y if last else _to_first(y)


def _pool_by_slices(kind: str, x: Any, window: tuple[int, ...], steps: tuple[int, ...], mode: str) -> Any:
    """Pool what TensorFlow has no kernel for: one strided slice for each place in the window."""
    sizes = x.shape.as_list()[1:-1]
    margins = [(0, 0)] * len(window)
    if mode == "same":
        margins = [_margin(size, taps, step, 1) for size, taps, step in zip(sizes, window, steps, strict=True)]
    around = [(0, 0), *margins, (0, 0)]
    lowest = tf.constant(float("-inf") if kind == "MAX" else 0.0, x.dtype)
    padded = tf.pad(x, around, constant_values=lowest)
    counts = [
        (size + low + high - taps) // step + 1
        for size, (low, high), taps, step in zip(sizes, margins, window, steps, strict=True)
    ]

    def places(tensor: Any) -> list[Any]:
        answer = []
        for offset in itertools.product(*map(range, window)):
            cuts = [slice(o, o + (n - 1) * s + 1, s) for o, n, s in zip(offset, counts, steps, strict=True)]
            answer.append(tensor[(slice(None), *cuts)])
        return answer

    if kind == "MAX":
        return functools.reduce(tf.maximum, places(padded))
    real = tf.pad(tf.ones((1, *sizes, 1), x.dtype), around)
    return tf.add_n(places(padded)) / tf.add_n(places(real))


def _to_last(x: Any) -> Any:
    return tf.transpose(x, (0, *range(2, x.shape.rank), 1))


def _to_first(x: Any) -> Any:
    return tf.transpose(x, (0, x.shape.rank - 1, *range(1, x.shape.rank - 1)))


def _mode(op: str, padding: str, allowed: tuple[str, ...]) -> str:
    """Return the padding in lower case; what core's rule refuses must not pass for another here."""
    mode: str = shape_rules.infer(op, shape_rules.padding_mode, [padding, allowed])
    return mode


def _per_axis(value: PerAxis, rank: int) -> tuple[int, ...]:
    return tuple(value) if isinstance(value, (list, tuple)) else (int(value),) * rank  # type: ignore[arg-type]


NATIVES: dict[str, Callable[..., Any]] = {
    "average_pool": average_pool,
    "conv": conv,
    "conv_transpose": conv_transpose,
    "depthwise_conv": depthwise_conv,
    "max_pool": max_pool,
}
