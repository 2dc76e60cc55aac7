"""Convolution and pooling, and the answer of their definitions to each call."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from polykeras.conformance.case import Case, Numbers, case

_NUMBERS = Numbers("convolution")
apart, real, whole = _NUMBERS.apart, _NUMBERS.real, _NUMBERS.whole


def _windows(
    x: np.ndarray, window: tuple[int, ...], strides: Any, padding: str, dilation: Any, fill: float
) -> tuple[np.ndarray, int]:
    """Return ``(batch, *positions, *window, channels)`` of channels-last `x`, by the definition."""
    rank = len(window)
    steps = (strides,) * rank if isinstance(strides, int) else strides
    spread = (dilation,) * rank if isinstance(dilation, int) else dilation
    margins, counts = [(0, 0)], []
    for size, taps, step, gap in zip(x.shape[1:-1], window, steps, spread, strict=True):
        span = (taps - 1) * gap + 1
        if padding == "valid":
            count, total = (size - span) // step + 1, 0
        else:
            count = math.ceil(size / step)
            total = max((count - 1) * step + span - size, 0)
        front = total if padding == "causal" else total // 2
        if padding == "causal":
            front = span - 1
        margins.append((front, max(total - front, 0)))
        counts.append(count)
    x = np.pad(x.astype("float64"), [*margins, (0, 0)], constant_values=fill)
    result = np.empty((x.shape[0], *counts, *window, x.shape[-1]))
    for at in itertools.product(*map(range, counts)):
        spots = tuple(
            slice(i * step, i * step + (taps - 1) * gap + 1, gap)
            for i, step, taps, gap in zip(at, steps, window, spread, strict=True)
        )
        result[(slice(None), *at)] = x[(slice(None), *spots)]
    return result, rank


def _in_format(function: Callable[..., np.ndarray]) -> Callable[..., np.ndarray]:
    def run(x: np.ndarray, kernel: Any, strides: Any, padding: str, data_format: str | None, *rest: Any) -> np.ndarray:
        if data_format != "channels_first":
            return function(x, kernel, strides, padding, *rest)
        return np.moveaxis(function(np.moveaxis(x, 1, -1), kernel, strides, padding, *rest), -1, 1)

    return run


@_in_format
def conv(x: np.ndarray, kernel: np.ndarray, strides: Any, padding: str, dilation: Any = 1) -> np.ndarray:
    *window, inputs, filters = kernel.shape
    patches, rank = _windows(x, tuple(window), strides, padding, dilation, 0.0)
    groups = x.shape[-1] // inputs
    parts = []
    for group in range(groups):
        part = patches[..., group * inputs : (group + 1) * inputs]
        weights = kernel[..., group * (filters // groups) : (group + 1) * (filters // groups)]
        parts.append(np.tensordot(part, weights, rank + 1))
    return np.concatenate(parts, -1)


def depthwise(x: np.ndarray, kernel: np.ndarray, *rest: Any) -> np.ndarray:
    """Return the convolution with as many groups as channels."""
    *window, channels, multiplier = kernel.shape
    return conv(x, kernel.reshape(*window, 1, channels * multiplier), *rest)


def separable(x: np.ndarray, apart: np.ndarray, mixing: np.ndarray, *rest: Any) -> np.ndarray:
    """Return one convolution after the other."""
    return conv(depthwise(x, apart, *rest), mixing, 1, "valid", rest[2])


def transposed(
    x: np.ndarray, kernel: np.ndarray, strides: Any, padding: str, extra: Any, data_format: str | None, dilation: Any
) -> np.ndarray:
    """Return the products of each element with the kernel, added up where they lie, and cut to the size."""
    if data_format == _FIRST:
        last = transposed(np.moveaxis(x, 1, -1), kernel, strides, padding, extra, _LAST, dilation)
        return np.moveaxis(last, -1, 1)
    rank = x.ndim - 2
    steps, gaps, extras = ((one,) * rank if isinstance(one, int) else one for one in (strides, dilation, extra or 0))
    sizes = x.shape[1:-1]
    spans = [(taps - 1) * gap + 1 for taps, gap in zip(kernel.shape, gaps, strict=False)]
    full = [(size - 1) * step + span for size, step, span in zip(sizes, steps, spans, strict=True)]
    whole = np.zeros((len(x), *(one + 9 for one in full), kernel.shape[-2]))
    for at in itertools.product(*map(range, sizes)):
        for tap in itertools.product(*map(range, kernel.shape[:rank])):
            spot = [i * step + t * gap for i, step, t, gap in zip(at, steps, tap, gaps, strict=True)]
            whole[(slice(None), *spot)] += x[(slice(None), *at)].astype("float64") @ kernel[tap].T
    cuts = []
    for size, step, span, length, more in zip(sizes, steps, spans, full, extras, strict=True):
        if extra is not None:
            out = length + more - (2 * (span // 2) if padding == "same" else 0)
        else:
            out = size * step if padding == "same" else max(length, size * step)
        start = max(length - out, 0) // 2 if padding == "same" else 0
        cuts.append(slice(start, start + out))
    return whole[(slice(None), *cuts)]


def _pool(fold: Callable[..., np.ndarray], fill: float) -> Callable[..., np.ndarray]:
    @_in_format
    def run(x: np.ndarray, size: Any, strides: Any, padding: str) -> np.ndarray:
        window = (size,) * (x.ndim - 2) if isinstance(size, int) else size
        patches, rank = _windows(x, window, window if strides is None else strides, padding, 1, fill)
        return fold(patches, axis=tuple(range(1 + rank, 1 + 2 * rank)))

    return run


_LAST, _FIRST = "channels_last", "channels_first"
_CONVOLUTIONS: list[tuple[tuple[int, ...], tuple[int, ...], Any, str, Any, Any]] = [
    ((2, 7, 3), (3, 3, 4), 1, "valid", _LAST, 1),
    ((2, 7, 3), (3, 3, 4), 2, "same", _LAST, 1),
    ((2, 7, 3), (3, 3, 4), 1, "causal", None, 2),
    ((2, 3, 8), (2, 3, 4), (3,), "same", _FIRST, 1),
    ((2, 6, 5, 3), (3, 3, 3, 4), 1, "valid", None, 1),
    ((2, 6, 5, 3), (3, 2, 3, 4), 1, "same", _LAST, 1),
    ((2, 6, 7, 3), (3, 2, 3, 4), 2, "same", _LAST, 1),
    ((1, 6, 7, 3), (1, 2, 3, 2), (3, 2), "same", _LAST, 1),
    ((2, 3, 6, 7), (3, 3, 3, 4), (2, 1), "valid", _FIRST, 1),
    ((2, 3, 6, 7), (3, 2, 3, 4), 2, "same", _FIRST, 1),
    ((2, 7, 8, 2), (3, 2, 2, 3), 1, "valid", _LAST, (2, 3)),
    ((2, 7, 8, 2), (3, 2, 2, 3), 1, "same", _LAST, 2),
    ((2, 5, 5, 4), (3, 3, 2, 6), 1, "same", _LAST, 1),
    ((2, 4, 5, 5), (3, 3, 1, 8), 2, "valid", _FIRST, 1),
    ((1, 4, 5, 4, 2), (2, 2, 2, 2, 3), 1, "valid", _LAST, 1),
    ((1, 2, 4, 5, 4), (2, 3, 2, 2, 3), (2, 1, 2), "same", _FIRST, 1),
]
_DEPTHWISE: list[tuple[tuple[int, ...], tuple[int, ...], Any, str, Any, Any]] = [
    ((2, 7, 3), (3, 3, 2), 2, "same", _LAST, 1),
    ((2, 5, 6, 2), (3, 2, 2, 2), 1, "valid", _LAST, 1),
    ((2, 3, 6, 5), (2, 3, 3, 1), 2, "same", _FIRST, 1),
    ((1, 6, 7, 2), (3, 2, 2, 2), (2, 1), "valid", None, (1, 2)),
]
_TRANSPOSED: list[tuple[tuple[int, ...], tuple[int, ...], Any, str, Any, Any, Any]] = [
    ((2, 4, 3), (3, 2, 3), 2, "valid", None, _LAST, 1),
    ((2, 4, 3), (1, 2, 3), 3, "same", 1, _LAST, 1),
    ((2, 3, 4), (4, 2, 3), 2, "same", None, _FIRST, 2),
    ((2, 4, 3, 2), (3, 2, 3, 2), 2, "same", None, _LAST, 1),
    ((2, 4, 3, 2), (3, 2, 3, 2), (1, 3), "valid", (0, 2), None, 1),
    ((1, 2, 3, 4), (2, 5, 3, 2), 2, "same", 1, _FIRST, 1),
    ((1, 3, 2, 2, 2), (2, 3, 1, 2, 2), (2, 1, 2), "valid", None, _LAST, 1),
]
_POOLS: list[tuple[tuple[int, ...], Any, Any, str, Any]] = [
    ((2, 7, 3), 2, None, "valid", _LAST),
    ((2, 3, 7), 3, 2, "same", _FIRST),
    ((2, 6, 7, 3), 2, None, "valid", None),
    ((2, 6, 7, 3), 2, None, "same", _LAST),
    ((2, 6, 7, 3), (3, 2), (2, 3), "same", _LAST),
    ((2, 3, 6, 7), 3, 1, "valid", _FIRST),
    ((2, 3, 6, 7), 3, 2, "same", _FIRST),
    ((1, 4, 5, 4, 2), 2, None, "same", _LAST),
]
CONVOLUTION: list[Case] = [
    *(
        case("conv", real(*shape), real(*kernel), *rest, name=f"{shape}-{kernel}-{rest}", oracle=conv, gradient=True)
        for shape, kernel, *rest in _CONVOLUTIONS
    ),
    *(
        case(
            "depthwise_conv",
            real(*shape),
            real(*kernel),
            *rest,
            name=f"{shape}-{rest}",
            oracle=depthwise,
            gradient=True,
        )
        for shape, kernel, *rest in _DEPTHWISE
    ),
    *(
        case(
            "separable_conv",
            real(*shape),
            real(*kernel),
            real(*[1] * (len(shape) - 2), kernel[-1] * kernel[-2], 3),
            *rest,
            name=f"{shape}-{rest}",
            oracle=separable,
            gradient=True,
        )
        for shape, kernel, *rest in _DEPTHWISE[:3]
    ),
    *(
        case(
            "conv_transpose",
            real(*shape),
            real(*kernel),
            *rest,
            name=f"{shape}-{rest}",
            oracle=transposed,
            gradient=True,
        )
        for shape, kernel, *rest in _TRANSPOSED
    ),
    *(
        case(op, apart(*shape), *rest, name=f"{shape}-{rest}", oracle=oracle, gradient=True)
        for op, oracle in (("max_pool", _pool(np.max, -math.inf)), ("average_pool", _pool(np.nanmean, math.nan)))
        for shape, *rest in _POOLS
    ),
    case("max_pool", whole(1, 4, 4, 2), 2, None, "valid", _LAST, name="int32", oracle=_pool(np.max, -math.inf)),
    case("max_pool", whole(1, 3, 3, 2), 2, 2, "same", _LAST, name="int32 same", oracle=_pool(np.max, -math.inf)),
]
