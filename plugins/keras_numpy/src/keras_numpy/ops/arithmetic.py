"""Arithmetic on NumPy, each function beside what pulls a gradient back through it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from keras_numpy.ops.kinds import NARROW_FLOATS, is_float, number
from keras_numpy.tape import Op, Pullback, constant, primitive, value_of


def spread_sum(g: Any, shape: tuple[int, ...]) -> Any:
    """Return the gradient of a tensor of `shape` that was broadcast to the shape of `g`."""
    if g.shape == shape:
        return g
    lead = g.ndim - len(shape)
    axes = tuple(range(lead)) + tuple(
        lead + axis for axis, size in enumerate(shape) if size == 1 and g.shape[lead + axis] != 1
    )
    return _reshaped(_summed(g, axes), shape)


# What broadcasting needs of other families stands here, lest they import each other.
def _sum(x: Any, axes: tuple[int, ...]) -> Any:
    return np.sum(x, axes, dtype=x.dtype, keepdims=True)


_summed = primitive(_sum, lambda _, x, axes: lambda g: _stretched(g, x.shape))
_stretched: Op = primitive(np.broadcast_to, lambda _, x, shape: lambda g: spread_sum(g, x.shape))
_reshaped: Op = primitive(np.reshape, lambda _, x, shape: lambda g: _reshaped(g, x.shape))


def unary(function: Callable[..., Any], slope: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """Return a function of one tensor; ``slope(answer, x)`` is its derivative."""
    return primitive(function, lambda y, x: lambda g: multiply(g, slope(y, x)))


def binary(
    function: Callable[..., Any],
    first: Callable[[Any, Any, Any], Callable[[Any], Any]],
    second: Callable[[Any, Any, Any], Callable[[Any], Any]],
) -> Callable[..., Any]:
    """Return a function of two tensors that broadcast; both rules give gradients in the shape of the answer."""

    def of_first(y: Any, a: Any, b: Any) -> Pullback:
        pull = first(y, a, b)
        return lambda g: spread_sum(pull(g), np.shape(value_of(a)))

    def of_second(y: Any, a: Any, b: Any) -> Pullback:
        pull = second(y, a, b)
        return lambda g: spread_sum(pull(g), np.shape(value_of(b)))

    return primitive(function, of_first, of_second)


add = binary(np.add, lambda *_: lambda g: g, lambda *_: lambda g: g)
subtract = binary(np.subtract, lambda *_: lambda g: g, lambda *_: negative)
multiply: Op = binary(np.multiply, lambda _, a, b: lambda g: multiply(g, b), lambda _, a, b: lambda g: multiply(g, a))
divide: Op = binary(
    np.divide,
    lambda _, a, b: lambda g: divide(g, b),
    lambda y, a, b: lambda g: negative(divide(multiply(g, y), b)),
)
negative: Op = primitive(np.negative, lambda *_: negative)

floor_of_quotient = constant(np.floor_divide)
_mod = binary(
    np.mod,
    lambda *_: lambda g: g,
    lambda _, a, b: lambda g: negative(multiply(g, floor_of_quotient(a, b))),
)
_power: Op = binary(
    np.power,
    lambda _, a, b: (
        lambda g: multiply(g, multiply(b, _power(a, select(value_of(b) == 0, _one(b), subtract(b, _one(b))))))
    ),
    lambda y, a, b: lambda g: multiply(g, multiply(y, log(select(value_of(a) == 0, _one(a), a)))),
)


def _less_one(b: Any) -> Any:
    # A power of -1 would be infinite at 0, and no number when it is multiplied by 0.
    return select(value_of(b) == 0, _one(b), subtract(b, _one(b)))


def _one(x: Any) -> Any:
    return np.ones((), x.dtype)


def _select(condition: Any, x1: Any, x2: Any) -> Any:
    return np.where(condition, x1, x2)


def _masked(g: Any, condition: Any, shape: tuple[int, ...], *, where_true: bool) -> Any:
    nothing = np.zeros((), g.dtype)
    kept = select(condition, g, nothing) if where_true else select(condition, nothing, g)
    return spread_sum(kept, shape)


select: Op = primitive(
    _select,
    lambda _, condition, x1, x2: lambda g: np.zeros(condition.shape, g.dtype),
    lambda _, condition, x1, x2: lambda g: _masked(g, condition, np.shape(value_of(x1)), where_true=True),
    lambda _, condition, x1, x2: lambda g: _masked(g, condition, np.shape(value_of(x2)), where_true=False),
)


def _share(a: Any, b: Any, wins: Any) -> Any:
    """Return 1 where `a` wins, one half at ties, else 0; nan wins."""
    a, b = value_of(a), value_of(b)
    return np.where(a == b, 0.5, wins(a, b) | np.isnan(a)).astype(a.dtype)


maximum = binary(
    np.maximum,
    lambda _, a, b: lambda g: multiply(g, _share(a, b, np.greater)),
    lambda _, a, b: lambda g: multiply(g, _share(b, a, np.greater)),
)
minimum = binary(
    np.minimum,
    lambda _, a, b: lambda g: multiply(g, _share(a, b, np.less)),
    lambda _, a, b: lambda g: multiply(g, _share(b, a, np.less)),
)


def _whole_or(function: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a rounding function: whole numbers are as they are."""
    return constant(lambda x: function(x) if is_float(x) else x)


