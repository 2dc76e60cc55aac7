"""Windows that slide over signals, images and volumes: convolution and pooling.

Shapes are ``(batch, *spatial, channels)`` with ``data_format="channels_last"`` and ``(batch, channels,
*spatial)`` with ``"channels_first"``, for one to three spatial axes; ``None`` is the configured format.
``padding="valid"`` uses no padding. ``"same"`` pads so that an axis of size n gives ``ceil(n / stride)``
positions; where the padding is odd, the larger half stands at the end, as in TensorFlow.
"""

from __future__ import annotations

from collections.abc import Sequence

from polykeras.backend.config import standardize_data_format
from polykeras.ops import shape_rules as rules
from polykeras.ops.dispatch import derived, primitive
from polykeras.ops.manipulation import reshape
from polykeras.ops.types import Tensor, TensorLike


@primitive(rules.conv, to_float=True)
def conv(
    inputs: TensorLike,
    kernel: TensorLike,
    strides: int | Sequence[int] = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: int | Sequence[int] = 1,
) -> Tensor:
    """Return the cross-correlation of `inputs` with `kernel`, which neural networks call convolution.

    Args:
        inputs: Tensor of shape ``(batch, *spatial, channels)``, or with its channels first.
        kernel: Tensor of shape ``(*window, channels // groups, filters)``; the sizes tell the groups.
        strides: Step of the window, per axis or for all.
        padding: ``"valid"`` or ``"same"``; of one spatial axis also ``"causal"``, all padding in front.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        dilation_rate: Distance between the taps of the window, per axis or for all.

    Returns:
        Tensor of shape ``(batch, *positions, filters)``, or with its filters first.
    """


@derived(to_float=True)
def conv_with_bias(
    inputs: TensorLike,
    kernel: TensorLike,
    bias: TensorLike | None = None,
    strides: int | Sequence[int] = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: int | Sequence[int] = 1,
) -> Tensor:
    """Return ``conv(inputs, kernel, ...)`` plus one bias per filter, as one op.

    Args:
        inputs: Tensor of shape ``(batch, *spatial, channels)``, or with its channels first.
        kernel: Tensor of shape ``(*window, channels // groups, filters)``.
        bias: Tensor of shape ``(filters,)``, or ``None`` for none.
        strides: As for `conv`.
        padding: As for `conv`.
        data_format: As for `conv`.
        dilation_rate: As for `conv`.

    Returns:
        Tensor as `conv` gives it.
    """
    y = conv(inputs, kernel, strides, padding, data_format, dilation_rate)
    if bias is None:
        return y
    first = standardize_data_format(data_format) == "channels_first"
    return y + (reshape(bias, (-1, *[1] * (len(y.shape) - 2))) if first else bias)


@primitive(rules.pool)
def max_pool(
    inputs: TensorLike,
    pool_size: int | Sequence[int],
    strides: int | Sequence[int] | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """Return the largest element of each window.

    Args:
        inputs: Tensor of shape ``(batch, *spatial, channels)``, or with its channels first.
        pool_size: Size of the window, per axis or for all.
        strides: Step of the window; `pool_size` for ``None``.
        padding: ``"valid"`` or ``"same"``; padding never is the largest.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Returns:
        Tensor of shape ``(batch, *positions, channels)``, or with its channels first.
    """


@primitive(rules.pool, to_float=True)
def average_pool(
    inputs: TensorLike,
    pool_size: int | Sequence[int],
    strides: int | Sequence[int] | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """Return the mean of each window over the elements that are not padding.

    Args:
        inputs: Tensor of shape ``(batch, *spatial, channels)``, or with its channels first.
        pool_size: Size of the window, per axis or for all.
        strides: Step of the window; `pool_size` for ``None``.
        padding: ``"valid"`` or ``"same"``.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Returns:
        Tensor of shape ``(batch, *positions, channels)``, or with its channels first.
    """
