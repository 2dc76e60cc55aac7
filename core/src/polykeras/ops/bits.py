"""Bits of integers; a boolean has one."""

from __future__ import annotations

from polykeras.ops import shape_rules as rules
from polykeras.ops.dispatch import primitive
from polykeras.ops.types import Tensor, TensorLike


@primitive(rules.broadcast_bits)
def bitwise_and(x: TensorLike, y: TensorLike) -> Tensor:
    """Return the bits set in both.

    Args:
        x: Integer or boolean tensor.
        y: Integer or boolean tensor.

    Returns:
        Tensor of the broadcast shape.
    """


@primitive(rules.broadcast_bits)
def bitwise_or(x: TensorLike, y: TensorLike) -> Tensor:
    """Return the bits set in either.

    Args:
        x: Integer or boolean tensor.
        y: Integer or boolean tensor.

    Returns:
        Tensor of the broadcast shape.
    """


@primitive(rules.broadcast_bits)
def bitwise_xor(x: TensorLike, y: TensorLike) -> Tensor:
    """Return the bits set in exactly one.

    Args:
        x: Integer or boolean tensor.
        y: Integer or boolean tensor.

    Returns:
        Tensor of the broadcast shape.
    """


@primitive(rules.same_bits)
def bitwise_not(x: TensorLike) -> Tensor:
    """Return `x` with every bit turned over.

    Args:
        x: Integer or boolean tensor.

    Returns:
        Tensor of the same shape and dtype.
    """


bitwise_invert = bitwise_not


@primitive(rules.broadcast_bits)
def bitwise_left_shift(x: TensorLike, y: TensorLike) -> Tensor:
    """Return the bits of `x` moved `y` places up: ``x * 2**y``, modulo the width.

    Args:
        x: Integer tensor.
        y: Places, from 0 to below the width of the dtype.

    Returns:
        Tensor of the broadcast shape.
    """


left_shift = bitwise_left_shift


@primitive(rules.broadcast_bits)
def bitwise_right_shift(x: TensorLike, y: TensorLike) -> Tensor:
    """Return the bits of `x` moved `y` places down: ``x // 2**y``.

    Args:
        x: Integer tensor.
        y: Places, from 0 to below the width of the dtype.

    Returns:
        Tensor of the broadcast shape.
    """


right_shift = bitwise_right_shift
