"""Convolution and pooling on NumPy: windows of the padded input, then a product of matrices or a reduction.

Computed with the channels last; other layouts are permuted there and back. Taking windows and adding them up again
are each other's pullback, so gradients of any order need no rule of their own.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from keras_numpy.ops.arithmetic import divide
from keras_numpy.ops.indexing import take_along_axis
from keras_numpy.ops.kinds import back, is_float, widened
from keras_numpy.ops.linear import matmul
from keras_numpy.ops.manipulation import concatenate, moveaxis, reshape, split, surround
from keras_numpy.ops.reduce import sum as total
from keras_numpy.tape import Op, primitive, value_of
from polykeras.backend.config import standardize_data_format
from polykeras.ops import shape_rules

_MODES = ("valid", "same")
_CAUSAL_TOO = (*_MODES, "causal")

PerAxis = int | Sequence[int]
Sizes = tuple[int, ...]


def _cut(x: Any, window: Sizes, steps: Sizes, dilation: Sizes) -> Any:
    """Return windows of ``(batch, *spatial, channels)`` as ``(batch, *places, *window, channels)``."""
    spatial = x.shape[1:-1]
    places = tuple(
        max(0, (size - (taps - 1) * spread - 1) // step + 1)
        for size, taps, step, spread in zip(spatial, window, steps, dilation, strict=True)
    )
    batch, *strides, channel = x.strides
    moves = tuple(stride * step for stride, step in zip(strides, steps, strict=True))
    within = tuple(stride * spread for stride, spread in zip(strides, dilation, strict=True))
    shape = (x.shape[0], *places, *window, x.shape[-1])
    return np.lib.stride_tricks.as_strided(x, shape, (batch, *moves, *within, channel), writeable=False)


def _added(g: Any, shape: Sizes, window: Sizes, steps: Sizes, dilation: Sizes) -> Any:
    """Return zeros of `shape` to which the windows `g` were added where they came from."""
    whole = np.zeros(shape, g.dtype)
    rank = len(window)
    places = g.shape[1 : 1 + rank]
    for tap in itertools.product(*map(range, window)):
        starts = [one * spread for one, spread in zip(tap, dilation, strict=True)]
        block = tuple(
            slice(start, start + step * (count - 1) + 1 if count else start, step)
            for start, step, count in zip(starts, steps, places, strict=True)
        )
        whole[(slice(None), *block)] += g[(slice(None),) * (1 + rank) + tap]
    return whole


windows = primitive(
    _cut, lambda _, x, window, steps, dilation: lambda g: added_windows(g, x.shape, window, steps, dilation)
)
added_windows: Op = primitive(
    _added, lambda _, g, shape, window, steps, dilation: lambda h: windows(h, window, steps, dilation)
)


def conv(
    inputs: Any,
    kernel: Any,
    strides: PerAxis = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: PerAxis = 1,
) -> Any:
    """Return the cross-correlation of `inputs` with `kernel`."""
    rank = inputs.ndim - 2
    x = _channels_last(inputs, data_format)
    taps = tuple(kernel.shape[:rank])
    steps, dilation = _per_axis(strides, rank), _per_axis(dilation_rate, rank)
    mode = shape_rules.infer("conv", shape_rules.padding_mode, [padding, _CAUSAL_TOO if rank == 1 else _MODES])
    wide = widened(_padded(x, taps, steps, dilation, mode, 0))
    groups = x.shape[-1] // kernel.shape[-2]
    results = [
        _conv_of_group(part, weights, steps, dilation)
        for part, weights in zip(split(wide, groups, -1), split(widened(kernel), groups, -1), strict=True)
    ]
    y = results[0] if groups == 1 else concatenate(results, -1)
    return _as_asked(back(y, inputs.dtype), data_format)


def _conv_of_group(x: Any, kernel: Any, steps: Sizes, dilation: Sizes) -> Any:
    taps = tuple(kernel.shape[:-2])
    cut = windows(x, taps, steps, dilation)
    places = cut.shape[: len(taps) + 1]
    depth = math.prod(kernel.shape[:-1])
    y = matmul(reshape(cut, (math.prod(places), depth)), reshape(kernel, (depth, kernel.shape[-1])))
    return reshape(y, (*places, kernel.shape[-1]))


def max_pool(
    inputs: Any,
    pool_size: PerAxis,
    strides: PerAxis | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Any:
    """Return the largest element of each window; the gradient goes to the first of equals."""
    lowest = -math.inf if is_float(inputs) else np.iinfo(inputs.dtype).min
    cut = _pooled(inputs, pool_size, strides, padding, data_format, lowest)
    values = value_of(cut)
    order = values.astype(np.float32) if values.dtype.itemsize < 4 and is_float(values) else values
    first = np.argmax(order, -1, keepdims=True)
    y = take_along_axis(cut, first, -1)
    return _as_asked(reshape(y, y.shape[:-1]), data_format)


def average_pool(
    inputs: Any,
    pool_size: PerAxis,
    strides: PerAxis | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Any:
    """Return the mean of each window over what is not padding."""
    cut = _pooled(inputs, pool_size, strides, padding, data_format, 0)
    spatial = _channels_last(inputs, data_format).shape[1:-1]
    ones = np.ones((1, *spatial, 1), cut.dtype)
    counts = total(_pooled(ones, pool_size, strides, padding, "channels_last", 0), -1)
    return _as_asked(divide(total(cut, -1), counts), data_format)


def _pooled(
    inputs: Any, pool_size: PerAxis, strides: PerAxis | None, padding: str, data_format: str | None, fill: Any
) -> Any:
    """Return windows as ``(batch, *places, channels, taps)``."""
    rank = inputs.ndim - 2
    x = _channels_last(inputs, data_format)
    window = _per_axis(pool_size, rank)
    steps = window if strides is None else _per_axis(strides, rank)
    mode = shape_rules.infer("pool", shape_rules.padding_mode, [padding, _MODES])
    ones = (1,) * rank
    cut = windows(_padded(x, window, steps, ones, mode, fill), window, steps, ones)
    joined = reshape(cut, (*cut.shape[: rank + 1], math.prod(window), x.shape[-1]))
    return moveaxis(joined, -2, -1)


def _padded(x: Any, window: Sizes, steps: Sizes, dilation: Sizes, mode: str, fill: Any) -> Any:
    if mode == "valid":
        return x
    margins = [(0, 0)]
    for size, taps, step, spread in zip(x.shape[1:-1], window, steps, dilation, strict=True):
        span = (taps - 1) * spread + 1
        if mode == "causal":
            margins.append((span - 1, 0))
            continue
        lack = max((-(-size // step) - 1) * step + span - size, 0)
        margins.append((lack // 2, lack - lack // 2))
    return surround(x, (*margins, (0, 0)), fill)


def _channels_last(x: Any, data_format: str | None) -> Any:
    return x if standardize_data_format(data_format) == "channels_last" else moveaxis(x, 1, -1)


def _as_asked(y: Any, data_format: str | None) -> Any:
    return y if standardize_data_format(data_format) == "channels_last" else moveaxis(y, -1, 1)


def _per_axis(value: PerAxis, rank: int) -> Sizes:
    return tuple(value) if isinstance(value, (list, tuple)) else (int(value),) * rank  # type: ignore[arg-type]


NATIVES: dict[str, Callable[..., Any]] = {"average_pool": average_pool, "conv": conv, "max_pool": max_pool}
