"""Complex numbers: their parts, and tensors of pairs seen as complex ones.

A tensor of real numbers is one of complex numbers without an imaginary part: every op here takes it. Gradients of a
real loss with respect to real tensors are those of the two parts. float16 and bfloat16 have no complex dtype: pairs of
them make complex64.
"""

from __future__ import annotations

import math

from polykeras.backend.dtypes import is_complex, is_float, standardize_dtype
from polykeras.ops import shape_rules as rules
from polykeras.ops.arithmetic import negative
from polykeras.ops.bits import signbit
from polykeras.ops.casting import cast, stop_gradient
from polykeras.ops.comparison import equal, isnan, logical_and, where
from polykeras.ops.conversion import ndim, shape
from polykeras.ops.creation import full_like, ones_like, zeros_like
from polykeras.ops.dims import known
from polykeras.ops.dispatch import derived, primitive
from polykeras.ops.indexing import get_item
from polykeras.ops.manipulation import stack
from polykeras.ops.rule_error import RuleError
from polykeras.ops.trigonometry import arctan2, cos, sin
from polykeras.ops.types import Tensor, TensorLike


@primitive(rules.complex_of, to_float=True)
def complex_of(real: TensorLike, imag: TensorLike) -> Tensor:
    """Return ``real + 1j * imag``.

    Args:
        real: Tensor of float32 or float64.
        imag: Tensor of the same shape and dtype.

    Returns:
        Tensor of complex64 or complex128.
    """


@primitive(rules.real_part)
def real(x: TensorLike) -> Tensor:
    """Return the real part; of real numbers `x` itself.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape, real.
    """


@primitive(rules.real_part)
def imag(x: TensorLike) -> Tensor:
    """Return the imaginary part; of real numbers zeros.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape, real.
    """


@derived()
def conjugate(x: TensorLike) -> Tensor:
    """Return `x` with the sign of its imaginary part changed; real numbers are their own.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape and dtype.
    """
    return complex_of(real(x), negative(imag(x))) if is_complex(x.dtype) else x


conj = conjugate


@derived(to_float=True)
def polar(abs_: TensorLike, angle: TensorLike) -> Tensor:
    """Return the complex numbers ``abs_ * (cos(angle) + i sin(angle))``.

    Args:
        abs_: Magnitudes.
        angle: Angles in radians, broadcast against them.

    Returns:
        Tensor of complex64, or of complex128 for float64.

    >>> from polykeras import ops
    >>> ops.convert_to_numpy(ops.real(ops.nn.polar(2.0, [0.0, 3.1415927]))).tolist()
    [2.0, -2.0]
    """
    dtype = "float64" if standardize_dtype(abs_.dtype) == "float64" else "float32"  # complex numbers have no less
    magnitude, angle = cast(abs_, dtype), cast(angle, dtype)
    return complex_of(magnitude * cos(angle), magnitude * sin(angle))


@derived(to_float=True)
def angle(x: TensorLike) -> Tensor:
    """Return the angle to the positive real axis, in radians from -pi to pi; signs of zeros count.

    Its gradient at zero is zero.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape, real and floating; for real numbers 0 or pi, by their sign bit.

    >>> import numpy
    >>> from polykeras import ops
    >>> float(ops.angle(numpy.array(1j, "complex64")))
    1.57079...
    """
    if is_float(x.dtype):
        return where(isnan(x), stop_gradient(x), where(signbit(x), full_like(x, math.pi), zeros_like(x)))
    a, b = real(x), imag(x)
    # At the origin the arc tangent has no gradient, and a value by the signs of the zeros.
    origin = logical_and(equal(a, 0), equal(b, 0))
    side = where(signbit(a), full_like(a, -1), ones_like(a))
    return arctan2(where(origin, stop_gradient(b), b), where(origin, side, a))


@derived()
def isreal(x: TensorLike) -> Tensor:
    """Return where elements have no imaginary part.

    Args:
        x: Tensor.

    Returns:
        Boolean tensor of the same shape; true everywhere for real dtypes.
    """
    return equal(imag(x), 0) if is_complex(x.dtype) else ones_like(x, "bool")


@derived(to_float=True)
def view_as_complex(x: TensorLike) -> Tensor:
    """Return pairs of real numbers as complex ones.

    Args:
        x: Real tensor of shape ``(..., 2)``: real and imaginary part along the last axis.

    Returns:
        Tensor of shape ``(...)``: complex128 for float64, otherwise complex64.

    Raises:
        ValueError: If the last axis has not two elements, or these are complex already.
    """
    last = shape(x)[-1] if ndim(x) else 0
    if is_complex(x.dtype) or (known(last) and last != 2):
        raise RuleError(
            "takes pairs of a real and an imaginary part",
            f"shape {tuple(x.shape)} of {standardize_dtype(x.dtype)}",
            "real numbers, with a last axis of size 2",
            "Stack the parts with `ops.stack([real, imag], axis=-1)`.",
        )
    pairs = x if standardize_dtype(x.dtype) == "float64" else cast(x, "float32")
    return complex_of(get_item(pairs, (..., 0)), get_item(pairs, (..., 1)))


@derived()
def view_as_real(x: TensorLike) -> Tensor:
    """Return complex numbers as pairs of real ones: the inverse of `view_as_complex`.

    Args:
        x: Tensor of shape ``(...)``.

    Returns:
        Tensor of shape ``(..., 2)``: real and imaginary part along the last axis.
    """
    return stack([real(x), imag(x)], -1)
