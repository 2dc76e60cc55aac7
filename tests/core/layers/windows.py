"""Convolution and pooling in NumPy, window by window: slow, and plain enough to be believed."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np


def convolve(
    x: np.ndarray,
    kernel: np.ndarray,
    bias: np.ndarray | None = None,
    *,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str = "channels_last",
    dilation_rate: Any = 1,
) -> np.ndarray:
    """Return the cross-correlation with a kernel of shape ``(*window, channels // groups, filters)``."""
    rank = kernel.ndim - 2
    size, filters = kernel.shape[-2:]
    groups = _last(x, data_format).shape[-1] // size

    def fold(window: np.ndarray) -> np.ndarray:
        parts = np.split(window, groups, axis=-1)  # (batch, *window, channels // groups) each
        kernels = np.split(kernel, groups, axis=-1)
        flat = [
            part.reshape(len(x), -1) @ own.reshape(-1, filters // groups)
            for part, own in zip(parts, kernels, strict=True)
        ]
        return np.concatenate(flat, axis=-1)

    steps, dilation = _each(strides, rank), _each(dilation_rate, rank)
    y = _slide(_last(x, data_format), kernel.shape[:rank], steps, dilation, padding, 0.0, fold)
    return _back(y if bias is None else y + bias, data_format)


def pool(
    x: np.ndarray, size: Any, *, largest: bool, strides: Any = None, padding: str = "valid", data_format: str
) -> np.ndarray:
    """Return the maximum or the mean of each window; padding is neither the largest nor counted."""
    rank = x.ndim - 2
    windows = _each(size, rank)
    steps = windows if strides is None else _each(strides, rank)
    axes = tuple(range(1, rank + 1))
    fold = (lambda w: np.nanmax(w, axes)) if largest else (lambda w: np.nanmean(w, axes))
    y = _slide(_last(x, data_format), windows, steps, (1,) * rank, padding, np.nan, fold)
    return _back(y, data_format)


def _slide(
    x: np.ndarray,
    window: tuple[int, ...],
    strides: tuple[int, ...],
    dilation: tuple[int, ...],
    padding: str,
    filler: float,
    fold: Callable[[np.ndarray], np.ndarray],
) -> np.ndarray:
    spans = [(taps - 1) * apart + 1 for taps, apart in zip(window, dilation, strict=True)]
    sizes = x.shape[1:-1]
    if padding == "valid":
        margins = [(0, 0) for _ in spans]
        counts = [(size - span) // step + 1 for size, span, step in zip(sizes, spans, strides, strict=True)]
    else:
        counts = [math.ceil(size / step) for size, step in zip(sizes, strides, strict=True)]
        need = [
            max((count - 1) * step + span - size, 0)
            for count, step, span, size in zip(counts, strides, spans, sizes, strict=True)
        ]
        margins = [
            (span - 1, 0) if padding == "causal" else (n // 2, n - n // 2) for n, span in zip(need, spans, strict=True)
        ]
    padded = np.pad(x, [(0, 0), *margins, (0, 0)], constant_values=filler)
    columns = []
    for position in itertools.product(*map(range, counts)):
        cuts = tuple(
            slice(at * step, at * step + span, apart)
            for at, step, span, apart in zip(position, strides, spans, dilation, strict=True)
        )
        columns.append(fold(padded[(slice(None), *cuts, slice(None))]))
    return np.stack(columns, axis=1).reshape(len(x), *counts, -1)


def _each(value: Any, rank: int) -> tuple[int, ...]:
    return tuple(value) if isinstance(value, (list, tuple)) else (value,) * rank


def _last(x: np.ndarray, data_format: str) -> np.ndarray:
    return np.moveaxis(x, 1, -1) if data_format == "channels_first" else x


def _back(y: np.ndarray, data_format: str) -> np.ndarray:
    return np.moveaxis(y, -1, 1) if data_format == "channels_first" else y