# Of complex numbers, gradients are those of `keras_numpy.ops.complex_numbers`.
absolute = unary(np.absolute, lambda _, x: np.conjugate(np.sign(value_of(x))))
exp = unary(np.exp, lambda y, _: y)
log: Op = primitive(np.log, lambda _, x: lambda g: divide(g, x))
sqrt = primitive(np.sqrt, lambda y, _: lambda g: divide(g, y * 2))
reciprocal = unary(np.reciprocal, lambda y, _: negative(square(y)))
_square = unary(np.square, lambda _, x: x * 2)


def square(x: Any) -> Any:
    """Return ``x * x``."""
    return _square(number(x))


def _round(x: Any, decimals: int = 0) -> Any:
    if is_float(x):
        return (
            np.round(x.astype(np.float32), decimals).astype(x.dtype)
            if x.dtype in NARROW_FLOATS
            else np.round(x, decimals)
        )
    if x.dtype.kind == "c":
        return np.round(x, decimals)
    return x if decimals >= 0 or x.dtype == bool else _round_whole(x, 10**-decimals)


def _round_whole(x: Any, unit: int) -> Any:
    """Return whole numbers rounded to multiples of `unit`, without a detour through floats."""
    if unit > np.iinfo(x.dtype).max:
        return np.zeros_like(x)
    quotient = np.floor_divide(x, unit)
    rest = x - quotient * unit
    up = (rest > unit // 2) | ((rest == unit // 2) & (quotient % 2 == 1))
    return (quotient + up) * unit


def divide_no_nan(x1: Any, x2: Any) -> Any:
    """Return the quotient, and 0 where the divisor is 0."""
    zero = value_of(x2) == 0
    quotient = divide(x1, select(zero, np.ones((), x2.dtype), x2))
    return select(zero, np.zeros((), quotient.dtype), quotient)


def floor_divide(x1: Any, x2: Any) -> Any:
    """Return the floor of the quotient."""
    return floor_of_quotient(number(x1), number(x2))


def mod(x1: Any, x2: Any) -> Any:
    """Return the remainder with the sign of `x2`."""
    return _mod(number(x1), number(x2))


def power(x1: Any, x2: Any) -> Any:
    """Return ``x1 ** x2``; whole powers below zero of whole numbers are cut to whole numbers."""
    x1, x2 = number(x1), number(x2)
    if not is_float(x1) and x1.dtype.kind == "i" and np.any(value_of(x2) < 0):
        return _whole_power(x1, x2)
    return _power(x1, x2)


@constant
def _whole_power(x1: Any, x2: Any) -> Any:
    return np.power(x1.astype(np.float64), x2).astype(x1.dtype)


def clip(x: Any, x_min: Any | None, x_max: Any | None) -> Any:
    """Return `x` between two bounds."""
    y = number(x)
    if x_min is not None:
        y = maximum(y, number(x_min))
    return y if x_max is None else minimum(y, number(x_max))


def _absolute(x: Any) -> Any:
    return x if x.dtype == bool else absolute(x)


NATIVES: dict[str, Callable[..., Any]] = {
    "absolute": _absolute,
    "add": add,
    "ceil": _whole_or(np.ceil),
    "clip": clip,
    "divide": divide,
    "divide_no_nan": divide_no_nan,
    "floor": _whole_or(np.floor),
    "floor_divide": floor_divide,
    "maximum": maximum,
    "minimum": minimum,
    "mod": mod,
    "multiply": multiply,
    "negative": negative,
    "power": power,
    "reciprocal": reciprocal,
    "round": constant(_round),
    "sign": constant(np.sign),
    "square": square,
    "subtract": subtract,
    "trunc": _whole_or(np.trunc),
}
