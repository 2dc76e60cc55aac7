"""Ops that fold axes: reductions, running totals and differences, order and rank.

Axes may be negative, a tuple, or ``None`` for all of them; ``()`` folds nothing. Sums and products of
integers narrower than 32 bits, and of booleans, are 32 bits wide. Positions are int32. The builtins of
the same names are not used in this module.
"""

from __future__ import annotations

from polykeras.backend.dtypes import is_complex
from polykeras.ops import shape_rules as rules
from polykeras.ops.arithmetic import absolute, add, square, subtract
from polykeras.ops.casting import cast, stop_gradient
from polykeras.ops.comparison import greater, isfinite, isnan, less, logical_and, logical_not, not_equal, where
from polykeras.ops.conversion import dtype as dtype_of
from polykeras.ops.conversion import ndim, shape
from polykeras.ops.creation import zeros_like
from polykeras.ops.dispatch import derived, primitive
from polykeras.ops.exponential import exp, log, sqrt
from polykeras.ops.indexing import diagonal, get_item, take_along_axis
from polykeras.ops.manipulation import expand_dims, squeeze
from polykeras.ops.rule_error import RuleError
from polykeras.ops.shape_rules.spec import axis_index, axis_indices
from polykeras.ops.types import Axis, DType, Tensor, TensorLike


