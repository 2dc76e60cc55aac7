"""Divisors and multiples of whole numbers. Floats and booleans are refused."""

from __future__ import annotations

from polykeras.ops import shape_rules as rules
from polykeras.ops.arithmetic import absolute, floor_divide, multiply
from polykeras.ops.comparison import equal, where
from polykeras.ops.creation import ones_like
from polykeras.ops.dispatch import derived, primitive
from polykeras.ops.types import Tensor, TensorLike


@primitive(rules.broadcast_whole)
def gcd(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return the greatest common divisor, not negative; that of 0 and `x2` is the magnitude of `x2`.

    Args:
        x1: Integer tensor.
        x2: Integer tensor.

    Returns:
        Tensor of the broadcast shape.

    >>> from polykeras import ops
    >>> ops.convert_to_numpy(ops.gcd([12, -9, 0], 6)).tolist()
    [6, 3, 6]
    """


@derived()
def lcm(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return the least common multiple, not negative; 0 where an argument is 0. It wraps where it does not fit.

    Args:
        x1: Integer tensor.
        x2: Integer tensor.

    Returns:
        Tensor of the broadcast shape.
    """
    divisor = gcd(x1, x2)
    # Only 0 and 0 have the divisor 0; divided first, the product stays as small as it can.
    divisor = where(equal(divisor, 0), ones_like(divisor), divisor)
    return absolute(multiply(floor_divide(x1, divisor), x2))
