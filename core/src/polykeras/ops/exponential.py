"""Exponentials, logarithms and roots.

Integers and booleans are computed in floatx. Outside of a function's domain the result is ``nan`` or an infinity.
"""

from __future__ import annotations

from polykeras.ops import shape_rules as rules
from polykeras.ops.arithmetic import reciprocal
from polykeras.ops.dispatch import derived, primitive
from polykeras.ops.types import Tensor, TensorLike


@primitive(rules.same, to_float=True)
def exp(x: TensorLike) -> Tensor:
    """Return ``e ** x``.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape, floating.
    """


@primitive(rules.same, to_float=True)
def expm1(x: TensorLike) -> Tensor:
    """Return ``exp(x) - 1``, exact near 0.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape, floating.
    """


@primitive(rules.same, to_float=True)
def log(x: TensorLike) -> Tensor:
    """Return the natural logarithm.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape, floating.
    """


@primitive(rules.same, to_float=True)
def log1p(x: TensorLike) -> Tensor:
    """Return ``log(1 + x)``, exact near 0.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape, floating.
    """


@primitive(rules.same, to_float=True)
def log2(x: TensorLike) -> Tensor:
    """Return the logarithm to base 2.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape, floating.
    """


@primitive(rules.same, to_float=True)
def log10(x: TensorLike) -> Tensor:
    """Return the logarithm to base 10.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape, floating.
    """


@primitive(rules.same, to_float=True)
def sqrt(x: TensorLike) -> Tensor:
    """Return the square root.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape, floating.
    """


@derived(to_float=True)
def rsqrt(x: TensorLike) -> Tensor:
    """Return ``1 / sqrt(x)``.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape, floating.
    """
    return reciprocal(sqrt(x))
