"""Bits of integers, of which a boolean has one, and those of floats, by which neighbours are found."""

from __future__ import annotations

from polykeras.backend.dtypes import UNSIGNED_INTS, dtype_bits, is_float, standardize_dtype
from polykeras.ops import shape_rules as rules
from polykeras.ops.arithmetic import add, negative
from polykeras.ops.casting import stop_gradient
from polykeras.ops.comparison import equal, greater, isnan, less, logical_or, where
from polykeras.ops.creation import full_like, ones_like, zeros_like
from polykeras.ops.dispatch import derived, primitive
from polykeras.ops.types import DType, Tensor, TensorLike


@primitive(rules.broadcast_bits)
def bitwise_and(x: TensorLike, y: TensorLike) -> Tensor:
    """Return the bits set in both.

    Args:
        x: Integer or boolean tensor.
        y: Integer or boolean tensor.

    Returns:
        Tensor of the broadcast shape.
    """


@primitive(rules.broadcast_bits)
def bitwise_or(x: TensorLike, y: TensorLike) -> Tensor:
    """Return the bits set in either.

    Args:
        x: Integer or boolean tensor.
        y: Integer or boolean tensor.

    Returns:
        Tensor of the broadcast shape.
    """


@primitive(rules.broadcast_bits)
def bitwise_xor(x: TensorLike, y: TensorLike) -> Tensor:
    """Return the bits set in exactly one.

    Args:
        x: Integer or boolean tensor.
        y: Integer or boolean tensor.

    Returns:
        Tensor of the broadcast shape.
    """


@primitive(rules.same_bits)
def bitwise_not(x: TensorLike) -> Tensor:
    """Return `x` with every bit turned over.

    Args:
        x: Integer or boolean tensor.

    Returns:
        Tensor of the same shape and dtype.
    """


bitwise_invert = bitwise_not


@primitive(rules.broadcast_bits)
def bitwise_left_shift(x: TensorLike, y: TensorLike) -> Tensor:
    """Return the bits of `x` moved `y` places up: ``x * 2**y``, modulo the width.

    Args:
        x: Integer tensor.
        y: Places, from 0 to below the width of the dtype.

    Returns:
        Tensor of the broadcast shape.
    """


left_shift = bitwise_left_shift


@primitive(rules.broadcast_bits)
def bitwise_right_shift(x: TensorLike, y: TensorLike) -> Tensor:
    """Return the bits of `x` moved `y` places down: ``x // 2**y``.

    Args:
        x: Integer tensor.
        y: Places, from 0 to below the width of the dtype.

    Returns:
        Tensor of the broadcast shape.
    """


right_shift = bitwise_right_shift


@primitive(rules.view)
def view(x: TensorLike, dtype: DType = None) -> Tensor:
    """Return the bits of `x` read as another dtype, without any conversion.

    No gradient flows through it. The order of narrower elements is that of the machine's memory. A byte that is neither
    0 nor 1 makes no valid bool.

    Args:
        x: Tensor.
        dtype: Dtype of the result, that of `x` by default.

    Returns:
        Tensor of the same shape, but for the last axis: that is longer by how much narrower the dtype is, or shorter by
        how much wider.

    Raises:
        ValueError: If the bits of the last axis do not make whole elements; a scalar keeps its width.

    >>> import numpy
    >>> from polykeras import ops
    >>> hex(int(ops.view(numpy.array(1.0, "float32"), "int32")))
    '0x3f800000'
    """


@derived()
def signbit(x: TensorLike) -> Tensor:
    """Return where elements have a minus: below zero, ``-0.0``, and ``nan`` with the bit set.

    Args:
        x: Real tensor.

    Returns:
        Boolean tensor of the same shape.
    """
    own = standardize_dtype(x.dtype)
    if own == "bool" or own in UNSIGNED_INTS:
        return zeros_like(x, "bool")
    return less(view(x, f"int{dtype_bits(own)}") if is_float(own) else x, 0)


@derived(to_float=True)
def nextafter(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return the float next to `x1` on the way to `x2`, or `x2` where they are equal.

    No gradient flows through it. Where a device takes numbers below the smallest normal one for zero, so may this.

    Args:
        x1: Real tensor.
        x2: Real tensor.

    Returns:
        Tensor of the broadcast shape, floating.
    """
    own = standardize_dtype(x1.dtype)
    whole = f"int{dtype_bits(own)}"
    bits = view(x1, whole)  # sign and magnitude: the next magnitude is the next integer
    step = where(equal(less(x1, x2), greater(bits, 0)), ones_like(bits), full_like(bits, -1))
    least = view(ones_like(bits), own)
    beside_zero = where(less(x2, 0), negative(least), least)
    moved = where(logical_or(equal(bits, 0), equal(x1, 0)), beside_zero, view(add(bits, step), own))
    unordered = logical_or(isnan(x1), isnan(x2))
    return stop_gradient(where(unordered, add(x1, x2), where(equal(x1, x2), x2, moved)))
