"""Convolution and pooling on JAX, in the data format they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from polykeras.backend.config import standardize_data_format

_SPATIAL = "DHW"

PerAxis = int | Sequence[int]


def conv(
    inputs: jax.Array,
    kernel: jax.Array,
    strides: PerAxis = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: PerAxis = 1,
) -> jax.Array:
    """Return the cross-correlation of `inputs` with `kernel`."""
    rank = inputs.ndim - 2
    spatial = _SPATIAL[-rank:]
    last = standardize_data_format(data_format) == "channels_last"
    layout = f"N{spatial}C" if last else f"NC{spatial}"
    channels = inputs.shape[-1 if last else 1]
    dilation = _per_axis(dilation_rate, rank)
    around: Any = padding.upper()
    if around == "CAUSAL":
        around = [((kernel.shape[0] - 1) * dilation[0], 0)]
    return lax.conv_general_dilated(
        inputs,
        kernel,
        _per_axis(strides, rank),
        around,
        rhs_dilation=dilation,
        dimension_numbers=(layout, f"{spatial}IO", layout),
        feature_group_count=channels // kernel.shape[-2],
    )


def max_pool(
    inputs: jax.Array,
    pool_size: PerAxis,
    strides: PerAxis | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> jax.Array:
    """Return the largest element of each window."""
    lowest = -jnp.inf if jnp.issubdtype(inputs.dtype, jnp.floating) else jnp.iinfo(inputs.dtype).min
    return _windows(lax.max, lowest, inputs, pool_size, strides, padding, data_format)


def average_pool(
    inputs: jax.Array,
    pool_size: PerAxis,
    strides: PerAxis | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> jax.Array:
    """Return the mean of each window over what is not padding."""
    rest = (pool_size, strides, padding, data_format)
    total = _windows(lax.add, 0.0, inputs, *rest)
    last = standardize_data_format(data_format) == "channels_last"
    spatial = inputs.shape[1:-1] if last else inputs.shape[2:]
    ones = jnp.ones((1, *spatial, 1) if last else (1, 1, *spatial), inputs.dtype)
    return total / _windows(lax.add, 0.0, ones, *rest)


def _windows(
    fold: Callable[[Any, Any], Any],
    start: float,
    inputs: jax.Array,
    pool_size: PerAxis,
    strides: PerAxis | None,
    padding: str,
    data_format: str | None,
) -> jax.Array:
    rank = inputs.ndim - 2
    window = _per_axis(pool_size, rank)
    steps = window if strides is None else _per_axis(strides, rank)
    if standardize_data_format(data_format) == "channels_last":
        window, steps = (1, *window, 1), (1, *steps, 1)
    else:
        window, steps = (1, 1, *window), (1, 1, *steps)
    # JAX finds the gradient of a window's fold only where the start is a constant of the right dtype.
    return lax.reduce_window(inputs, inputs.dtype.type(start), fold, window, steps, padding.upper())


def _per_axis(value: PerAxis, rank: int) -> tuple[int, ...]:
    return (value,) * rank if isinstance(value, int) else tuple(value)


NATIVES: dict[str, Callable[..., Any]] = {"average_pool": average_pool, "conv": conv, "max_pool": max_pool}
