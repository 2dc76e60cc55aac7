"""Ops that make tensors out of shapes and numbers, or in the likeness of another tensor.

Without `dtype`, floats are floatx and ranges of ints int32. Sizes may be what `ops.shape` returned.
"""

from __future__ import annotations

from typing import Any

from polykeras.backend import dtypes
from polykeras.ops import shape_rules as rules
from polykeras.ops.arithmetic import add, divide, multiply, subtract
from polykeras.ops.casting import cast
from polykeras.ops.comparison import equal, less_equal, where
from polykeras.ops.conversion import convert_to_tensor
from polykeras.ops.conversion import dtype as dtype_name
from polykeras.ops.conversion import shape as shape_of
from polykeras.ops.dispatch import derived, primitive
from polykeras.ops.manipulation import expand_dims, moveaxis, reshape
from polykeras.ops.types import DType, Shape, Size, Tensor, TensorLike


@primitive(rules.zeros)
def zeros(shape: Shape, dtype: DType = None) -> Tensor:
    """Return zeros.

    Args:
        shape: Sizes.
        dtype: Dtype; floatx by default.

    Returns:
        Tensor of `shape`; of booleans, all false.
    """


@primitive(rules.zeros)
def ones(shape: Shape, dtype: DType = None) -> Tensor:
    """Return ones.

    Args:
        shape: Sizes.
        dtype: Dtype; floatx by default.

    Returns:
        Tensor of `shape`; of booleans, all true.
    """


@derived()
def empty(shape: Shape, dtype: DType = None) -> Tensor:
    """Return a tensor whose values are not to be relied on; here they are zeros.

    Args:
        shape: Sizes.
        dtype: Dtype; floatx by default.

    Returns:
        Tensor of `shape`.
    """
    return zeros(shape, dtype)


@primitive(rules.full)
def full(shape: Shape, fill_value: Any, dtype: DType = None) -> Tensor:
    """Return a tensor filled with one value.

    Args:
        shape: Sizes.
        fill_value: A number, or an array or tensor that broadcasts to `shape`; not symbolic.
        dtype: Dtype; floatx by default.

    Returns:
        Tensor of `shape`.
    """


@primitive(rules.like)
def zeros_like(x: TensorLike, dtype: DType = None) -> Tensor:
    """Return zeros in the shape of `x`.

    Args:
        x: Tensor.
        dtype: Dtype; that of `x` by default.

    Returns:
        Tensor of the shape of `x`.
    """


@primitive(rules.like)
def ones_like(x: TensorLike, dtype: DType = None) -> Tensor:
    """Return ones in the shape of `x`.

    Args:
        x: Tensor.
        dtype: Dtype; that of `x` by default.

    Returns:
        Tensor of the shape of `x`.
    """


@derived()
def empty_like(x: TensorLike, dtype: DType = None) -> Tensor:
    """Return a tensor in the shape of `x` whose values are not to be relied on; here they are zeros.

    Args:
        x: Tensor.
        dtype: Dtype; that of `x` by default.

    Returns:
        Tensor of the shape of `x`.
    """
    return zeros_like(x, dtype)


@derived()
def full_like(x: TensorLike, fill_value: Any, dtype: DType = None) -> Tensor:
    """Return a tensor in the shape of `x`, filled with one value.

    Args:
        x: Tensor.
        fill_value: A number, or an array or tensor that broadcasts to the shape of `x`; not symbolic.
        dtype: Dtype; that of `x` by default.

    Returns:
        Tensor of the shape of `x`.
    """
    return full(shape_of(x), fill_value, dtype_name(x) if dtype is None else dtype)


@primitive(rules.arange)
def arange(start: Any, stop: Any = None, step: Any = None, dtype: DType = None) -> Tensor:
    """Return ``start, start + step, ...`` up to but without `stop`.

    Args:
        start: First number; with no `stop`, that is `start` and counting begins at 0.
        stop: Where to end.
        step: Distance, not 0; 1 by default.
        dtype: Dtype; by default int32 for ints and floatx for floats, or that of a tensor among them.

    Returns:
        Tensor of shape ``(ceil((stop - start) / step),)``.
    """