@primitive(rules.reduce_sum)
def sum(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return the sum along `axis`.

    Args:
        x: Tensor.
        axis: Axis or axes to fold; ``None`` for all.
        keepdims: Keep folded axes with size 1.

    Returns:
        Tensor without `axis`, at least 32 bits wide for integers and booleans.
    """


@primitive(rules.reduce_sum)
def prod(x: TensorLike, axis: Axis = None, keepdims: bool = False, dtype: DType = None) -> Tensor:
    """Return the product along `axis`.

    Args:
        x: Tensor.
        axis: Axis or axes to fold; ``None`` for all.
        keepdims: Keep folded axes with size 1.
        dtype: Dtype of the result and of the products; by default as for `sum`.

    Returns:
        Tensor without `axis`.
    """


@primitive(rules.reduce, to_float=True)
def mean(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return the arithmetic mean along `axis`; ``nan`` of no elements.

    Args:
        x: Tensor.
        axis: Axis or axes to fold; ``None`` for all.
        keepdims: Keep folded axes with size 1.

    Returns:
        Floating tensor without `axis`.
    """


@primitive(rules.reduce_extreme)
def max(x: TensorLike, axis: Axis = None, keepdims: bool = False, initial: float | None = None) -> Tensor:
    """Return the largest element along `axis`, ``nan`` if there is one.

    Args:
        x: Tensor.
        axis: Axis or axes to fold; ``None`` for all.
        keepdims: Keep folded axes with size 1.
        initial: Least value of the result; needed where no element is folded.

    Returns:
        Tensor without `axis`, in the dtype of `x`.

    Raises:
        ValueError: If no element is folded and `initial` is not given.
    """


@primitive(rules.reduce_extreme)
def min(x: TensorLike, axis: Axis = None, keepdims: bool = False, initial: float | None = None) -> Tensor:
    """Return the smallest element along `axis`, ``nan`` if there is one.

    Args:
        x: Tensor.
        axis: Axis or axes to fold; ``None`` for all.
        keepdims: Keep folded axes with size 1.
        initial: Greatest value of the result; needed where no element is folded.

    Returns:
        Tensor without `axis`, in the dtype of `x`.

    Raises:
        ValueError: If no element is folded and `initial` is not given.
    """


@derived()
def amax(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return the largest element along `axis`, as `max` does.

    Args:
        x: Tensor.
        axis: Axis or axes to fold; ``None`` for all.
        keepdims: Keep folded axes with size 1.

    Returns:
        Tensor without `axis`, in the dtype of `x`.
    """
    return max(x, axis, keepdims)


@derived()
def amin(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return the smallest element along `axis`, as `min` does.

    Args:
        x: Tensor.
        axis: Axis or axes to fold; ``None`` for all.
        keepdims: Keep folded axes with size 1.

    Returns:
        Tensor without `axis`, in the dtype of `x`.
    """
    return min(x, axis, keepdims)


@derived()
def ptp(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return the distance from the smallest to the largest element along `axis` ("peak to peak").

    Args:
        x: Tensor of numbers. Distances that a narrow integer dtype cannot hold wrap around in it.
        axis: Axis or axes to fold; ``None`` for all.
        keepdims: Keep folded axes with size 1.

    Returns:
        Tensor without `axis`, in the dtype of `x`; ``nan`` where there is one.

    >>> from polykeras import ops
    >>> ops.convert_to_numpy(ops.ptp([[3, 1, 4], [1, 5, 9]], axis=1)).tolist()
    [3, 8]
    """
    return subtract(max(x, axis, keepdims), min(x, axis, keepdims))


@primitive(rules.reduce_bool)
def any(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return whether some element along `axis` is true or not zero.

    Args:
        x: Tensor.
        axis: Axis or axes to fold; ``None`` for all.
        keepdims: Keep folded axes with size 1.

    Returns:
        Boolean tensor without `axis`.
    """


@primitive(rules.reduce_bool)
def all(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return whether every element along `axis` is true or not zero.

    Args:
        x: Tensor.
        axis: Axis or axes to fold; ``None`` for all.
        keepdims: Keep folded axes with size 1.

    Returns:
        Boolean tensor without `axis`.
    """


@primitive(rules.reduce_arg)
def argmax(x: TensorLike, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """Return the position of the largest element along `axis`: the first of equals, or the first ``nan``.

    Args:
        x: Tensor.
        axis: Axis to fold; with ``None`` the position counts through all of `x`, made flat.
        keepdims: Keep the folded axis with size 1.

    Returns:
        Tensor of int32 without `axis`.

    Raises:
        ValueError: If there is no element along the axis.
    """


@primitive(rules.reduce_arg)
def argmin(x: TensorLike, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """Return the position of the smallest element along `axis`: the first of equals, or the first ``nan``.

    Args:
        x: Tensor.
        axis: Axis to fold; with ``None`` the position counts through all of `x`, made flat.
        keepdims: Keep the folded axis with size 1.

    Returns:
        Tensor of int32 without `axis`.

    Raises:
        ValueError: If there is no element along the axis.
    """


@derived(to_float=True)
def var(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return the variance along `axis`: the mean squared distance from the mean.

    Args:
        x: Tensor.
        axis: Axis or axes to fold; ``None`` for all.
        keepdims: Keep folded axes with size 1.

    Returns:
        Floating tensor without `axis`, real.
    """
    away = subtract(x, mean(x, axis, keepdims=True))
    return mean(square(absolute(away) if is_complex(x.dtype) else away), axis, keepdims)


@derived(to_float=True)
def std(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return the standard deviation along `axis`: the square root of `var`.

    Args:
        x: Tensor.
        axis: Axis or axes to fold; ``None`` for all.
        keepdims: Keep folded axes with size 1.

    Returns:
        Floating tensor without `axis`.
    """
    return sqrt(var(x, axis, keepdims))


@derived(to_float=True)
def logsumexp(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return ``log(sum(exp(x)))`` along `axis` without overflow.

    Args:
        x: Tensor.
        axis: Axis or axes to fold; ``None`` for all.
        keepdims: Keep folded axes with size 1.

    Returns:
        Floating tensor without `axis`.
    """
    peak = stop_gradient(max(x, axis, keepdims=True))
    # A row of -inf has peak -inf, and -inf - -inf is nan; zero there keeps the answer at -inf.
    peak = where(isfinite(peak), peak, zeros_like(peak))
    total = add(log(sum(exp(subtract(x, peak)), axis, keepdims=True)), peak)
    return total if keepdims else squeeze(total, axis_indices(axis, len(shape(x))))


@derived()
def trace(x: TensorLike, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """Return the sum along a diagonal of two axes.

    Args:
        x: Tensor with at least two axes.
        offset: Which diagonal: 0 the main one, above it positive, below it negative.
        axis1: Axis of the rows.
        axis2: Axis of the columns.

    Returns:
        Tensor with two axes less, in the dtype that a sum has.
    """
    return sum(diagonal(x, offset, axis1, axis2), -1)


@primitive(rules.cumulative)
def cumsum(x: TensorLike, axis: int | None = None, dtype: DType = None) -> Tensor:
    """Return the running totals along `axis`.

    Args:
        x: Tensor.
        axis: Axis to run along; with ``None``, all of `x`, made flat.
        dtype: Dtype of the result; that of `x`, or int32 for booleans, by default.

    Returns:
        Tensor of the same shape, or of one axis with ``axis=None``.
    """


@derived()
def diff(a: TensorLike, n: int = 1, axis: int = -1) -> Tensor:
    """Return the differences of neighbours along `axis`: ``a[1:] - a[:-1]``, `n` times.

    Args:
        a: Tensor of at least one axis. Of booleans the answer says where neighbours differ; differences of
            unsigned integers wrap around.
        n: How many times, at least 0.
        axis: Axis along which neighbours stand.

    Returns:
        Tensor of the same dtype, whose `axis` is shorter by `n`, or empty.

    Raises:
        ValueError: If `n` is negative, or `a` has no such axis.

    >>> from polykeras import ops
    >>> ops.convert_to_numpy(ops.diff([1, 4, 9, 16])).tolist()
    [3, 5, 7]
    """
    if n < 0:
        raise RuleError("takes differences n times", f"n={n}", "n of 0 or more", "Use `ops.cumsum` for sums.")
    lead = (slice(None),) * axis_index(axis, ndim(a))
    minus = not_equal if dtype_of(a) == "bool" else subtract
    for _ in range(n):
        if shape(a)[len(lead)] == 0:
            break
        a = minus(get_item(a, (*lead, slice(1, None))), get_item(a, (*lead, slice(None, -1))))
    return a


@primitive(rules.cumulative)
def cumprod(x: TensorLike, axis: int | None = None, dtype: DType = None) -> Tensor:
    """Return the running products along `axis`.

    Args:
        x: Tensor.
        axis: Axis to run along; with ``None``, all of `x`, made flat.
        dtype: Dtype of the result; that of `x`, or int32 for booleans, by default.

    Returns:
        Tensor of the same shape, or of one axis with ``axis=None``.
    """


@derived()
def count_nonzero(x: TensorLike, axis: Axis = None) -> Tensor:
    """Return how many elements along `axis` are true or not zero.

    Args:
        x: Tensor.
        axis: Axis or axes to fold; ``None`` for all.

    Returns:
        Tensor of int32 without `axis`.
    """
    return sum(cast(not_equal(x, zeros_like(x)), "int32"), axis)


@primitive(rules.sort)
def sort(x: TensorLike, axis: int | None = -1) -> Tensor:
    """Return `x` in ascending order along `axis`, ``nan`` last.

    Args:
        x: Tensor.
        axis: Axis to sort along; with ``None``, all of `x`, made flat.

    Returns:
        Tensor of the same shape, or of one axis with ``axis=None``.
    """


@primitive(rules.argsort)
def argsort(x: TensorLike, axis: int | None = -1) -> Tensor:
    """Return the positions that sort `x` along `axis`; equal elements keep their order.

    Args:
        x: Tensor.
        axis: Axis to sort along; with ``None``, all of `x`, made flat.

    Returns:
        Tensor of int32 of the same shape, or of one axis with ``axis=None``.
    """


@primitive(rules.top_k)
def top_k(x: TensorLike, k: int, sorted: bool = True) -> Tensor:
    """Return the `k` largest elements along the last axis, and where they stand.

    Args:
        x: Tensor with at least one axis.
        k: How many.
        sorted: Whether they come in descending order; otherwise in any.

    Returns:
        ``(values, positions)``, both of shape ``(..., k)``, positions as int32. Which one of equal
        elements is taken depends on the backend.
    """


@derived(promote=())
def in_top_k(targets: TensorLike, predictions: TensorLike, k: int) -> Tensor:
    """Return whether each target class is among the `k` with the highest predictions.

    Classes that tie with the target at the boundary do not push it out.

    Args:
        targets: Integer classes of shape ``(batch,)``.
        predictions: Scores of shape ``(batch, classes)``.
        k: How many classes count as the top.

    Returns:
        Boolean tensor of shape ``(batch,)``; false where the class does not exist or its score is ``nan``.
    """
    classes = shape(predictions)[-1]
    exists = logical_and(greater(targets, -1), less(targets, classes))
    safe = where(exists, targets, zeros_like(targets))
    score = take_along_axis(predictions, expand_dims(safe, -1), -1)  # (batch, 1)
    above = sum(greater(predictions, score), -1)
    return logical_and(logical_and(less(above, k), exists), logical_not(isnan(squeeze(score, -1))))
