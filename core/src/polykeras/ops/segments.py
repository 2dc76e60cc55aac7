"""Sums, extremes and products of the rows that bear one number.

Rows whose number is negative, or not below the number of segments, are left out. Where that number is not given it
is read from the values, so that code which is compiled for shapes alone has to give it. Booleans add up and multiply
as int32.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from polykeras.backend import dtypes
from polykeras.backend.current import current
from polykeras.ops import shape_rules as rules
from polykeras.ops.arithmetic import maximum, minimum, multiply
from polykeras.ops.casting import cast, stop_gradient
from polykeras.ops.comparison import equal, greater, greater_equal, less, logical_and, where
from polykeras.ops.conversion import dtype as dtype_of
from polykeras.ops.conversion import shape as shape_of
from polykeras.ops.conversion import size as size_of
from polykeras.ops.creation import arange, full
from polykeras.ops.dispatch import derived
from polykeras.ops.indexing import get_item, scatter_update, searchsorted, take
from polykeras.ops.manipulation import concatenate, expand_dims, reshape
from polykeras.ops.reduce import argsort
from polykeras.ops.reduce import max as max_of
from polykeras.ops.rule_error import RuleError
from polykeras.ops.types import Size, Tensor, TensorLike


@derived(rules.segment_total, promote=())
def segment_sum(
    data: TensorLike, segment_ids: TensorLike, num_segments: Size | None = None, sorted: bool = False
) -> Tensor:
    """Return the sum of the rows of each segment.

    Args:
        data: Tensor of shape ``(n, ...)``.
        segment_ids: Integer tensor of shape ``(n,)``: the segment of each row.
        num_segments: How many segments; by default up to the greatest number among them.
        sorted: Whether the numbers ascend, which some backends make use of.

    Returns:
        Tensor of shape ``(num_segments, ...)``; 0 for a segment without rows.

    Raises:
        ValueError: If there is not one number for each row.

    >>> from polykeras import ops
    >>> ops.convert_to_numpy(ops.segment_sum([1, 2, 3], [0, 2, 0], 3)).tolist()
    [4, 0, 2]
    """
    _check("segment_sum", data, segment_ids, num_segments, sorted)
    data, count = _numbers(data), segment_count("segment_sum", segment_ids, num_segments)
    # What belongs nowhere goes into one segment more, which is cut off.
    rows = full((count + 1, *shape_of(data)[1:]), 0, dtype_of(data))
    added = scatter_update(rows, expand_dims(_places(segment_ids, count), -1), data, "add")
    return get_item(added, slice(None, -1))


@derived(rules.segment_total, promote=())
def segment_prod(
    data: TensorLike, segment_ids: TensorLike, num_segments: Size | None = None, sorted: bool = False
) -> Tensor:
    """Return the product of the rows of each segment.

    Args:
        data: Tensor of shape ``(n, ...)``.
        segment_ids: Integer tensor of shape ``(n,)``: the segment of each row.
        num_segments: How many segments; by default up to the greatest number among them.
        sorted: Whether the numbers ascend, which some backends make use of.

    Returns:
        Tensor of shape ``(num_segments, ...)``; 1 for a segment without rows.

    Raises:
        ValueError: If there is not one number for each row.
    """
    _check("segment_prod", data, segment_ids, num_segments, sorted)
    count = segment_count("segment_prod", segment_ids, num_segments)
    return _folded(_numbers(data), segment_ids, count, multiply, 1)


@derived(rules.segment_extreme, promote=())
def segment_max(
    data: TensorLike, segment_ids: TensorLike, num_segments: Size | None = None, sorted: bool = False
) -> Tensor:
    """Return the greatest elements of the rows of each segment, ``nan`` where there is one.

    Args:
        data: Tensor of shape ``(n, ...)``.
        segment_ids: Integer tensor of shape ``(n,)``: the segment of each row.
        num_segments: How many segments; by default up to the greatest number among them.
        sorted: Whether the numbers ascend, which some backends make use of.

    Returns:
        Tensor of shape ``(num_segments, ...)``; for a segment without rows the least value of the dtype, -infinity
        where it has that.

    Raises:
        ValueError: If there is not one number for each row.
    """
    _check("segment_max", data, segment_ids, num_segments, sorted)
    count = segment_count("segment_max", segment_ids, num_segments)
    own = dtype_of(data)
    return cast(_folded(_numbers(data), segment_ids, count, maximum, _bounds(own)[0]), own)


@derived(rules.segment_extreme, promote=())
def segment_min(
    data: TensorLike, segment_ids: TensorLike, num_segments: Size | None = None, sorted: bool = False
) -> Tensor:
    """Return the least elements of the rows of each segment, ``nan`` where there is one.

    Args:
        data: Tensor of shape ``(n, ...)``.
        segment_ids: Integer tensor of shape ``(n,)``: the segment of each row.
        num_segments: How many segments; by default up to the greatest number among them.
        sorted: Whether the numbers ascend, which some backends make use of.

    Returns:
        Tensor of shape ``(num_segments, ...)``; for a segment without rows the greatest value of the dtype, infinity
        where it has that.

    Raises:
        ValueError: If there is not one number for each row.
    """
    _check("segment_min", data, segment_ids, num_segments, sorted)
    count = segment_count("segment_min", segment_ids, num_segments)
    own = dtype_of(data)
    return cast(_folded(_numbers(data), segment_ids, count, minimum, _bounds(own)[1]), own)


def _check(op: str, data: Tensor, segment_ids: Tensor, num_segments: Size | None, sorted: bool) -> None:
    specs = [rules.Spec(shape_of(one), dtype_of(one)) for one in (data, segment_ids)]
    rules.infer(op, rules.segment_extreme, [*specs, num_segments, sorted])


def _numbers(data: Tensor) -> Tensor:
    return cast(data, "int32") if dtype_of(data) == "bool" else data


def _bounds(dtype: str) -> tuple[Any, Any]:
    """Return the least and the greatest value of a dtype."""
    if dtype == "bool":
        return 0, 1
    if dtypes.is_float(dtype):
        return -math.inf, math.inf
    info = np.iinfo(dtype)
    return int(info.min), int(info.max)


def segment_count(op: str, segment_ids: Tensor, num_segments: Size | None) -> Size:
    """Return how many segments there are, from their greatest number where it is not given.

    Raises:
        ValueError: If it is not given and there are no values to read it from: in code that is being compiled.
    """
    if num_segments is not None:
        return num_segments
    if not size_of(segment_ids):
        return 0
    greatest = known_int(max_of(segment_ids))
    if greatest is None:
        error = RuleError(
            "cannot count its segments",
            "no number of segments, and numbers of rows that are still to come",
            "a number of segments wherever code is compiled",
            "Give `num_segments`, or call the op outside of compiled code.",
        )
        error.op = op
        raise error
    return max(0, greatest + 1)


def known_int(x: Tensor) -> int | None:
    """Return the value of an integer scalar, or ``None`` where it has none yet: in code that is being compiled."""
    x = stop_gradient(x)
    if type(x) not in current().types:
        return None
    try:
        return int(x)
    except TypeError:  # a tensor of a graph is of an exact type too, and no number
        return None


def _places(segment_ids: Tensor, count: Size) -> Tensor:
    """Return the segments of rows as int32, `count` for those that are left out."""
    # Numbers of narrow integers may be fewer than the segments are.
    wide = segment_ids if dtype_of(segment_ids) in {"uint32", "uint64", "int64"} else cast(segment_ids, "int32")
    within = logical_and(greater_equal(wide, 0), less(wide, count))
    return where(within, cast(wide, "int32"), cast(count, "int32"))


def _folded(data: Tensor, segment_ids: Tensor, count: Size, pair: Callable[..., Tensor], neutral: Any) -> Tensor:
    """Return `data` folded by `pair` within segments: rows in order of segments, then with those 1, 2, 4, ... before.

    Unlike a scatter it has, on every backend, the gradient of `pair`.
    """
    rows = shape_of(data)[0]
    empty = full((1, *shape_of(data)[1:]), neutral, dtype_of(data))
    places = _places(segment_ids, count)
    order = argsort(places)
    places, folded = take(places, order), take(data, order, 0)
    reach = 1
    while reach < rows:
        same = equal(get_item(places, slice(reach, None)), get_item(places, slice(None, -reach)))
        same = reshape(same, (-1,) + (1,) * (len(shape_of(data)) - 1))
        now, before = get_item(folded, slice(reach, None)), get_item(folded, slice(None, -reach))
        folded = concatenate([get_item(folded, slice(None, reach)), pair(now, where(same, before, empty))], 0)
        reach *= 2
    segments = arange(count, dtype="int32")
    last = searchsorted(places, segments, "right")  # behind the last row of each segment
    found = greater(last, searchsorted(places, segments, "left"))
    folded = concatenate([empty, folded], 0)
    return take(folded, where(found, last, 0), 0)
