"""Arithmetic on PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from keras_torch.ops.kinds import UNSIGNED, narrowed, unsigned, unsigned_pair, widen
from polykeras.ops import shape_rules


def absolute(x: torch.Tensor) -> torch.Tensor:
    """Return the absolute value; what has no sign is its own."""
    return x if x.dtype is torch.bool or x.dtype in UNSIGNED else torch.abs(x)


def sign(x: torch.Tensor) -> torch.Tensor:
    """Return the sign; PyTorch's own gives 0 for nan."""
    if x.is_complex():
        return torch.sgn(x)
    if x.dtype is torch.bool:
        shape_rules.infer("sign", shape_rules.same_number, [shape_rules.Spec(tuple(x.shape), "bool")])
    signs = torch.sign(x)
    return torch.where(torch.isnan(x), x, signs) if x.is_floating_point() else signs


def square(x: torch.Tensor) -> torch.Tensor:
    """Return ``x * x``."""
    return torch.square(_number(x))


def round(x: torch.Tensor, decimals: int = 0) -> torch.Tensor:
    """Return `x` rounded to `decimals` places, halves to even."""
    if x.is_floating_point():
        return torch.round(x) if decimals == 0 else torch.round(x, decimals=decimals)
    if x.is_complex():
        return torch.view_as_complex(torch.round(torch.view_as_real(x), decimals=decimals))
    return x if decimals >= 0 or x.dtype is torch.bool else _round_whole(x, 10**-decimals)


def _round_whole(x: torch.Tensor, unit: int) -> torch.Tensor:
    """Return whole numbers rounded to multiples of `unit`, without a detour through floats."""
    if unit > torch.iinfo(x.dtype).max:
        return torch.zeros_like(x)
    quotient = torch.floor_divide(x, unit)
    rest = x - quotient * unit
    up = (rest > unit // 2) | ((rest == unit // 2) & (quotient % 2 == 1))
    return (quotient + up) * unit


def divide_no_nan(x1: torch.Tensor, x2: torch.Tensor) -> torch.Tensor:
    """Return the quotient, and 0 where the divisor is 0."""
    zero = torch.logical_not(x2)  # cheaper than a comparison with a number
    if not (x1.requires_grad or x2.requires_grad):
        return torch.div(x1, x2).masked_fill_(zero, 0)
    # The gradient of a quotient by zero would be nan, whatever it is multiplied with afterwards.
    return torch.div(x1, x2.masked_fill(zero, 1)).masked_fill(zero, 0)


def floor_divide(x1: torch.Tensor, x2: torch.Tensor) -> torch.Tensor:
    """Return the floor of the quotient."""
    return torch.floor_divide(_number(x1), _number(x2))


def mod(x1: torch.Tensor, x2: torch.Tensor) -> torch.Tensor:
    """Return the remainder with the sign of `x2`."""
    return torch.remainder(_number(x1), _number(x2))


def power(x1: torch.Tensor, x2: torch.Tensor) -> torch.Tensor:
    """Return ``x1 ** x2``."""
    return torch.pow(_number(x1), _number(x2))


def _number(x: torch.Tensor) -> torch.Tensor:
    """Return booleans as int32."""
    return x.to(torch.int32) if x.dtype is torch.bool else x


def clip(x: torch.Tensor, x_min: torch.Tensor | None, x_max: torch.Tensor | None) -> torch.Tensor:
    """Return `x` between two bounds; without any, `x` itself."""
    low, high = (bound if bound is None else widen(_number(bound)) for bound in (x_min, x_max))
    number = _number(x)
    if low is None and high is None:
        return number
    return narrowed(torch.clamp(widen(number), low, high), number.dtype)


def fmod(x1: torch.Tensor, x2: torch.Tensor) -> torch.Tensor:
    """Return the remainder with the sign of `x1`."""
    return torch.fmod(_number(x1), _number(x2))


def nan_to_num(
    x: torch.Tensor, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None
) -> torch.Tensor:
    """Return `x` with numbers in place of nan and infinities."""
    return torch.nan_to_num(x, nan, posinf, neginf) if x.is_floating_point() else x


def trunc(x: torch.Tensor) -> torch.Tensor:
    """Return each element without its fraction."""
    return torch.trunc(x) if x.is_floating_point() else x


NATIVES: dict[str, Callable[..., Any]] = {
    "absolute": absolute,
    "add": unsigned_pair(torch.add),
    "ceil": torch.ceil,
    "clip": clip,
    "divide": torch.div,
    "divide_no_nan": divide_no_nan,
    "floor": torch.floor,
    "floor_divide": unsigned_pair(floor_divide),
    "fmod": unsigned_pair(fmod),
    "maximum": unsigned_pair(torch.maximum),
    "minimum": unsigned_pair(torch.minimum),
    "mod": unsigned_pair(mod),
    "multiply": torch.mul,
    "nan_to_num": nan_to_num,
    "negative": unsigned(torch.neg),
    "power": unsigned_pair(power),
    "reciprocal": torch.reciprocal,
    "round": unsigned(round),
    "sign": unsigned(sign),
    "square": unsigned(square),
    "subtract": unsigned_pair(torch.sub),
    "trunc": trunc,
}
