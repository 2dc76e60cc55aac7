"""Arithmetic on TensorFlow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keras_tf.framework import tf
from keras_tf.ops.kinds import NARROW_FLOATS, NARROW_INTEGERS, UNSIGNED, number, raw, through


def absolute(x: Any) -> Any:
    """Return the absolute value; what has no sign is its own."""
    return raw.Abs(x=x) if x.dtype.is_floating else x if x.dtype is tf.bool or x.dtype in UNSIGNED else tf.abs(x)


def negative(x: Any) -> Any:
    """Return ``-x``, which wraps where there is no sign."""
    return tf.zeros_like(x) - x if x.dtype in UNSIGNED else tf.negative(x)


def sign(x: Any) -> Any:
    """Return the sign."""
    return tf.cast(x != 0, x.dtype) if x.dtype in UNSIGNED else tf.sign(x)


def square(x: Any) -> Any:
    """Return ``x * x``."""
    x = number(x)
    return x * x if x.dtype in NARROW_INTEGERS else tf.square(x)


def _whole_or(function: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a rounding function: whole numbers are as they are."""
    return lambda x: function(x) if x.dtype.is_floating else x


def round(x: Any, decimals: int = 0) -> Any:
    """Return `x` rounded to `decimals` places, halves to even."""
    if x.dtype.is_floating:
        if decimals == 0:
            return tf.round(x)
        factor = tf.constant(10.0 ** abs(decimals), x.dtype)
        return tf.round(x * factor) / factor if decimals > 0 else tf.round(x / factor) * factor
    if x.dtype.is_complex:
        return tf.complex(round(tf.math.real(x), decimals), round(tf.math.imag(x), decimals))
    return x if decimals >= 0 or x.dtype is tf.bool else _round_whole(x, 10**-decimals)


def _round_whole(x: Any, unit: int) -> Any:
    """Return whole numbers rounded to multiples of `unit`, without a detour through floats."""
    if unit > x.dtype.max:
        return tf.zeros_like(x)
    quotient = tf.math.floordiv(x, unit)
    rest = x - quotient * unit
    up = (rest > unit // 2) | ((rest == unit // 2) & (tf.math.floormod(quotient, 2) == 1))
    return (quotient + tf.cast(up, x.dtype)) * unit


def divide_no_nan(x1: Any, x2: Any) -> Any:
    """Return the quotient, and 0 where the divisor is 0."""
    return tf.math.divide_no_nan(x1, x2)


def floor_divide(x1: Any, x2: Any) -> Any:
    """Return the floor of the quotient, of floats as NumPy has it: from the exact remainder."""
    x1, x2 = number(x1), number(x2)
    if not x1.dtype.is_floating:
        return tf.math.floordiv(x1, x2)
    rest = _remainder(x1, x2)
    quotient = (x1 - rest) / x2 - tf.cast((rest != 0) & ((x2 < 0) != (rest < 0)), x1.dtype)
    return tf.where(x2 == 0, x1 / x2, tf.round(quotient))


_remainder = through(tf.float32, NARROW_FLOATS, tf.truncatemod, 2)


def mod(x1: Any, x2: Any) -> Any:
    """Return the remainder with the sign of `x2`."""
    return tf.math.floormod(number(x1), number(x2))


def power(x1: Any, x2: Any) -> Any:
    """Return ``x1 ** x2``."""
    return tf.pow(number(x1), number(x2))


def add(x1: Any, x2: Any) -> Any:
    """Return the sum; of booleans, whether one is true."""
    return tf.logical_or(x1, x2) if x1.dtype is tf.bool else raw.AddV2(x=x1, y=x2)


def multiply(x1: Any, x2: Any) -> Any:
    """Return the product; of booleans, whether both are true."""
    return tf.logical_and(x1, x2) if x1.dtype is tf.bool else raw.Mul(x=x1, y=x2)


def maximum(x1: Any, x2: Any) -> Any:
    """Return the larger of two."""
    return tf.logical_or(x1, x2) if x1.dtype is tf.bool else _even_at_ties(tf.maximum, x1, x2)


def minimum(x1: Any, x2: Any) -> Any:
    """Return the smaller of two."""
    return tf.logical_and(x1, x2) if x1.dtype is tf.bool else _even_at_ties(tf.minimum, x1, x2)


def _even_at_ties(function: Callable[..., Any], x1: Any, x2: Any) -> Any:
    """Apply `function` so that equal elements share the gradient; TensorFlow gives it to the first."""
    chosen = function(x1, x2)
    if not x1.dtype.is_floating:
        return chosen
    half = tf.constant(0.5, x1.dtype)
    shared = raw.AddV2(x=raw.Mul(x=x1, y=half), y=raw.Mul(x=x2, y=half))
    return raw.SelectV2(condition=raw.Equal(x=x1, y=x2), t=shared, e=chosen)


def clip(x: Any, x_min: Any | None, x_max: Any | None) -> Any:
    """Return `x` between two bounds."""
    y = number(x)
    if x_min is not None:
        y = tf.maximum(y, number(x_min))
    return y if x_max is None else tf.minimum(y, number(x_max))


NATIVES: dict[str, Callable[..., Any]] = {
    "absolute": absolute,
    "add": add,
    "ceil": _whole_or(tf.math.ceil),
    "clip": clip,
    "divide": lambda x1, x2: raw.RealDiv(x=x1, y=x2),
    "divide_no_nan": divide_no_nan,
    "floor": _whole_or(lambda x: raw.Floor(x=x)),
    "floor_divide": floor_divide,
    "maximum": maximum,
    "minimum": minimum,
    "mod": mod,
    "multiply": multiply,
    "negative": negative,
    "power": through(tf.int64, NARROW_INTEGERS, power, 2),
    "reciprocal": tf.math.reciprocal,
    "round": round,
    "sign": sign,
    "square": square,
    "subtract": lambda x1, x2: raw.Sub(x=x1, y=x2),
}
