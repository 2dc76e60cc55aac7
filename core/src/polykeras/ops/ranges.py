"""Numbers spread over a range by their logarithms, powers of numbers, and grids of coordinates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras.backend import dtypes
from polykeras.ops import shape_rules as rules
from polykeras.ops.arithmetic import absolute, divide, multiply, power, subtract
from polykeras.ops.arithmetic import round as round_of
from polykeras.ops.casting import cast
from polykeras.ops.comparison import equal, less_equal, where
from polykeras.ops.conversion import convert_to_tensor
from polykeras.ops.conversion import dtype as dtype_name
from polykeras.ops.conversion import shape as shape_of
from polykeras.ops.creation import arange, bound_dtype, linspace
from polykeras.ops.dispatch import derived
from polykeras.ops.exponential import exp2, log2
from polykeras.ops.manipulation import broadcast_to, expand_dims, moveaxis, reshape
from polykeras.ops.shape_rules import Spec
from polykeras.ops.types import DType, Size, Tensor, TensorLike


def logspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    base: Any = 10,
    dtype: DType = None,
    axis: int = 0,
) -> Tensor:
    """Return the powers of `base` whose exponents are evenly spaced.

    Args:
        start: First exponent, or a tensor of first exponents.
        stop: Last exponent, or a tensor of last exponents, which broadcasts with `start`.
        num: How many.
        endpoint: Whether `stop` is the last one.
        base: Base.
        dtype: Dtype; by default that of `start` and `stop`, at least floatx.
        axis: Where the new axis stands in the result.

    Returns:
        Tensor with a new axis of size `num`.
    """
    own = dtypes.to_float_dtype(dtypes.result_type(bound_dtype(start), bound_dtype(stop)))
    target = own if dtype is None else dtypes.standardize_dtype(dtype)
    kind = target if dtypes.is_float(target) else own
    exponents = linspace(start, stop, num, endpoint, dtype=kind, axis=axis)
    return _as_asked(power(cast(base, kind), exponents), target)


def geomspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    dtype: DType = None,
    axis: int = 0,
) -> Tensor:
    """Return numbers from `start` to `stop` of which each is the same multiple of the one before.

    Args:
        start: First number, or a tensor of first numbers; not 0.
        stop: Last number, or a tensor of last numbers, of the same sign; broadcasts with `start`.
        num: How many.
        endpoint: Whether `stop` is the last one; otherwise it is where the next one would be.
        dtype: Dtype; by default that of `start` and `stop`, at least floatx.
        axis: Where the new axis stands in the result.

    Returns:
        Tensor with a new axis of size `num`.
    """
    own = dtypes.to_float_dtype(dtypes.result_type(bound_dtype(start), bound_dtype(stop)))
    target = own if dtype is None else dtypes.standardize_dtype(dtype)
    kind = target if dtypes.is_float(target) else own
    first, last = convert_to_tensor(start, kind), convert_to_tensor(stop, kind)
    exponents = linspace(0.0, log2(divide(last, first)), num, endpoint, dtype=kind)
    points = multiply(exp2(exponents), first)
    place = reshape(arange(num), (num,) + (1,) * (len(shape_of(points)) - 1))
    points = where(equal(place, 0), first, points)
    if endpoint and num > 1:  # rounding must not move the ends
        points = where(equal(place, num - 1), last, points)
    return _as_asked(moveaxis(points, 0, axis), target)


def _as_asked(points: Tensor, target: str) -> Tensor:
    """Return floats in the dtype that is asked for; rounding alone must not make a whole number smaller by one."""
    if dtypes.is_float(target):
        return cast(points, target)
    whole = round_of(points)
    near = less_equal(absolute(subtract(points, whole)), multiply(absolute(points), 1e-5))
    return cast(where(near, whole, points), target)


@derived()
def vander(x: TensorLike, N: Size | None = None, increasing: bool = False) -> Tensor:  # noqa: N803 - Keras' own
    """Return the Vandermonde matrix: the powers of each element, in columns.

    Args:
        x: Tensor of shape ``(rows,)``; booleans count as int32.
        N: Number of columns; as many as rows by default.
        increasing: Whether the powers rise from left to right.

    Returns:
        Tensor of shape ``(rows, N)``.

    Raises:
        ValueError: If `x` has not one axis.
    """
    rules.vector(Spec(shape_of(x), dtype_name(x)))
    number = cast(x, "int32") if dtype_name(x) == "bool" else x
    columns = shape_of(x)[0] if N is None else N
    exponents = arange(columns)
    if not increasing:
        exponents = subtract(subtract(columns, 1), exponents)
    base = expand_dims(number, 1)
    zeroth = equal(exponents, 0)
    # The slope of x ** 0 is 0 at 0 too.
    return where(zeroth, 1, power(base, cast(where(zeroth, 1, exponents), dtype_name(number))))


def meshgrid(*x: TensorLike, indexing: str = "xy") -> list[Tensor]:
    """Return the coordinates of a grid, a tensor for each axis.

    Args:
        *x: Coordinates along each axis, tensors of one axis each; scalars count as one coordinate.
        indexing: ``"ij"`` for axes in the order of `x`, ``"xy"`` with the first two exchanged.

    Returns:
        As many tensors as there are axes, of one shape.

    Raises:
        ValueError: If a tensor has more than one axis, or there is no such indexing.

    >>> from polykeras import ops
    >>> [one.tolist() for one in map(ops.convert_to_numpy, ops.meshgrid([1, 2], [3, 4, 5], indexing="ij"))]
    [[[1, 1, 1], [2, 2, 2]], [[3, 4, 5], [3, 4, 5]]]
    """
    return list(grid_of(x, indexing))


@derived(promote=())
def grid_of(x: Sequence[TensorLike], indexing: str = "xy") -> Tensor:
    """Return ``meshgrid(*x, indexing=indexing)``: the same op with its axes in one sequence.

    Args:
        x: Coordinates along each axis.
        indexing: ``"ij"`` or ``"xy"``.

    Returns:
        As many tensors.
    """
    rules.grid([Spec(shape_of(one), dtype_name(one)) for one in x], indexing)
    axes = [reshape(one, (-1,)) for one in x]
    order = list(range(len(axes)))
    if indexing == "xy" and len(axes) > 1:
        order[:2] = [1, 0]
    sizes = [shape_of(axis)[0] for axis in axes]
    shape: list[Size] = [0] * len(axes)
    for size, place in zip(sizes, order, strict=True):
        shape[place] = size
    return [
        broadcast_to(reshape(axis, [size if at == place else 1 for at in range(len(axes))]), shape)
        for axis, size, place in zip(axes, sizes, order, strict=True)
    ]
