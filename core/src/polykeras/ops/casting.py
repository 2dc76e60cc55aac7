"""Tensors in another dtype, as constants, or in memory of their own."""

from __future__ import annotations

from polykeras.ops import shape_rules as rules
from polykeras.ops.comparison import where
from polykeras.ops.dispatch import derived, primitive
from polykeras.ops.types import DType, Tensor, TensorLike


@primitive(rules.cast)
def cast(x: TensorLike, dtype: DType) -> Tensor:
    """Return `x` in another dtype.

    Args:
        x: Tensor.
        dtype: Target dtype; floats lose their fraction on the way to integers.

    Returns:
        Tensor of the same shape.
    """


@primitive(rules.same)
def stop_gradient(variable: TensorLike) -> Tensor:
    """Return a tensor or variable as a constant: no gradient flows through it.

    Args:
        variable: Tensor or variable.

    Returns:
        Tensor of the same shape, dtype and values.
    """


@derived(rules.same)
def copy(x: TensorLike) -> Tensor:
    """Return a tensor of the same elements that shares no memory with `x`; gradients pass.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape and dtype.
    """
    return where(True, x, x)
