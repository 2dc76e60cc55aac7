"""Special functions."""

from __future__ import annotations

from polykeras.ops import shape_rules as rules
from polykeras.ops.dispatch import primitive
from polykeras.ops.types import Tensor, TensorLike


@primitive(rules.same, to_float=True)
def erf(x: TensorLike) -> Tensor:
    """Return the error function, ``2 / sqrt(pi)`` times the integral of ``exp(-t**2)`` from 0 to `x`.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape, floating.
    """


@primitive(rules.same, to_float=True)
def erfc(x: TensorLike) -> Tensor:
    """Return ``1 - erf(x)``, which keeps its digits where it is small.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape, floating.
    """


@primitive(rules.same, to_float=True)
def erfinv(x: TensorLike) -> Tensor:
    """Return the number whose error function is `x`.

    Args:
        x: Tensor; ``nan`` comes of elements outside of [-1, 1], an infinity of -1 and 1.

    Returns:
        Tensor of the same shape, floating.
    """


@primitive(rules.same, to_float=True)
def i0(x: TensorLike) -> Tensor:
    """Return the modified Bessel function of the first kind of order 0, ``sum((x/2)**(2*k) / k!**2)`` over k >= 0.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape, floating.
    """


@primitive(rules.broadcast, to_float=True)
def gammainc(a: TensorLike, x: TensorLike) -> Tensor:
    """Return the regularized lower incomplete gamma function.

    It is the integral of ``t**(a - 1) * exp(-t)`` from 0 to `x`, divided by the gamma function of `a`.

    Args:
        a: Tensor of shapes, above 0. Gradients do not pass through it: it counts as a constant.
        x: Tensor, not below 0.

    Returns:
        Tensor of the broadcast shape, floating.
    """
