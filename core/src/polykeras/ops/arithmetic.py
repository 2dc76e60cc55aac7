"""Sums, products, quotients, powers, rounding and bounds, element by element.

Tensors broadcast as in NumPy, those of different dtypes are promoted first; a quotient of integers is of floatx.
No op raises for values outside of its domain: the result is ``nan`` or an infinity, as in NumPy. Division of
integers by zero is left to the backend.
"""

from __future__ import annotations

import math

from polykeras.backend.dtypes import LARGEST, is_float, standardize_dtype
from polykeras.ops import shape_rules as rules
from polykeras.ops.casting import cast
from polykeras.ops.comparison import equal, isnan, less, where
from polykeras.ops.dispatch import derived, primitive
from polykeras.ops.types import Tensor, TensorLike


@primitive(rules.real_part)
def absolute(x: TensorLike) -> Tensor:
    """Return the absolute value; of complex numbers the distance from zero.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape, real.
    """


abs = absolute


@primitive(rules.same_number)
def negative(x: TensorLike) -> Tensor:
    """Return ``-x``.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape.
    """


@primitive(rules.same_number)
def sign(x: TensorLike) -> Tensor:
    """Return -1, 0 or 1 by the sign of each element; ``nan`` stays.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape.
    """


@primitive(rules.same, to_float=True)
def floor(x: TensorLike) -> Tensor:
    """Return the largest whole number not above each element.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape, floating.
    """


@primitive(rules.same, to_float=True)
def ceil(x: TensorLike) -> Tensor:
    """Return the smallest whole number not below each element.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape, floating.
    """


@primitive(rules.same)
def round(x: TensorLike, decimals: int = 0) -> Tensor:
    """Return each element rounded to `decimals` places, halves to the even neighbour.

    Args:
        x: Tensor.
        decimals: Places after the point; negative ones count before it.

    Returns:
        Tensor of the same shape and dtype.
    """


