"""Convolution and pooling on JAX, in the data format they are asked for."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from keras_jax.ops import blocks
from polykeras.backend.config import standardize_data_format
from polykeras.ops import shape_rules
from polykeras.ops.convolution import transposed_places

_SPATIAL = "DHW"

_MODES = ("valid", "same")
_CAUSAL_TOO = (*_MODES, "causal")

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
    steps = _per_axis(strides, rank)
    groups = channels // kernel.shape[-2]
    around: Any = _mode("conv", padding, _CAUSAL_TOO if rank == 1 else _MODES)
    if around == "CAUSAL":
        around = [((kernel.shape[0] - 1) * dilation[0], 0)]
    padded = around == "VALID" and groups == 1 and steps == (1, 1) and kernel.shape[1] > 1 and _on_cpu()
    if padded:
        # XLA's kernel for two unpadded axes takes up to three times as long as that for padded ones, in both
        # directions (measured with JAX 0.10): one more column of zeros, and the position it adds is dropped.
        around = [(0, 0), (0, 1)]
    y = lax.conv_general_dilated(
        inputs,
        kernel,
        steps,
        around,
        rhs_dilation=dilation,
        dimension_numbers=(layout, f"{spatial}IO", layout),
        feature_group_count=groups,
    )
    return lax.slice_in_dim(y, 0, -1, axis=2 if last else 3) if padded else y


def _on_cpu() -> bool:
    return bool(jax.default_backend() == "cpu")


def conv_transpose(
    inputs: jax.Array,
    kernel: jax.Array,
    strides: PerAxis = 1,
    padding: str = "valid",
    output_padding: PerAxis | None = None,
    data_format: str | None = None,
    dilation_rate: PerAxis = 1,
) -> jax.Array:
    """Return the transposed convolution: one with the kernel turned, over elements that are `strides` apart."""
    rank = inputs.ndim - 2
    spatial = _SPATIAL[-rank:]
    layout = f"N{spatial}C" if standardize_data_format(data_format) == "channels_last" else f"NC{spatial}"
    places = transposed_places(inputs, kernel, strides, padding, output_padding, data_format, dilation_rate)
    return lax.conv_general_dilated(
        inputs,
        jnp.flip(kernel, range(rank)),
        (1,) * rank,
        [(one.span - 1 - one.start, one.span - 1 - (one.full - one.size - one.start)) for one in places],
        lhs_dilation=_per_axis(strides, rank),
        rhs_dilation=_per_axis(dilation_rate, rank),
        dimension_numbers=(layout, f"{spatial}OI", layout),
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
    window, steps = _window(inputs, pool_size, strides, data_format)
    mode = _mode("pool", padding, _MODES)
    if blocks.fall_apart(inputs.shape, window, steps):
        return blocks.max_of_blocks(inputs, window, mode, lowest)
    return lax.reduce_window(inputs, inputs.dtype.type(lowest), lax.max, window, steps, mode)


def average_pool(
    inputs: jax.Array,
    pool_size: PerAxis,
    strides: PerAxis | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> jax.Array:
    """Return the mean of each window over what is not padding."""
    window, steps = _window(inputs, pool_size, strides, data_format)
    mode = _mode("pool", padding, _MODES)

    def total(x: jax.Array) -> jax.Array:
        if blocks.fall_apart(x.shape, window, steps):
            return blocks.sum_of_blocks(x, window, mode)
        return lax.reduce_window(x, x.dtype.type(0), lax.add, window, steps, mode)

    if mode == "VALID":
        return total(inputs) / math.prod(window)
    # One sample of one channel says how much of each window is no padding.
    ones = jnp.ones([size if width > 1 else 1 for size, width in zip(inputs.shape, window, strict=True)], inputs.dtype)
    return total(inputs) / total(ones)


def _window(
    inputs: jax.Array, pool_size: PerAxis, strides: PerAxis | None, data_format: str | None
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return size and step of the window for each axis of `inputs`."""
    rank = inputs.ndim - 2
    window = _per_axis(pool_size, rank)
    steps = window if strides is None else _per_axis(strides, rank)
    if standardize_data_format(data_format) == "channels_last":
        return (1, *window, 1), (1, *steps, 1)
    return (1, 1, *window), (1, 1, *steps)


def _mode(op: str, padding: str, allowed: tuple[str, ...]) -> str:
    """Return the padding in JAX's upper case; JAX knows more modes than core's rule allows."""
    mode: str = shape_rules.infer(op, shape_rules.padding_mode, [padding, allowed])
    return mode.upper()


def _per_axis(value: PerAxis, rank: int) -> tuple[int, ...]:
    return tuple(value) if isinstance(value, (list, tuple)) else (int(value),) * rank  # type: ignore[arg-type]


NATIVES: dict[str, Callable[..., Any]] = {
    "average_pool": average_pool,
    "conv": conv,
    "conv_transpose": conv_transpose,
    "max_pool": max_pool,
}