@primitive(rules.eye)
def eye(N: Size, M: Size | None = None, k: int = 0, dtype: DType = None) -> Tensor:  # noqa: N803 - Keras' own
    """Return ones on a diagonal and zeros elsewhere.

    Args:
        N: Rows.
        M: Columns; `N` by default.
        k: Which diagonal: 0 the main one, above it positive, below it negative.
        dtype: Dtype; floatx by default.

    Returns:
        Tensor of shape ``(N, M)``.
    """


@derived()
def identity(n: Size, dtype: DType = None) -> Tensor:
    """Return the identity matrix.

    Args:
        n: Rows and columns.
        dtype: Dtype; floatx by default.

    Returns:
        Tensor of shape ``(n, n)``.
    """
    return eye(n, n, 0, dtype)


@derived()
def tri(N: Size, M: Size | None = None, k: int = 0, dtype: DType = None) -> Tensor:  # noqa: N803 - Keras' own
    """Return ones at and below a diagonal and zeros above.

    Args:
        N: Rows.
        M: Columns; `N` by default.
        k: Which diagonal: 0 the main one, above it positive, below it negative.
        dtype: Dtype; floatx by default.

    Returns:
        Tensor of shape ``(N, M)``.
    """
    row, column = expand_dims(arange(N), 1), arange(N if M is None else M)
    return cast(less_equal(column, add(row, k)), dtype)


@primitive(rules.triangle)
def tril(x: TensorLike, k: int = 0) -> Tensor:
    """Return `x` with zeros above a diagonal of its last two axes.

    Args:
        x: Tensor of shape ``(..., rows, columns)``.
        k: Which diagonal: 0 the main one, above it positive, below it negative.

    Returns:
        Tensor of the same shape.

    Raises:
        ValueError: If `x` has fewer than two axes.
    """


@primitive(rules.triangle)
def triu(x: TensorLike, k: int = 0) -> Tensor:
    """Return `x` with zeros below a diagonal of its last two axes.

    Args:
        x: Tensor of shape ``(..., rows, columns)``.
        k: Which diagonal: 0 the main one, above it positive, below it negative.

    Returns:
        Tensor of the same shape.

    Raises:
        ValueError: If `x` has fewer than two axes.
    """


@derived(rules.linspace)
def linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: DType = None,
    axis: int = 0,
) -> Tensor:
    """Return evenly spaced numbers from `start` to `stop`.

    Args:
        start: First number, or a tensor of first numbers.
        stop: Last number, or a tensor of last numbers, which broadcasts with `start`.
        num: How many.
        endpoint: Whether `stop` is the last one; otherwise it is where the next one would be.
        retstep: Whether to return their distance too.
        dtype: Dtype; by default that of `start` and `stop`, at least floatx.
        axis: Where the new axis stands in the result.

    Returns:
        Tensor with a new axis of size `num`, or with `retstep` the pair ``(tensor, distance)``.
    """
    own = dtypes.to_float_dtype(dtypes.result_type(bound_dtype(start), bound_dtype(stop)))
    target = own if dtype is None else dtypes.standardize_dtype(dtype)
    # Python numbers go straight to the target, or float64 results would start from floatx values.
    kind = target if dtypes.is_float(target) else own
    start, stop = convert_to_tensor(start, kind), convert_to_tensor(stop, kind)
    gaps = num - 1 if endpoint else num
    position = arange(num)
    column = reshape(cast(position, kind), (num,) + (1,) * len(shape_of(subtract(stop, start))))
    step = divide(subtract(stop, start), cast(gaps, kind))
    points = add(start, multiply(column, step if num > 1 else subtract(stop, start)))
    if endpoint and num > 1:
        # Rounding must not move the last point.
        points = where(equal(column, cast(gaps, kind)), stop, points)
    result = cast(moveaxis(points, 0, axis), target)
    return (result, step) if retstep else result


def bound_dtype(bound: Any) -> Any:
    """Return the dtype of a tensor, or of a Python number the kind."""
    return bound.dtype if hasattr(bound, "dtype") else "float" if isinstance(bound, float) else "int"
