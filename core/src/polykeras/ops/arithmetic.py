"""Sums, products, quotients, powers, rounding and bounds, element by element.

Tensors broadcast as in NumPy, those of different dtypes are promoted first; a quotient of integers is of floatx.
No op raises for values outside of its domain: the result is ``nan`` or an infinity, as in NumPy. Division of
integers by zero is left to the backend.
"""

from __future__ import annotations

from polykeras.backend.dtypes import standardize_dtype
from polykeras.ops import shape_rules as rules
from polykeras.ops.casting import cast
from polykeras.ops.comparison import equal, where
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
