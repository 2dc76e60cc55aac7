"""Parts of an order, membership and what is different."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras.ops import shape_rules as rules
from polykeras.ops.arithmetic import subtract
from polykeras.ops.casting import cast
from polykeras.ops.comparison import equal, less, logical_or, not_equal, where
from polykeras.ops.conversion import dtype as dtype_of
from polykeras.ops.conversion import shape as shape_of
from polykeras.ops.conversion import size as size_of
from polykeras.ops.creation import arange, full, full_like, ones, zeros
from polykeras.ops.dispatch import derived
from polykeras.ops.indexing import get_item, nonzero, searchsorted, take, take_along_axis
from polykeras.ops.manipulation import concatenate, moveaxis, pad, ravel, reshape
from polykeras.ops.reduce import argsort, cumsum, sort
from polykeras.ops.shape_rules.spec import axis_index
from polykeras.ops.types import Size, Tensor, TensorLike


@derived(rules.argpartition)
def argpartition(x: TensorLike, kth: int | Sequence[int], axis: int | None = -1) -> Tensor:
    """Return positions along `axis` that put the element of rank `kth` in its place.

    Those before it lead to elements that are not greater, those behind it to elements that are not less.

    Args:
        x: Tensor.
        kth: Position in ascending order, or several; negative ones count from the end.
        axis: Axis to order; with ``None``, all of `x`, made flat.

    Returns:
        Tensor of int32 of the same shape, or of one axis with ``axis=None``. The order before and behind `kth`
        depends on the backend.

    Raises:
        ValueError: If there is no such position.
    """
    rules.infer("argpartition", rules.argpartition, [rules.Spec(shape_of(x), dtype_of(x)), kth, axis])
    return argsort(x, axis)


@derived()
def isin(x1: TensorLike, x2: TensorLike, assume_unique: bool = False, invert: bool = False) -> Tensor:
    """Return where elements of `x1` are among those of `x2`.

    Args:
        x1: Tensor.
        x2: Tensor, of any shape; ``nan`` equals nothing.
        assume_unique: That neither has an element twice, which some backends make use of.
        invert: Whether to return where they are not.

    Returns:
        Boolean tensor of the shape of `x1`.

    >>> from polykeras import ops
    >>> ops.convert_to_numpy(ops.isin([[1, 2], [3, 4]], [2, 3])).tolist()
    [[False, True], [True, False]]
    """
    if dtype_of(x1) == "bool":
        x1, x2 = cast(x1, "int32"), cast(x2, "int32")
    del assume_unique
    count = size_of(x2)
    if count == 0:
        return full_like(x1, invert, "bool")
    elements = sort(x2, None)
    place = searchsorted(elements, x1, "left")
    # Behind the last element there is none to compare with; the last one differs then.
    place = where(less(place, cast(count, "int32")), place, subtract(cast(count, "int32"), 1))
    return (not_equal if invert else equal)(take(elements, place, 0), x1)


@derived(rules.unique)
def unique(
    x: TensorLike,
    sorted: bool = True,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    size: int | None = None,
    fill_value: Any = None,
) -> Tensor | tuple[Tensor, ...]:
    """Return the different elements of a tensor in ascending order, or its different slices along an axis.

    How many there are follows from the values, so code that is compiled for shapes alone has to give `size`. Each
    ``nan`` differs from all others.

    Args:
        x: Real tensor.
        sorted: They are ordered in any case.
        return_index: Whether to return where each stands first.
        return_inverse: Whether to return which of them stands at each place.
        return_counts: Whether to return how often each occurs.
        axis: Axis whose slices are compared, from their first element to their last; with ``None`` elements are.
        size: Size of the result: those beyond it are left out, and `fill_value` stands for those that are missing.
        fill_value: What to fill up with; by default the least of them.

    Returns:
        The values, of shape ``(count,)``, or that of `x` with another size of `axis`. With others asked for a tuple:
        values, then positions of shape ``(count,)``, numbers of the shape of `x` or ``(x.shape[axis],)``, counts of
        shape ``(count,)``, all int32. A value that fills up has the position of the least one, and occurs 0 times.

    >>> from polykeras import ops
    >>> [part.tolist() for part in map(ops.convert_to_numpy, ops.unique([3, 1, 3], return_counts=True))]
    [[1, 3], [1, 2]]
    """
    del sorted
    at = 0 if axis is None else axis_index(axis, len(shape_of(x)))
    rows = ravel(x) if axis is None else moveaxis(x, at, 0)
    order, group = _groups(rows)
    count, positions = _firsts(group, size)
    n = shape_of(rows)[0]
    first = take(order, positions) if n else positions
    values = take(rows, first, 0) if n else zeros((count, *shape_of(rows)[1:]), dtype_of(x))
    if size is not None:
        exists = less(arange(size, dtype="int32"), get_item(group, -1) + 1 if n else 0)
        if fill_value is not None or not n:
            mask = reshape(exists, (-1,) + (1,) * (len(shape_of(rows)) - 1))
            values = where(mask, values, cast(0 if fill_value is None else fill_value, dtype_of(x)))
    result = [values if axis is None else moveaxis(values, 0, at)]
    if return_index:
        result.append(first)
    if return_inverse:
        inverse = take(group, argsort(order)) if n else group
        result.append(reshape(inverse, shape_of(x)) if axis is None else inverse)
    if return_counts:
        result.append(_counts(group, positions, size))
    return tuple(result) if len(result) > 1 else result[0]


def _firsts(group: Tensor, size: int | None) -> tuple[Size, Tensor]:
    """Return how many groups are asked for, and where in order each begins: the first one where it is missing."""
    if size is None and not shape_of(group)[0]:
        return 0, group
    if size is None:
        begins = nonzero(_begins(group))[0]
        return shape_of(begins)[0], begins
    place = searchsorted(group, arange(size, dtype="int32"), "left")
    return size, where(less(place, shape_of(group)[0]), place, 0)


def _counts(group: Tensor, positions: Tensor, size: int | None) -> Tensor:
    """Return how many elements each group has, 0 for those that are missing."""
    if size is None:
        ends = concatenate([get_item(positions, slice(1, None)), full((1,), shape_of(group)[0], "int32")], 0)
        return subtract(get_item(ends, slice(None, shape_of(positions)[0])), positions)
    number = arange(size, dtype="int32")
    return subtract(searchsorted(group, number, "right"), searchsorted(group, number, "left"))


def _begins(group: Tensor) -> Tensor:
    """Return where numbers in ascending order are other than the one before."""
    changes = not_equal(get_item(group, slice(1, None)), get_item(group, slice(None, -1)))
    return concatenate([ones((min(1, shape_of(group)[0]),), "bool"), changes], 0)


def _groups(rows: Tensor) -> tuple[Tensor, Tensor]:
    """Return the order of rows, and in that order the number of each among the different ones."""
    n = shape_of(rows)[0]
    if not n:
        return zeros((0,), "int32"), zeros((0,), "int32")
    if len(shape_of(rows)) == 1:
        order = argsort(rows)
        return order, _numbered(_differ(take(rows, order)))
    width = size_of(rows) // n
    table = reshape(rows, (n, width))
    if not width:
        return arange(n, dtype="int32"), zeros((n,), "int32")
    ranks, order = _ranks(argsort(table, 0), table), arange(n, dtype="int32")
    while width > 1:  # two neighbouring columns of ranks become one
        if width % 2:
            ranks, width = pad(ranks, ((0, 0), (0, 1))), width + 1
        major, minor = (
            get_item(ranks, (slice(None), slice(0, None, 2))),
            get_item(ranks, (slice(None), slice(1, None, 2))),
        )
        by_minor = argsort(minor, 0)
        turn = argsort(take_along_axis(major, by_minor, 0), 0)
        ranks, width = _ranks(take_along_axis(by_minor, turn, 0), major, minor), width // 2
    order = argsort(ravel(ranks))
    return order, take(ravel(ranks), order)


def _ranks(order: Tensor, *columns: Tensor) -> Tensor:
    """Return for each element of columns the number of it among the different ones; `order` sorts the columns."""
    differ = _differ(*(take_along_axis(column, order, 0) for column in columns))
    return take_along_axis(_numbered(differ), argsort(order, 0), 0)


def _differ(*columns: Tensor) -> Tensor:
    """Return where an element, or a pair of them, differs from the one before along the first axis."""
    result = None
    for column in columns:
        found = not_equal(get_item(column, slice(1, None)), get_item(column, slice(None, -1)))
        result = found if result is None else logical_or(result, found)
    return result


def _numbered(differ: Tensor) -> Tensor:
    """Return numbers that go up by one where elements differ from the one before; the first is 0."""
    rest = shape_of(differ)[1:]
    return cumsum(concatenate([zeros((1, *rest), "int32"), cast(differ, "int32")], 0), 0)
