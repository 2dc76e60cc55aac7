"""Convolution and pooling on PyTorch.

PyTorch's shapes have the channels first. A tensor with its channels last is seen through a permuted view,
which is PyTorch's ``channels_last`` memory format: its kernels keep that format, so the permutations
around a stack of layers cost nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.nn import functional

from polykeras.backend.config import standardize_data_format
from polykeras.ops import shape_rules
from polykeras.ops.convolution import transposed_places

_TO_FIRST = {3: (0, 2, 1), 4: (0, 3, 1, 2), 5: (0, 4, 1, 2, 3)}
_TO_LAST = {3: (0, 2, 1), 4: (0, 2, 3, 1), 5: (0, 2, 3, 4, 1)}
_KERNEL = {3: (2, 1, 0), 4: (3, 2, 0, 1), 5: (4, 3, 0, 1, 2)}
_CONV = {3: torch.conv1d, 4: torch.conv2d, 5: torch.conv3d}
_CONV_TRANSPOSE = {3: torch.conv_transpose1d, 4: torch.conv_transpose2d, 5: torch.conv_transpose3d}
_MAX_POOL = {3: torch.max_pool1d, 4: torch.max_pool2d, 5: torch.max_pool3d}

_MODES = ("valid", "same")
_CAUSAL_TOO = (*_MODES, "causal")

PerAxis = int | Sequence[int]


def _average_of_volumes(x: torch.Tensor, window: PerAxis, strides: PerAxis) -> torch.Tensor:
    # The CPU has no kernel for float16 volumes.
    narrow = x.dtype == torch.float16 and x.is_cpu
    y = functional.avg_pool3d(x.float() if narrow else x, window, strides)
    return y.half() if narrow else y


_AVERAGE_POOL = {3: functional.avg_pool1d, 4: functional.avg_pool2d, 5: _average_of_volumes}


def conv(
    inputs: torch.Tensor,
    kernel: torch.Tensor,
    strides: PerAxis = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: PerAxis = 1,
) -> torch.Tensor:
    """Return the cross-correlation of `inputs` with `kernel`."""
    return conv_with_bias(inputs, kernel, None, strides, padding, data_format, dilation_rate)


def conv_with_bias(
    inputs: torch.Tensor,
    kernel: torch.Tensor,
    bias: torch.Tensor | None = None,
    strides: PerAxis = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: PerAxis = 1,
) -> torch.Tensor:
    """Return the cross-correlation of `inputs` with `kernel`, plus one bias per filter."""
    rank = inputs.dim()
    last = standardize_data_format(data_format) == "channels_last"
    x = inputs.permute(_TO_FIRST[rank]) if last else inputs
    weight = kernel.permute(_KERNEL[rank])
    groups = x.shape[1] // kernel.shape[-2]
    strides = _per_axis(strides, rank - 2)
    dilation = _per_axis(dilation_rate, rank - 2)
    around: PerAxis = 0
    mode = _mode("conv", padding, _CAUSAL_TOO if rank == 3 else _MODES)
    if mode != "valid":
        margins = _margins(x.shape[2:], kernel.shape, strides, dilation, mode)
        if all(low == high for low, high in margins):
            around = [low for low, _ in margins]
        else:
            x = functional.pad(x, [side for margin in reversed(margins) for side in margin])
    y = _CONV[rank](x, weight, bias, strides, around, dilation, groups)
    return y.permute(_TO_LAST[rank]) if last else y


def conv_transpose(
    inputs: torch.Tensor,
    kernel: torch.Tensor,
    strides: PerAxis = 1,
    padding: str = "valid",
    output_padding: PerAxis | None = None,
    data_format: str | None = None,
    dilation_rate: PerAxis = 1,
) -> torch.Tensor:
    """Return the transposed convolution: PyTorch's covers everything, and is cut or filled up to the size asked."""
    places = transposed_places(inputs, kernel, strides, padding, output_padding, data_format, dilation_rate)
    rank = inputs.dim()
    last = standardize_data_format(data_format) == "channels_last"
    x = inputs.permute(_TO_FIRST[rank]) if last else inputs
    dilation = _per_axis(dilation_rate, rank - 2)
    y = _CONV_TRANSPOSE[rank](x, kernel.permute(_KERNEL[rank]), None, _per_axis(strides, rank - 2), dilation=dilation)
    y = y[(..., *(slice(place.start, place.start + place.size) for place in places))]
    lacks = [max(place.size - place.full, 0) for place in reversed(places)]
    if any(lacks):
        y = functional.pad(y, [side for lack in lacks for side in (0, lack)])
    return y.permute(_TO_LAST[rank]) if last else y


