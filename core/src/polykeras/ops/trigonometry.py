"""Trigonometric and hyperbolic functions; angles are in radians."""

from __future__ import annotations

from polykeras.ops import shape_rules as rules
from polykeras.ops.dispatch import primitive
from polykeras.ops.types import Tensor, TensorLike


@primitive(rules.same, to_float=True)
def sin(x: TensorLike) -> Tensor:
    """Return the sine.

    Args:
        x: Tensor, in radians.

    Returns:
        Tensor of the same shape, floating.
    """


@primitive(rules.same, to_float=True)
def cos(x: TensorLike) -> Tensor:
    """Return the cosine.

    Args:
        x: Tensor, in radians.

    Returns:
        Tensor of the same shape, floating.
    """


@primitive(rules.same, to_float=True)
def tan(x: TensorLike) -> Tensor:
    """Return the tangent.

    Args:
        x: Tensor, in radians.

    Returns:
        Tensor of the same shape, floating.
    """


@primitive(rules.same, to_float=True)
def arctan(x: TensorLike) -> Tensor:
    """Return the angle in (-pi/2, pi/2) whose tangent is `x`.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape, floating.
    """


@primitive(rules.same, to_float=True)
def sinh(x: TensorLike) -> Tensor:
    """Return the hyperbolic sine.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape, floating.
    """


@primitive(rules.same, to_float=True)
def cosh(x: TensorLike) -> Tensor:
    """Return the hyperbolic cosine.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape, floating.
    """


@primitive(rules.same, to_float=True)
def tanh(x: TensorLike) -> Tensor:
    """Return the hyperbolic tangent.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape, floating.
    """
