"""Window functions: weights that fade a stretch of a signal in and out, symmetric, at most 1.

Formulas are those of Blackman and Tukey, *The Measurement of Power Spectra*, 1958, and for `kaiser` of Kaiser and
Schafer, *On the Use of the I0-sinh Window for Spectrum Analysis*, 1980. A window of one weight is 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from polykeras.backend.config import floatx
from polykeras.ops.arithmetic import absolute, add, divide, maximum, multiply, square, subtract
from polykeras.ops.casting import cast
from polykeras.ops.comparison import equal, where
from polykeras.ops.creation import arange, ones_like
from polykeras.ops.dispatch import derived
from polykeras.ops.exponential import sqrt
from polykeras.ops.special import i0
from polykeras.ops.trigonometry import cos
from polykeras.ops.types import Size, Tensor


def _window(length: Size, weight: Callable[[Tensor], Tensor]) -> Tensor:
    """Return `weight` of `length` places, spread evenly from 0 to 1."""
    if not isinstance(length, int) and getattr(length, "shape", None) == () and not hasattr(length, "dims"):
        length = int(length)  # an array, or a tensor that has a value
    places = cast(arange(length), floatx())
    last = subtract(length, 1)
    weights = weight(divide(places, cast(maximum(last, 1), floatx())))
    return where(equal(last, 0), ones_like(weights), weights)


@derived()
def bartlett(x: Size) -> Tensor:
    """Return the triangle ``1 - |2 t - 1|``, t from 0 to 1.

    Args:
        x: Number of weights.

    Returns:
        Tensor of shape ``(x,)``, of floatx.
    """
    return _window(x, lambda t: subtract(1.0, absolute(subtract(multiply(t, 2.0), 1.0))))


@derived()
def blackman(x: Size) -> Tensor:
    """Return ``0.42 - 0.5 cos(2 pi t) + 0.08 cos(4 pi t)``, t from 0 to 1.

    Args:
        x: Number of weights.

    Returns:
        Tensor of shape ``(x,)``, of floatx.
    """
    return _window(x, lambda t: add(_raised_cosine(t, 0.42, 0.5), multiply(cos(multiply(t, 4 * math.pi)), 0.08)))


@derived()
def hamming(x: Size) -> Tensor:
    """Return ``0.54 - 0.46 cos(2 pi t)``, t from 0 to 1.

    Args:
        x: Number of weights.

    Returns:
        Tensor of shape ``(x,)``, of floatx.
    """
    return _window(x, lambda t: _raised_cosine(t, 0.54, 0.46))


@derived()
def hanning(x: Size) -> Tensor:
    """Return ``0.5 - 0.5 cos(2 pi t)``, t from 0 to 1.

    Args:
        x: Number of weights.

    Returns:
        Tensor of shape ``(x,)``, of floatx.
    """
    return _window(x, lambda t: _raised_cosine(t, 0.5, 0.5))


def _raised_cosine(t: Tensor, middle: float, height: float) -> Tensor:
    return subtract(middle, multiply(cos(multiply(t, 2 * math.pi)), height))


@derived()
def kaiser(x: Size, beta: float) -> Tensor:
    """Return ``i0(beta sqrt(1 - (2 t - 1) ** 2)) / i0(beta)``, t from 0 to 1.

    Args:
        x: Number of weights.
        beta: Shape: 0 gives ones, larger numbers a narrower window.

    Returns:
        Tensor of shape ``(x,)``, of floatx.
    """
    shape = cast(beta, floatx())

    def weight(t: Tensor) -> Tensor:
        height = maximum(subtract(1.0, square(subtract(multiply(t, 2.0), 1.0))), 0.0)
        return divide(i0(multiply(sqrt(height), shape)), i0(shape))

    return _window(x, weight)
