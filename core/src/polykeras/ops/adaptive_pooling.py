"""Pooling to a size that is asked for, whatever the size of the inputs.

Output i of m over an axis of n elements sees the elements from ``floor(i * n / m)`` up to and not including
``ceil((i + 1) * n / m)``: windows differ in size by one at most and overlap where n is no multiple of m.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from polykeras.backend.config import standardize_data_format
from polykeras.ops import shape_rules as rules
from polykeras.ops.arithmetic import multiply
from polykeras.ops.casting import cast
from polykeras.ops.conversion import dtype as dtype_of
from polykeras.ops.conversion import ndim
from polykeras.ops.conversion import shape as shape_of
from polykeras.ops.convolution import per_axis
from polykeras.ops.dispatch import derived
from polykeras.ops.indexing import take
from polykeras.ops.manipulation import reshape
from polykeras.ops.reduce import max as max_of
from polykeras.ops.reduce import mean
from polykeras.ops.reduce import sum as sum_of
from polykeras.ops.types import Tensor, TensorLike


@derived(rules.adaptive_pool)
def adaptive_max_pool(inputs: TensorLike, output_size: int | Sequence[int], data_format: str | None = None) -> Tensor:
    """Return the largest element of each of as many windows as are asked for.

    Args:
        inputs: Tensor of shape ``(batch, *spatial, channels)``, or with its channels first.
        output_size: Number of windows, per axis or for all.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Returns:
        Tensor of shape ``(batch, *output_size, channels)``, or with its channels first.
    """
    return _pooled(inputs, output_size, data_format, _largest, max_of)


@derived(rules.adaptive_pool, to_float=True)
def adaptive_average_pool(
    inputs: TensorLike, output_size: int | Sequence[int], data_format: str | None = None
) -> Tensor:
    """Return the mean of each of as many windows as are asked for.

    Args:
        inputs: Tensor of shape ``(batch, *spatial, channels)``, or with its channels first.
        output_size: Number of windows, per axis or for all.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Returns:
        Tensor of shape ``(batch, *output_size, channels)``, or with its channels first.
    """
    return _pooled(inputs, output_size, data_format, _weighed, mean)


def _pooled(
    x: Tensor,
    output_size: int | Sequence[int],
    data_format: str | None,
    fold: Callable[[Tensor, np.ndarray, int], Tensor],
    of_blocks: Callable[..., Tensor],
) -> Tensor:
    """Pool one axis after another; windows are blocks where the number asked for divides the size."""
    start = 2 if standardize_data_format(data_format) == "channels_first" else 1
    for axis, windows in enumerate(per_axis(output_size, ndim(x) - 2), start):
        size = x.shape[axis]
        if size % windows == 0:
            dims = shape_of(x)
            x = of_blocks(reshape(x, (*dims[:axis], windows, size // windows, *dims[axis + 1 :])), axis + 1)
        else:
            places, counts = _windows(size, windows)
            x = fold(take(x, places, axis), counts, axis + 1)
    return x


def _windows(size: int, windows: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the places that each window sees, the last one repeated as often as all be as long, and how many count."""
    starts = np.arange(windows) * size // windows
    ends = -(-(np.arange(windows) + 1) * size // windows)
    places = starts[:, None] + np.arange((ends - starts).max())
    return np.minimum(places, ends[:, None] - 1).astype("int32"), ends - starts


def _largest(x: Tensor, counts: np.ndarray, axis: int) -> Tensor:
    del counts
    return max_of(x, axis)


def _weighed(x: Tensor, counts: np.ndarray, axis: int) -> Tensor:
    shares: Any = np.arange(counts.max()) < counts[:, None]
    shares = np.where(shares, 1 / counts[:, None], 0.0).astype("float32")
    weights = cast(shares.reshape(*shares.shape, *[1] * (ndim(x) - axis - 1)), dtype_of(x))
    return sum_of(multiply(x, weights), axis)
