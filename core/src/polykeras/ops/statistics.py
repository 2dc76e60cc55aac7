"""Averages, quantiles, correlation, histograms and integrals.

Results are floating, except counts and positions, which are int32; a histogram counts in the dtype of its edges. What
is asked of no elements at all is ``nan``. Positions between elements are found in float32, or in float64 of float64,
whatever the dtype of the data.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from polykeras.ops import shape_rules as rules
from polykeras.ops.arithmetic import add, ceil, clip, divide, floor, maximum, multiply, round, subtract
from polykeras.ops.casting import cast
from polykeras.ops.comparison import equal, greater, greater_equal, isnan, less_equal, logical_and, logical_not, where
from polykeras.ops.conversion import convert_to_tensor
from polykeras.ops.conversion import dtype as dtype_of
from polykeras.ops.conversion import shape as shape_of
from polykeras.ops.conversion import size as size_of
from polykeras.ops.convolution import conv
from polykeras.ops.creation import arange, full, linspace, ones_like, zeros
from polykeras.ops.dims import agree, as_shape, known
from polykeras.ops.dispatch import derived
from polykeras.ops.exponential import sqrt
from polykeras.ops.indexing import diagonal, get_item, searchsorted, take, take_along_axis
from polykeras.ops.linear import matmul
from polykeras.ops.manipulation import concatenate, expand_dims, flip, moveaxis, pad, ravel, reshape, transpose
from polykeras.ops.reduce import max as max_of
from polykeras.ops.reduce import mean, sort
from polykeras.ops.reduce import min as min_of
from polykeras.ops.reduce import sum as sum_of
from polykeras.ops.rule_error import RuleError
from polykeras.ops.segments import known_int, segment_sum
from polykeras.ops.shape_rules.spec import axis_indices
from polykeras.ops.types import Axis, Size, Tensor, TensorLike

METHODS = ("linear", "lower", "higher", "midpoint", "nearest")
"""What a quantile between two elements may be."""


@derived(to_float=True)
def average(x: TensorLike, axis: Axis = None, weights: TensorLike | None = None) -> Tensor:
    """Return the weighted mean along `axis`: ``sum(x * weights) / sum(weights)``.

    Args:
        x: Tensor.
        axis: Axis or axes to fold; ``None`` for all.
        weights: Tensor of the shape of `x`, or with the axes `axis` alone; all equal by default.

    Returns:
        Floating tensor without `axis`; ``nan`` where the weights sum to zero.

    Raises:
        ValueError: If the shape of the weights is neither.

    >>> from polykeras import ops
    >>> ops.convert_to_numpy(ops.average([[1.0, 3.0], [5.0, 7.0]], 1, [1.0, 3.0])).tolist()
    [2.5, 6.5]
    """
    if weights is None:
        return mean(x, axis)
    sizes, given = shape_of(x), shape_of(weights)
    axes = axis_indices(axis, len(sizes))
    if len(given) == len(sizes):
        _agree(given, sizes, sizes, axes)
    else:
        _agree(given, [sizes[one] for one in axes], sizes, axes)
        order = sorted(range(len(axes)), key=axes.__getitem__)
        weights = reshape(transpose(weights, order), [n if i in axes else 1 for i, n in enumerate(sizes)])
    return divide(sum_of(multiply(x, weights), axes), sum_of(weights, axes))


def _agree(given: Sequence[Size], wanted: Sequence[Size], sizes: Sequence[Size], axes: Sequence[int]) -> None:
    error = RuleError(
        "cannot weight its elements",
        f"weights of shape {as_shape(given)} for a tensor of shape {as_shape(sizes)} and axes {tuple(axes)}",
        f"shape {as_shape(sizes)} or {as_shape(sizes[one] for one in axes)}",
        "Give a weight for each element, or name the axis along which they stand.",
    )
    error.op = "average"
    if len(given) != len(wanted):
        raise error
    try:
        for a, b in zip(given, wanted, strict=True):
            agree(a, b)
    except RuleError:
        raise error from None


def shares(op: str, x: Tensor, q: Any, whole: int) -> Tensor:
    """Return `q`, parts of `whole`, as a tensor of numbers in [0, 1] that holds positions in `x`.

    Raises:
        ValueError: If a number among them lies outside; elements of a tensor are clipped.
    """
    kind = "float64" if dtype_of(x) == "float64" else "float32"
    if isinstance(q, (int, float, list, tuple, np.ndarray, np.generic)):
        given = np.asarray(q)
        if given.dtype.kind in "biuf":
            if not np.all((given >= 0) & (given <= whole)):
                raise ValueError(
                    f"The op `{op}` asks for a part of more than all.\nReceived: q={q!r}.\n"
                    f"Allowed: numbers from 0 to {whole}.\nCorrect `q`."
                )
            return convert_to_tensor(given / whole, kind)
    return clip(divide(cast(convert_to_tensor(q), kind), whole), 0.0, 1.0)


def quantile_of(
    op: str, x: Tensor, q: Tensor, axis: Axis, method: str, keepdims: bool, *, skip_nan: bool = False
) -> Tensor:
    """Return the quantiles `q` of `x` along `axis`: what `quantile` and its like have in common."""
    if method not in METHODS:
        raise ValueError(
            f"The op `{op}` has no such method.\nReceived: method={method!r}.\n"
            f"Allowed: {', '.join(map(repr, METHODS))}.\nCorrect `method`."
        )
    sizes = shape_of(x)
    axes = axis_indices(axis, len(sizes))
    rest = [size for i, size in enumerate(sizes) if i not in axes]
    kept = [1 if i in axes else size for i, size in enumerate(sizes)]
    asked = list(shape_of(q))
    shape = (*asked, *(kept if keepdims else rest))
    count: Size = 1
    for one in axes:
        count = count * sizes[one]
    if count == 0:
        return full(shape, math.nan, dtype_of(x))
    ordered = sort(reshape(transpose(x, [i for i in range(len(sizes)) if i not in axes] + list(axes)), (*rest, count)))
    ordered = moveaxis(ordered, -1, 0)  # (count, *rest)
    flat = reshape(q, (-1,) + (1,) * len(rest))
    last = subtract(sum_of(cast(logical_not(isnan(ordered)), dtype_of(q)), 0), 1) if skip_nan else count - 1
    place = maximum(multiply(flat, last), 0)  # (parts, *rest), or with ones for rest
    result = cast(_between(ordered, place, method), dtype_of(x))
    if not skip_nan:
        highest = get_item(ordered, -1)  # where nan stands after sorting
        result = where(isnan(highest), highest, result)
    return reshape(result, shape)


def _between(ordered: Tensor, place: Tensor, method: str) -> Tensor:
    """Return what lies at positions of the first axis, which need not be whole."""
    if method in {"lower", "higher", "nearest"}:
        return _at(ordered, {"lower": floor, "higher": ceil, "nearest": round}[method](place))
    low, high = floor(place), ceil(place)
    part = subtract(place, low)
    if method == "midpoint":
        part = where(equal(part, 0), part, 0.5)
    # A whole position takes nothing from its neighbour, not even where that is infinite.
    above = where(greater(part, 0), cast(_at(ordered, high), dtype_of(place)), 0.0)
    return add(multiply(cast(_at(ordered, low), dtype_of(place)), subtract(1.0, part)), multiply(above, part))


def _at(ordered: Tensor, place: Tensor) -> Tensor:
    position = cast(place, "int32")
    one_for_all = all(size == 1 for size in shape_of(place)[1:])
    return take(ordered, ravel(position), 0) if one_for_all else take_along_axis(ordered, position, 0)


@derived(promote=("x",), to_float=True)
def quantile(x: TensorLike, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False) -> Tensor:
    """Return the value below which a part `q` of the elements along `axis` lies.

    Of n elements in ascending order it is the one at position ``q * (n - 1)``, counted from 0 (Hyndman and Fan, 1996,
    definition 7).

    Args:
        x: Real tensor.
        q: Part in [0, 1], or several: numbers or a tensor of any shape.
        axis: Axis or axes to fold; ``None`` for all.
        method: What to give between two elements: ``"linear"`` for the point on the line that joins them,
            ``"lower"``, ``"higher"``, ``"midpoint"``, or ``"nearest"``, of two the one at the even position.
        keepdims: Keep folded axes with size 1.

    Returns:
        Floating tensor whose first axes are those of `q`; ``nan`` where there is one.

    Raises:
        ValueError: If a number among `q` lies outside of [0, 1], or there is no such method.

    >>> from polykeras import ops
    >>> ops.convert_to_numpy(ops.quantile([4.0, 1.0, 3.0, 2.0], [0.0, 0.5])).tolist()
    [1.0, 2.5]
    """
    return quantile_of("quantile", x, shares("quantile", x, q, 1), axis, method, keepdims)


@derived(promote=("x",), to_float=True)
def percentile(x: TensorLike, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False) -> Tensor:
    """Return the value below which `q` per cent of the elements along `axis` lie.

    Args:
        x: Real tensor.
        q: Per cent in [0, 100], or several: numbers or a tensor of any shape.
        axis: Axis or axes to fold; ``None`` for all.
        method: What to give between two elements; see `quantile`.
        keepdims: Keep folded axes with size 1.

    Returns:
        Floating tensor whose first axes are those of `q`; ``nan`` where there is one.

    Raises:
        ValueError: If a number among `q` lies outside of [0, 100], or there is no such method.
    """
    return quantile_of("percentile", x, shares("percentile", x, q, 100), axis, method, keepdims)


@derived(to_float=True)
def median(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return the median along `axis`: the middle element, or the mean of the two in the middle.

    Args:
        x: Real tensor.
        axis: Axis or axes to fold; ``None`` for all.
        keepdims: Keep folded axes with size 1.

    Returns:
        Floating tensor without `axis`; ``nan`` where there is one.
    """
    return quantile_of("median", x, shares("median", x, 0.5, 1), axis, "linear", keepdims)


