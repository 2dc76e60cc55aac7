"""Exponentials, logarithms and roots.

Integers and booleans are computed in floatx. Outside of a function's domain the result is ``nan`` or an infinity.
"""

from __future__ import annotations

import math

from polykeras.backend.dtypes import standardize_dtype
from polykeras.ops import shape_rules as rules
from polykeras.ops.arithmetic import (
    absolute,
    add,
    divide,
    floor_divide,
    maximum,
    multiply,
    negative,
    power,
    reciprocal,
    sign,
    square,
    subtract,
)
from polykeras.ops.casting import cast, stop_gradient
from polykeras.ops.comparison import equal, isinf, logical_or, where
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


@derived(rules.same, to_float=True)
def cbrt(x: TensorLike) -> Tensor:
    """Return the cube root, of negative numbers too.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape, floating; the gradient at 0, which is infinite, is given as 0.
    """
    own = logical_or(equal(x, 0), isinf(x))
    size = absolute(where(own, 1, x))
    root = power(size, 1 / 3)
    # 1/3 is no float: one step of Newton's method mends the last digits.
    root = subtract(root, divide(subtract(root, divide(size, square(root))), 3))
    return where(own, stop_gradient(x), multiply(sign(x), root))


@derived(rules.same, to_float=True)
def exp2(x: TensorLike) -> Tensor:
    """Return ``2 ** x``.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape, floating.
    """
    return power(2, x)


@derived(rules.broadcast, to_float=True)
def logaddexp(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return ``log(exp(x1) + exp(x2))`` without overflow.

    Args:
        x1: Tensor.
        x2: Tensor.

    Returns:
        Tensor of the broadcast shape, floating.

    >>> from polykeras import ops
    >>> round(float(ops.convert_to_numpy(ops.logaddexp(1000.0, 1000.0))), 2)
    1000.69
    """
    return add(maximum(x1, x2), log1p(exp(negative(_apart(x1, x2)))))


@derived(rules.broadcast, to_float=True)
def logaddexp2(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return ``log2(2**x1 + 2**x2)`` without overflow.

    Args:
        x1: Tensor.
        x2: Tensor.

    Returns:
        Tensor of the broadcast shape, floating.
    """
    return add(maximum(x1, x2), divide(log1p(exp2(negative(_apart(x1, x2)))), math.log(2)))


def _apart(x1: Tensor, x2: Tensor) -> Tensor:
    """Return how far elements are apart, and 0 for two infinities that are the same."""
    same = equal(x1, x2)
    return absolute(subtract(where(same, 0, x1), where(same, 0, x2)))


@derived(rules.scale, promote=("x1",), to_float=True)
def ldexp(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return ``x1 * 2**x2``; the power alone may lie beyond the range of the dtype.

    Args:
        x1: Tensor.
        x2: Tensor of integers.

    Returns:
        Tensor of the broadcast shape, in the dtype of `x1`, or floatx if that is whole.

    Raises:
        ValueError: If `x2` is not of integers.
    """
    with rules.named_errors("ldexp"):
        rules.whole_exponent(standardize_dtype(x2.dtype))
    own = standardize_dtype(x1.dtype)
    # The powers of two halves are in range wherever the result is.
    half = floor_divide(x2, 2)
    rest = subtract(x2, half)
    return multiply(multiply(x1, power(2, cast(half, own))), power(2, cast(rest, own)))