@primitive(rules.broadcast)
def add(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return ``x1 + x2``; of booleans, where either is true.

    Args:
        x1: Tensor.
        x2: Tensor.

    Returns:
        Tensor of the broadcast shape.
    """


@primitive(rules.difference)
def subtract(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return ``x1 - x2``.

    Args:
        x1: Tensor.
        x2: Tensor.

    Returns:
        Tensor of the broadcast shape.
    """


@primitive(rules.broadcast)
def multiply(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return ``x1 * x2``; of booleans, where both are true.

    Args:
        x1: Tensor.
        x2: Tensor.

    Returns:
        Tensor of the broadcast shape.
    """


@primitive(rules.broadcast, to_float=True)
def divide(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return ``x1 / x2``, of integers too.

    Args:
        x1: Tensor.
        x2: Tensor.

    Returns:
        Tensor of the broadcast shape, floating.
    """


true_divide = divide


@derived(to_float=True)
def divide_no_nan(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return ``x1 / x2``, and 0 where `x2` is 0; its gradient is 0 there.

    Args:
        x1: Tensor.
        x2: Tensor.

    Returns:
        Tensor of the broadcast shape, floating.
    """
    zero = equal(x2, 0)
    # The divisor is made harmless before the division: a gradient of inf * 0 behind `where` would be nan.
    return where(zero, 0, divide(x1, where(zero, 1, x2)))


@primitive(rules.broadcast_number)
def floor_divide(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return the largest whole number not above ``x1 / x2``; of booleans as int32.

    Args:
        x1: Tensor.
        x2: Tensor.

    Returns:
        Tensor of the broadcast shape.
    """


@primitive(rules.broadcast_number)
def mod(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return ``x1 - floor(x1 / x2) * x2``: the remainder, with the sign of `x2`; of booleans as int32.

    Args:
        x1: Tensor.
        x2: Tensor.

    Returns:
        Tensor of the broadcast shape.
    """


@primitive(rules.broadcast_number)
def power(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return ``x1 ** x2``; of booleans as int32.

    Args:
        x1: Base.
        x2: Exponent; of integers, not negative.

    Returns:
        Tensor of the broadcast shape.
    """


@derived()
def square(x: TensorLike) -> Tensor:
    """Return ``x * x``; of booleans as int32.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape.
    """
    return multiply(x, cast(x, "int32") if standardize_dtype(x.dtype) == "bool" else x)


@derived(to_float=True)
def reciprocal(x: TensorLike) -> Tensor:
    """Return ``1 / x``.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape, floating.
    """
    return divide(1, x)


@primitive(rules.broadcast)
def maximum(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return the larger of each two elements, ``nan`` if one is.

    Args:
        x1: Tensor.
        x2: Tensor.

    Returns:
        Tensor of the broadcast shape.
    """


@primitive(rules.broadcast)
def minimum(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return the smaller of each two elements, ``nan`` if one is.

    Args:
        x1: Tensor.
        x2: Tensor.

    Returns:
        Tensor of the broadcast shape.
    """


@primitive(rules.broadcast_number)
def clip(x: TensorLike, x_min: TensorLike | None, x_max: TensorLike | None) -> Tensor:
    """Return `x` with values outside of ``[x_min, x_max]`` replaced by the nearer bound.

    Args:
        x: Tensor.
        x_min: Lower bound, which broadcasts with `x`; ``None`` for no bound.
        x_max: Upper bound, as above. It wins where it is below `x_min`.

    Returns:
        Tensor in the common dtype of all three, int32 for booleans.
    """


@derived(rules.same, to_float=True)
def fabs(x: TensorLike) -> Tensor:
    """Return the absolute value as a float, of integers too.

    Args:
        x: Real tensor.

    Returns:
        Tensor of the same shape, floating.
    """
    return absolute(x)


@derived(rules.same)
def trunc(x: TensorLike) -> Tensor:
    """Return each element without what stands after its point.

    Args:
        x: Real tensor.

    Returns:
        Tensor of the same shape and dtype.
    """
    return where(less(x, 0), ceil(x), floor(x)) if is_float(standardize_dtype(x.dtype)) else x


@derived(rules.broadcast)
def fmax(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return the larger of each two elements; ``nan`` only if both are.

    Args:
        x1: Tensor.
        x2: Tensor.

    Returns:
        Tensor of the broadcast shape.
    """
    return where(isnan(x1), x2, where(isnan(x2), x1, maximum(x1, x2)))


@derived(rules.broadcast)
def fmin(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return the smaller of each two elements; ``nan`` only if both are.

    Args:
        x1: Tensor.
        x2: Tensor.

    Returns:
        Tensor of the broadcast shape.
    """
    return where(isnan(x1), x2, where(isnan(x2), x1, minimum(x1, x2)))


@derived(rules.broadcast_number)
def fmod(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return the remainder of ``x1 / x2`` with the sign of `x1`, as C's ``fmod``; of booleans as int32.

    Args:
        x1: Tensor.
        x2: Tensor.

    Returns:
        Tensor of the broadcast shape.
    """
    if standardize_dtype(x1.dtype) == "bool":
        x1, x2 = cast(x1, "int32"), cast(x2, "int32")
    return multiply(sign(x1), mod(absolute(x1), absolute(x2)))


@derived(rules.broadcast, to_float=True)
def heaviside(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return 0 where `x1` is below zero, 1 where it is above, and `x2` where it is 0.

    Args:
        x1: Tensor; ``nan`` stays.
        x2: Tensor of values at 0.

    Returns:
        Tensor of the broadcast shape, floating.
    """
    step = where(less(x1, 0), 0, where(isnan(x1), x1, 1))
    return where(equal(x1, 0), x2, step)


@derived(rules.same)
def nan_to_num(x: TensorLike, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None) -> Tensor:
    """Return `x` with numbers in place of ``nan`` and infinities.

    Args:
        x: Real tensor; integers and booleans stay as they are.
        nan: What stands for ``nan``.
        posinf: What stands for the infinity above zero; ``None`` for the largest number of the dtype.
        neginf: What stands for the other; ``None`` for the lowest number of the dtype.

    Returns:
        Tensor of the same shape and dtype. Where a number was put in, the gradient is 0.
    """
    own = standardize_dtype(x.dtype)
    if not is_float(own):
        return x
    above, below = LARGEST[own] if posinf is None else posinf, -LARGEST[own] if neginf is None else neginf
    x = where(equal(x, math.inf), above, where(equal(x, -math.inf), below, x))
    return where(isnan(x), nan, x)