@derived(to_float=True)
def corrcoef(x: TensorLike) -> Tensor:
    """Return the correlation coefficients of the rows of a matrix (Pearson, 1895).

    Args:
        x: Real tensor of shape ``(variables, observations)``, or of one axis for a single variable.

    Returns:
        Floating tensor of shape ``(variables, variables)`` with values in [-1, 1], a scalar for a single variable;
        ``nan`` for variables that do not vary.

    Raises:
        ValueError: If there are more than two axes.
    """
    sizes = shape_of(x)
    if len(sizes) > 2:
        error = RuleError(
            "correlates the rows of a matrix",
            f"shape {as_shape(sizes)}",
            "one axis, or two",
            "Correlate one matrix at a time, or reshape.",
        )
        error.op = "corrcoef"
        raise error
    rows = x if len(sizes) == 2 else reshape(x, (1, -1))
    apart = subtract(rows, mean(rows, -1, keepdims=True))
    products = matmul(apart, transpose(apart))
    spread = sqrt(diagonal(products))
    result = clip(divide(divide(products, expand_dims(spread, 1)), spread), -1.0, 1.0)
    return result if len(sizes) == 2 else reshape(result, ())


@derived(rules.correlate, to_float=True)
def correlate(x1: TensorLike, x2: TensorLike, mode: str = "valid") -> Tensor:
    """Return the sums of products of two sequences, one moved along the other: ``y[k] = sum_n x1[n + k] x2[n]``.

    Args:
        x1: Tensor of shape ``(n,)``.
        x2: Tensor of shape ``(m,)``.
        mode: ``"full"`` for every shift k at which they overlap, ``"same"`` for as many in the middle of these as the
            longer one has elements, ``"valid"`` for those at which the shorter one lies within the longer one.

    Returns:
        Floating tensor of one axis, of size ``n + m - 1``, ``max(n, m)`` or ``max(n, m) - min(n, m) + 1``.

    Raises:
        ValueError: If one of the two has not one axis or is empty, or there is no such mode.

    >>> from polykeras import ops
    >>> ops.convert_to_numpy(ops.correlate([1.0, 2.0, 3.0], [0.0, 1.0, 0.5])).tolist()
    [3.5]
    """
    rules.infer("correlate", rules.correlate, [rules.Spec(shape_of(one), dtype_of(one)) for one in (x1, x2)] + [mode])
    n, m = shape_of(x1)[0], shape_of(x2)[0]
    if n < m:  # the kernel is the shorter one; turning both round keeps the sums and reverses their order
        return flip(correlate(x2, x1, mode), 0)
    before, after = {"full": (m - 1, m - 1), "same": (m // 2, m - 1 - m // 2), "valid": (0, 0)}[mode]
    sequence = reshape(pad(x1, ((before, after),)), (1, -1, 1))
    return reshape(conv(sequence, reshape(x2, (-1, 1, 1)), 1, "valid"), (-1,))


@derived(to_float=True)
def histogram(x: TensorLike, bins: int = 10, range: tuple[float, float] | None = None) -> Tensor:
    """Return how many elements fall into each of several intervals of equal width.

    Args:
        x: Real tensor of any shape.
        bins: How many intervals, at least 1.
        range: Ends of the first and the last one; by default the least and the greatest element. Where the two are
            equal the intervals reach from 0.5 below to 0.5 above.

    Returns:
        ``(counts, edges)`` of shapes ``(bins,)`` and ``(bins + 1,)``, both floating. An interval holds its lower edge,
        the last one its upper edge too; elements outside and ``nan`` are not counted.

    Raises:
        ValueError: If there are no bins, or the range is reversed.
        TypeError: If `bins` is not an int.
    """
    _check_bins(bins, range)
    flat = cast(ravel(x), "float64" if dtype_of(x) == "float64" else "float32")
    low, high = _ends(flat, range)
    level = equal(low, high)
    low, high = where(level, subtract(low, 0.5), low), where(level, add(high, 0.5), high)
    edges = linspace(low, high, bins + 1)
    within = logical_and(greater_equal(flat, low), less_equal(flat, high))
    # Elements below the second edge are in the first interval, and so on; the last edge opens none.
    place = searchsorted(get_item(edges, slice(1, -1)), flat, "right")
    counts = segment_sum(cast(within, "int32"), place, bins)
    return cast(counts, dtype_of(x)), cast(edges, dtype_of(x))


def _ends(flat: Tensor, range: tuple[float, float] | None) -> tuple[Tensor, Tensor]:
    kind = dtype_of(flat)
    if range is not None:
        return convert_to_tensor(range[0], kind), convert_to_tensor(range[1], kind)
    if size_of(flat) == 0:
        return convert_to_tensor(0.0, kind), convert_to_tensor(1.0, kind)
    return min_of(flat), max_of(flat)


def _check_bins(bins: Any, range: Any) -> None:
    if isinstance(bins, bool) or not isinstance(bins, (int, np.integer)):
        raise TypeError(
            f"The op `histogram` divides a range into equal intervals.\nReceived: bins={bins!r}.\n"
            "Allowed: an int, how many.\nFor other edges count what `ops.digitize` gives with `ops.bincount`."
        )
    if bins < 1:
        raise ValueError(
            f"The op `histogram` needs an interval.\nReceived: bins={bins}.\nAllowed: 1 or more.\nCorrect `bins`."
        )
    if range is not None and (len(range) != 2 or not range[0] <= range[1]):
        raise ValueError(
            f"The op `histogram` needs a range from low to high.\nReceived: range={range!r}.\n"
            "Allowed: two numbers, the second not below the first.\nCorrect `range`."
        )


@derived(rules.bincount, promote=())
def bincount(x: TensorLike, weights: TensorLike | None = None, minlength: int = 0, sparse: bool = False) -> Tensor:
    """Return how often each of the integers 0, 1, 2, ... occurs, or the sum of the weights where it does.

    The size of the result follows from the values, so code that is compiled for shapes alone cannot call this; in other
    compiled code negative integers are not counted.

    Args:
        x: Tensor of integers >= 0, of shape ``(n,)`` or ``(batch, n)``; rows are counted apart.
        weights: Tensor of the shape of `x`.
        minlength: Least size of the last axis of the result.
        sparse: Sparse tensors are not offered; ``True`` is refused.

    Returns:
        Tensor of shape ``(m,)`` or ``(batch, m)`` with m the greatest element plus 1, or `minlength` where that is
        more: int32, or the dtype of the weights.

    Raises:
        ValueError: If an element is negative, `x` has another number of axes or no integers, the shapes differ, or a
            sparse result is asked for.

    >>> from polykeras import ops
    >>> ops.convert_to_numpy(ops.bincount([1, 2, 1, 4])).tolist()
    [0, 2, 1, 0, 1]
    """
    specs = [None if one is None else rules.Spec(shape_of(one), dtype_of(one)) for one in (x, weights)]
    rules.infer("bincount", rules.bincount, [*specs, minlength, sparse])
    given = cast(ones_like(x), "int32") if weights is None else weights
    if dtype_of(given) == "bool":
        given = cast(given, "int32")
    x = cast(x, "int32")
    _refuse_negative(x)
    # One more element without weight stands at the end of what is asked for.
    if len(shape_of(x)) == 1:
        x = concatenate([x, full((1,), minlength - 1, "int32")])
        return segment_sum(concatenate([given, zeros((1,), dtype_of(given))]), x)
    batch = shape_of(x)[0]
    length = maximum(add(max_of(x), 1), minlength) if size_of(x) else cast(minlength, "int32")
    rows = add(x, expand_dims(multiply(arange(batch, dtype="int32"), length), 1))
    rows = concatenate([ravel(rows), reshape(subtract(multiply(length, batch), 1), (1,))])
    counts = segment_sum(concatenate([ravel(given), zeros((1,), dtype_of(given))]), rows)
    return reshape(counts, (batch, -1 if batch else minlength))


def _refuse_negative(x: Tensor) -> None:
    """Refuse negative integers, where there are values: not while code is being compiled."""
    least = known_int(min_of(x)) if size_of(x) else None
    if least is not None and least < 0:
        raise ValueError(
            f"The op `bincount` counts the integers from 0 on.\nReceived: an element {least}.\n"
            "Allowed: integers >= 0.\nAdd an offset, or drop the negative elements."
        )


@derived()
def digitize(x: TensorLike, bins: TensorLike) -> Tensor:
    """Return the interval between edges that each element falls into.

    Args:
        x: Real tensor.
        bins: Edges, ascending or descending, of shape ``(n,)``.

    Returns:
        Tensor of int32 of the shape of `x`: i where ``bins[i - 1] <= x < bins[i]``, or for descending edges
        ``bins[i - 1] > x >= bins[i]``; 0 before the first edge, n behind the
        last one. ``nan`` counts as above all edges.

    Raises:
        ValueError: If the edges have not one axis.

    >>> from polykeras import ops
    >>> ops.convert_to_numpy(ops.digitize([0.2, 6.4, 3.0], [0.0, 1.0, 2.5, 4.0])).tolist()
    [1, 4, 3]
    """
    rules.infer("digitize", rules.searchsorted, [rules.Spec(shape_of(one), dtype_of(one)) for one in (bins, x)])
    if dtype_of(x) == "bool":
        x, bins = cast(x, "int32"), cast(bins, "int32")
    rising = searchsorted(bins, x, "right")
    (count,) = shape_of(bins)
    if count == 0 or (known(count) and count == 1):
        return rising
    falling = subtract(cast(count, "int32"), searchsorted(flip(bins, 0), x, "right"))
    return where(less_equal(get_item(bins, 0), get_item(bins, -1)), rising, falling)


@derived(to_float=True)
def trapezoid(y: TensorLike, x: TensorLike | None = None, dx: float = 1.0, axis: int = -1) -> Tensor:
    """Return the integral along `axis` of the line that joins the points, by the trapezoidal rule.

    Args:
        y: Tensor of values.
        x: Where they are taken: a tensor of one axis, or one that broadcasts to the shape of `y`.
        dx: Distance of the points, unless `x` is given.
        axis: Axis to integrate along.

    Returns:
        Floating tensor without `axis`.

    >>> from polykeras import ops
    >>> float(ops.trapezoid([1.0, 2.0, 3.0]))
    4.0
    """
    rank = len(shape_of(y))
    (at,) = axis_indices(axis, rank)
    heights = divide(add(_part(y, at, 1, None), _part(y, at, None, -1)), 2)
    if x is None:
        return sum_of(multiply(heights, dx), at)
    if len(shape_of(x)) == 1:
        widths = subtract(_part(x, 0, 1, None), _part(x, 0, None, -1))
        widths = reshape(widths, (-1,) + (1,) * (rank - 1 - at))
    else:
        along = at - rank + len(shape_of(x))
        widths = subtract(_part(x, along, 1, None), _part(x, along, None, -1))
    return sum_of(multiply(heights, widths), at)


def _part(x: Tensor, axis: int, start: int | None, stop: int | None) -> Tensor:
    return get_item(x, (slice(None),) * axis + (slice(start, stop),))
