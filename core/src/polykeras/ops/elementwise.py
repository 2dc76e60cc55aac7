"""Ops that work element by element; two or more tensors broadcast as in NumPy.

Tensors of different dtypes are promoted first. An op over the reals (``exp``, ``divide`` ...) computes
integers and booleans in floatx. No op here raises for values outside of its domain: the result is
``nan`` or an infinity, as in NumPy. Division of integers by zero is left to the backend.
"""

from __future__ import annotations

from polykeras.backend.dtypes import standardize_dtype
from polykeras.ops import shape_rules as rules
from polykeras.ops.dispatch import derived, primitive
from polykeras.ops.types import DType, Tensor, TensorLike

# ------------------------------------------------------------------------------------------------ dtypes and gradients


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


# ------------------------------------------------------------------------------------------------------- one argument


@primitive(rules.same)
def absolute(x: TensorLike) -> Tensor:
    """Return the absolute value.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape.
    """


abs = absolute


@primitive(rules.same)
def negative(x: TensorLike) -> Tensor:
    """Return ``-x``.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape.
    """


@primitive(rules.same)
def sign(x: TensorLike) -> Tensor:
    """Return -1, 0 or 1 by the sign of each element; ``nan`` stays.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape.
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


@derived(to_float=True)
def reciprocal(x: TensorLike) -> Tensor:
    """Return ``1 / x``.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape, floating.
    """
    return divide(1, x)


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


@primitive(rules.same, to_float=True)
def erf(x: TensorLike) -> Tensor:
    """Return the error function, ``2 / sqrt(pi)`` times the integral of ``exp(-t**2)`` from 0 to `x`.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape, floating.
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


@primitive(rules.predicate)
def isfinite(x: TensorLike) -> Tensor:
    """Return where elements are neither infinite nor ``nan``.

    Args:
        x: Tensor.

    Returns:
        Boolean tensor of the same shape.
    """


@primitive(rules.predicate)
def isnan(x: TensorLike) -> Tensor:
    """Return where elements are ``nan``.

    Args:
        x: Tensor.

    Returns:
        Boolean tensor of the same shape.
    """


@primitive(rules.predicate)
def isinf(x: TensorLike) -> Tensor:
    """Return where elements are infinite, of either sign.

    Args:
        x: Tensor.

    Returns:
        Boolean tensor of the same shape.
    """


@primitive(rules.predicate)
def logical_not(x: TensorLike) -> Tensor:
    """Return where elements are zero or false.

    Args:
        x: Tensor.

    Returns:
        Boolean tensor of the same shape.
    """


# ------------------------------------------------------------------------------------------------------- arithmetic


@primitive(rules.broadcast)
def add(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return ``x1 + x2``; of booleans, where either is true.

    Args:
        x1: Tensor.
        x2: Tensor.

    Returns:
        Tensor of the broadcast shape.
    """


@primitive(rules.broadcast)
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


# ------------------------------------------------------------------------------------------- comparison and choice


@primitive(rules.compare)
def equal(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return where ``x1 == x2``.

    Args:
        x1: Tensor.
        x2: Tensor.

    Returns:
        Boolean tensor of the broadcast shape.
    """


@primitive(rules.compare)
def not_equal(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return where ``x1 != x2``.

    Args:
        x1: Tensor.
        x2: Tensor.

    Returns:
        Boolean tensor of the broadcast shape.
    """


@primitive(rules.compare)
def less(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return where ``x1 < x2``.

    Args:
        x1: Tensor.
        x2: Tensor.

    Returns:
        Boolean tensor of the broadcast shape.
    """


@primitive(rules.compare)
def less_equal(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return where ``x1 <= x2``.

    Args:
        x1: Tensor.
        x2: Tensor.

    Returns:
        Boolean tensor of the broadcast shape.
    """


@primitive(rules.compare)
def greater(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return where ``x1 > x2``.

    Args:
        x1: Tensor.
        x2: Tensor.

    Returns:
        Boolean tensor of the broadcast shape.
    """


@primitive(rules.compare)
def greater_equal(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return where ``x1 >= x2``.

    Args:
        x1: Tensor.
        x2: Tensor.

    Returns:
        Boolean tensor of the broadcast shape.
    """


@primitive(rules.compare, promote=())
def logical_and(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return where both elements are true or not zero.

    Args:
        x1: Tensor.
        x2: Tensor.

    Returns:
        Boolean tensor of the broadcast shape.
    """


@primitive(rules.compare, promote=())
def logical_or(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return where an element is true or not zero.

    Args:
        x1: Tensor.
        x2: Tensor.

    Returns:
        Boolean tensor of the broadcast shape.
    """


@primitive(rules.compare, promote=())
def logical_xor(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return where exactly one element is true or not zero.

    Args:
        x1: Tensor.
        x2: Tensor.

    Returns:
        Boolean tensor of the broadcast shape.
    """


@primitive(rules.where, promote=("x1", "x2"))
def where(condition: TensorLike, x1: TensorLike | None = None, x2: TensorLike | None = None) -> Tensor:
    """Return `x1` where `condition` holds and `x2` elsewhere; or the indices where it holds.

    Args:
        condition: Boolean tensor; of numbers, those that are not zero count as true.
        x1: Tensor, which broadcasts with the others.
        x2: Tensor, as above. Leave out both `x1` and `x2` to get indices.

    Returns:
        Tensor of the broadcast shape; without `x1` and `x2` a tuple of int32 tensors of shape
        ``(count,)``, one for each axis of `condition`.
    """


# ------------------------------------------------------------------------------------------------------------ bits


@primitive(rules.broadcast)
def bitwise_and(x: TensorLike, y: TensorLike) -> Tensor:
    """Return the bits set in both.

    Args:
        x: Integer or boolean tensor.
        y: Integer or boolean tensor.

    Returns:
        Tensor of the broadcast shape.
    """


@primitive(rules.broadcast)
def bitwise_or(x: TensorLike, y: TensorLike) -> Tensor:
    """Return the bits set in either.

    Args:
        x: Integer or boolean tensor.
        y: Integer or boolean tensor.

    Returns:
        Tensor of the broadcast shape.
    """


@primitive(rules.broadcast)
def bitwise_xor(x: TensorLike, y: TensorLike) -> Tensor:
    """Return the bits set in exactly one.

    Args:
        x: Integer or boolean tensor.
        y: Integer or boolean tensor.

    Returns:
        Tensor of the broadcast shape.
    """


@primitive(rules.same)
def bitwise_not(x: TensorLike) -> Tensor:
    """Return `x` with every bit turned over.

    Args:
        x: Integer or boolean tensor.

    Returns:
        Tensor of the same shape and dtype.
    """


bitwise_invert = bitwise_not


@primitive(rules.broadcast)
def bitwise_left_shift(x: TensorLike, y: TensorLike) -> Tensor:
    """Return the bits of `x` moved `y` places up: ``x * 2**y``, modulo the width.

    Args:
        x: Integer tensor.
        y: Places, from 0 to below the width of the dtype.

    Returns:
        Tensor of the broadcast shape.
    """


left_shift = bitwise_left_shift


@primitive(rules.broadcast)
def bitwise_right_shift(x: TensorLike, y: TensorLike) -> Tensor:
    """Return the bits of `x` moved `y` places down: ``x // 2**y``.

    Args:
        x: Integer tensor.
        y: Places, from 0 to below the width of the dtype.

    Returns:
        Tensor of the broadcast shape.
    """


right_shift = bitwise_right_shift
