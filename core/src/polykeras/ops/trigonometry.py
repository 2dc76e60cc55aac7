"""Trigonometric and hyperbolic functions; angles are in radians."""

from __future__ import annotations

import math

from polykeras.ops import shape_rules as rules
from polykeras.ops.arithmetic import absolute, add, divide, multiply, negative, reciprocal, square, subtract
from polykeras.ops.comparison import equal, greater, isinf, less, logical_and, logical_or, where
from polykeras.ops.dispatch import derived, primitive
from polykeras.ops.exponential import log, log1p, sqrt
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


@derived(rules.same, to_float=True)
def arcsin(x: TensorLike) -> Tensor:
    """Return the angle in [-pi/2, pi/2] whose sine is `x`.

    Args:
        x: Tensor; ``nan`` comes of elements outside of [-1, 1].

    Returns:
        Tensor of the same shape, floating.
    """
    return arctan2(x, sqrt(multiply(subtract(1, x), add(1, x))))


@derived(rules.same, to_float=True)
def arccos(x: TensorLike) -> Tensor:
    """Return the angle in [0, pi] whose cosine is `x`.

    Args:
        x: Tensor; ``nan`` comes of elements outside of [-1, 1].

    Returns:
        Tensor of the same shape, floating.
    """
    # The half angle keeps its digits near 1 and -1, where x itself says little.
    return multiply(2, arctan2(sqrt(subtract(1, x)), sqrt(add(1, x))))


@derived(rules.broadcast, to_float=True)
def arctan2(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return the angle in [-pi, pi] of the points ``(x2, x1)``, counterclockwise from the first axis.

    Signs of zeros count, as in NumPy: of ``(-1, 0.0)`` the angle is pi, of ``(-1, -0.0)`` it is -pi.

    Args:
        x1: Tensor of ordinates.
        x2: Tensor of abscissae.

    Returns:
        Tensor of the broadcast shape, floating.

    >>> from polykeras import ops
    >>> round(float(ops.convert_to_numpy(ops.arctan2(1.0, -1.0))), 4)
    2.3562
    """
    below, left = _has_sign(x1), _has_sign(x2)
    height, width = where(below, negative(x1), x1), where(left, negative(x2), x2)
    steep = greater(height, width)
    shorter, longer = where(steep, width, height), where(steep, height, width)
    # 0/0 and inf/inf are nan, and so would be their gradients behind `where`; nan beside inf stays nan.
    unbounded = logical_and(isinf(shorter), isinf(longer))
    slope = divide(where(unbounded, 1, shorter), where(logical_or(unbounded, equal(longer, 0)), 1, longer))
    angle = arctan(slope)
    angle = where(steep, subtract(math.pi / 2, angle), angle)
    angle = where(left, subtract(math.pi, angle), angle)
    return where(below, negative(angle), angle)


def _has_sign(x: Tensor) -> Tensor:
    """Return where elements are below zero, or zero with a sign."""
    zero = equal(x, 0)
    return less(where(zero, divide(1, where(zero, x, 1)), x), 0)


@derived(rules.same, to_float=True)
def arcsinh(x: TensorLike) -> Tensor:
    """Return the number whose hyperbolic sine is `x`.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape, floating.
    """
    below = less(x, 0)
    size = where(below, negative(x), x)
    great = greater(size, 1)
    near, far = where(great, 1, size), where(great, size, 1)
    near = log1p(add(near, divide(square(near), add(1, sqrt(add(1, square(near)))))))
    # Squares of great numbers would overflow; their reciprocals do not.
    far = add(log(far), log1p(sqrt(add(1, square(reciprocal(far))))))
    result = where(great, far, near)
    return where(below, negative(result), result)


@derived(rules.same, to_float=True)
def arccosh(x: TensorLike) -> Tensor:
    """Return the number, not below 0, whose hyperbolic cosine is `x`.

    Args:
        x: Tensor; ``nan`` comes of elements below 1.

    Returns:
        Tensor of the same shape, floating.
    """
    great = greater(x, 2)
    near, far = where(great, 1.5, x), where(great, x, 2)
    above = subtract(near, 1)
    near = log1p(add(above, sqrt(multiply(above, add(near, 1)))))
    far = add(log(far), log1p(sqrt(subtract(1, square(reciprocal(far))))))
    return where(great, far, near)


@derived(rules.same, to_float=True)
def arctanh(x: TensorLike) -> Tensor:
    """Return the number whose hyperbolic tangent is `x`.

    Args:
        x: Tensor; ``nan`` comes of elements outside of [-1, 1], an infinity of -1 and 1.

    Returns:
        Tensor of the same shape, floating.
    """
    return multiply(0.5, subtract(log1p(x), log1p(negative(x))))


@derived(rules.same, to_float=True)
def deg2rad(x: TensorLike) -> Tensor:
    """Return angles in degrees as radians.

    Args:
        x: Tensor, in degrees.

    Returns:
        Tensor of the same shape, floating, in radians.
    """
    return multiply(x, math.pi / 180)


@derived(rules.same, to_float=True)
def rad2deg(x: TensorLike) -> Tensor:
    """Return angles in radians as degrees.

    Args:
        x: Tensor, in radians.

    Returns:
        Tensor of the same shape, floating, in degrees.
    """
    return multiply(x, 180 / math.pi)


@derived(rules.same, to_float=True)
def sinc(x: TensorLike) -> Tensor:
    """Return ``sin(pi x) / (pi x)``, and 1 at 0.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape, floating.
    """
    zero = equal(x, 0)
    angle = multiply(math.pi, where(zero, 1, x))
    return where(zero, 1, divide(sin(angle), angle))


@derived(rules.broadcast, to_float=True)
def hypot(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return ``sqrt(x1**2 + x2**2)`` without overflow; an infinity wins over ``nan``, as in NumPy.

    Args:
        x1: Tensor.
        x2: Tensor.

    Returns:
        Tensor of the broadcast shape, floating; the gradient at the origin is 0.
    """
    x1, x2 = absolute(x1), absolute(x2)
    unbounded = logical_or(isinf(x1), isinf(x2))
    first = greater(x1, x2)
    longer, shorter = where(first, x1, x2), where(first, x2, x1)
    origin = logical_and(equal(longer, 0), equal(shorter, 0))
    flat = logical_or(origin, unbounded)
    slope = divide(where(flat, 0, shorter), where(flat, 1, longer))
    return where(unbounded, math.inf, multiply(longer, sqrt(add(1, square(slope)))))
