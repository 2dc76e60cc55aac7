"""Arithmetic on JAX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from keras_jax.ops.kinds import BOOL


def square(x: jax.Array) -> jax.Array:
    """Return ``x * x``."""
    return jnp.square(_number(x))


def round(x: jax.Array, decimals: int = 0) -> jax.Array:
    """Return `x` rounded to `decimals` places, halves to even; JAX itself refuses tens of whole numbers."""
    if jnp.issubdtype(x.dtype, jnp.inexact):
        return jnp.round(x, decimals)
    return x if decimals >= 0 or x.dtype == jnp.bool_ else _round_whole(x, 10**-decimals)


def _round_whole(x: jax.Array, unit: int) -> jax.Array:
    """Return whole numbers rounded to multiples of `unit`, without a detour through floats."""
    if unit > jnp.iinfo(x.dtype).max:
        return jnp.zeros_like(x)
    quotient = jnp.floor_divide(x, unit)
    rest = x - quotient * unit
    up = (rest > unit // 2) | ((rest == unit // 2) & (quotient % 2 == 1))
    return (quotient + up) * unit


def divide_no_nan(x1: jax.Array, x2: jax.Array) -> jax.Array:
    """Return the quotient, and 0 where the divisor is 0."""
    zero = x2 == 0
    return jnp.where(zero, 0, x1 / jnp.where(zero, 1, x2))


def floor_divide(x1: jax.Array, x2: jax.Array) -> jax.Array:
    """Return the floor of the quotient."""
    return jnp.floor_divide(_number(x1), _number(x2))


def mod(x1: jax.Array, x2: jax.Array) -> jax.Array:
    """Return the remainder with the sign of `x2`."""
    return jnp.mod(_number(x1), _number(x2))


def power(x1: jax.Array, x2: jax.Array) -> jax.Array:
    """Return ``x1 ** x2``."""
    return jnp.power(_number(x1), _number(x2))


def clip(x: jax.Array, x_min: jax.Array | None, x_max: jax.Array | None) -> jax.Array:
    """Return `x` between two bounds."""
    low, high = (bound if bound is None else _number(bound) for bound in (x_min, x_max))
    return jnp.clip(_number(x), low, high)


def _number(x: jax.Array) -> jax.Array:
    """Return booleans as int32."""
    return x.astype(jnp.int32) if x.dtype is BOOL else x


def fmod(x1: jax.Array, x2: jax.Array) -> jax.Array:
    """Return the remainder with the sign of `x1`."""
    return jnp.fmod(_number(x1), _number(x2))


def nan_to_num(x: jax.Array, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None) -> jax.Array:
    """Return `x` with numbers in place of nan and infinities."""
    return jnp.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)


NATIVES: dict[str, Callable[..., Any]] = {
    "absolute": jnp.absolute,
    "add": jnp.add,
    "ceil": jnp.ceil,
    "clip": clip,
    "divide": jnp.divide,
    "divide_no_nan": divide_no_nan,
    "floor": jnp.floor,
    "floor_divide": floor_divide,
    "fmod": fmod,
    "heaviside": jnp.heaviside,
    "maximum": jnp.maximum,
    "minimum": jnp.minimum,
    "mod": mod,
    "multiply": jnp.multiply,
    "nan_to_num": nan_to_num,
    "negative": jnp.negative,
    "power": power,
    "reciprocal": jnp.reciprocal,
    "round": round,
    "sign": jnp.sign,
    "square": square,
    "subtract": jnp.subtract,
    "trunc": jnp.trunc,
}