def max_pool(
    inputs: torch.Tensor,
    pool_size: PerAxis,
    strides: PerAxis | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> torch.Tensor:
    """Return the largest element of each window."""
    if not inputs.is_floating_point():
        return max_pool(inputs.to(torch.float64), pool_size, strides, padding, data_format).to(inputs.dtype)
    return _pool(_MAX_POOL, float("-inf"), inputs, pool_size, strides, padding, data_format)


def average_pool(
    inputs: torch.Tensor,
    pool_size: PerAxis,
    strides: PerAxis | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> torch.Tensor:
    """Return the mean of each window over what is not padding."""
    mean = _pool(_AVERAGE_POOL, 0.0, inputs, pool_size, strides, padding, data_format)
    if padding.lower() == "valid":
        return mean
    # PyTorch cannot leave out padding of which the end has more: the share of real elements corrects it.
    last = standardize_data_format(data_format) == "channels_last"
    spatial = inputs.shape[1:-1] if last else inputs.shape[2:]
    ones = inputs.new_ones((1, *spatial, 1) if last else (1, 1, *spatial))
    return mean / _pool(_AVERAGE_POOL, 0.0, ones, pool_size, strides, padding, data_format)


def _pool(
    functions: dict[int, Callable[..., torch.Tensor]],
    fill: float,
    inputs: torch.Tensor,
    pool_size: PerAxis,
    strides: PerAxis | None,
    padding: str,
    data_format: str | None,
) -> torch.Tensor:
    rank = inputs.dim()
    last = standardize_data_format(data_format) == "channels_last"
    x = inputs.permute(_TO_FIRST[rank]) if last else inputs
    window = _per_axis(pool_size, rank - 2)
    steps = window if strides is None else _per_axis(strides, rank - 2)
    mode = _mode("pool", padding, _MODES)
    if mode != "valid":
        margins = _margins(x.shape[2:], window, steps, (1,) * (rank - 2), mode)
        if any(low or high for low, high in margins):
            x = functional.pad(x, [side for margin in reversed(margins) for side in margin], value=fill)
    y = functions[rank](x, window, steps)
    return y.permute(_TO_LAST[rank]) if last else y


def _mode(op: str, padding: str, allowed: tuple[str, ...]) -> str:
    """Return the padding in lower case; what core's rule refuses must not pass for another here."""
    if padding in allowed:
        return padding
    mode: str = shape_rules.infer(op, shape_rules.padding_mode, [padding, allowed])
    return mode


def _per_axis(value: PerAxis, rank: int) -> tuple[int, ...]:
    return tuple(value) if isinstance(value, (list, tuple)) else (int(value),) * rank  # type: ignore[arg-type]


def _margins(
    sizes: Sequence[int], window: Sequence[int], strides: Sequence[int], dilation: Sequence[int], mode: str
) -> list[tuple[int, int]]:
    """Return the padding in front of and behind each axis; `window` may go on past the spatial axes."""
    margins = []
    for size, taps, stride, spread in zip(sizes, window, strides, dilation, strict=False):
        span = (taps - 1) * spread + 1
        if mode == "causal":
            margins.append((span - 1, 0))
            continue
        total = max((-(-size // stride) - 1) * stride + span - size, 0)
        margins.append((total // 2, total - total // 2))
    return margins


NATIVES: dict[str, Callable[..., Any]] = {
    "average_pool": average_pool,
    "conv": conv,
    "conv_transpose": conv_transpose,
    "conv_with_bias": conv_with_bias,
    "max_pool": max_pool,
}
