"""Ops that move, join, split, turn and repeat axes; no value changes and no dtype does.

Axes may be negative. Sizes may be what `ops.shape` returned, so unknown ones too. Whether a result
shares memory with its argument is up to the backend: do not write into either.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Iterable, Sequence
from typing import Any

from polykeras.ops import shape_rules as rules
from polykeras.ops.conversion import ndim
from polykeras.ops.conversion import shape as shape_of
from polykeras.ops.conversion import size as size_of
from polykeras.ops.dispatch import derived, primitive
from polykeras.ops.rule_error import RuleError
from polykeras.ops.shape_rules.spec import axis_index, axis_indices
from polykeras.ops.types import Axis, Shape, Size, Tensor, TensorLike


@primitive(rules.reshape)
def reshape(x: TensorLike, newshape: Shape) -> Tensor:
    """Return the elements of `x` in another shape, in row-major order.

    Args:
        x: Tensor.
        newshape: Sizes; one of them may be -1, which stands for what is left.

    Returns:
        Tensor of `newshape`.
    """


@primitive(rules.transpose)
def transpose(x: TensorLike, axes: Sequence[int] | None = None) -> Tensor:
    """Return `x` with its axes in another order.

    Args:
        x: Tensor.
        axes: Every axis once, in the new order; reversed by default.

    Returns:
        Tensor whose axis ``i`` is axis ``axes[i]`` of `x`.
    """


@derived()
def moveaxis(x: TensorLike, source: int | Sequence[int], destination: int | Sequence[int]) -> Tensor:
    """Return `x` with some axes moved and the others in order.

    Args:
        x: Tensor.
        source: Axis or axes to move.
        destination: Where they stand in the result, one for each.

    Returns:
        Tensor.
    """
    rank = len(shape_of(x))
    origins, targets = axis_indices(source, rank), axis_indices(destination, rank)
    order = [axis for axis in range(rank) if axis not in origins]
    for target, origin in sorted(zip(targets, origins, strict=True)):
        order.insert(target, origin)
    return transpose(x, tuple(order))


@derived()
def swapaxes(x: TensorLike, axis1: int, axis2: int) -> Tensor:
    """Return `x` with two axes exchanged.

    Args:
        x: Tensor.
        axis1: One axis.
        axis2: The other.

    Returns:
        Tensor.
    """
    order = list(range(len(shape_of(x))))
    first, second = axis_index(axis1, len(order)), axis_index(axis2, len(order))
    order[first], order[second] = second, first
    return transpose(x, tuple(order))


@derived()
def expand_dims(x: TensorLike, axis: int | Sequence[int]) -> Tensor:
    """Return `x` with new axes of size 1.

    Args:
        x: Tensor.
        axis: Position or positions of the new axes in the result.

    Returns:
        Tensor with one axis more for each position.
    """
    sizes = shape_of(x)
    rank = len(sizes) + (len(axis) if isinstance(axis, Sequence) else 1)
    new = axis_indices(axis, rank)
    rest = iter(sizes)
    return reshape(x, tuple(1 if i in new else next(rest) for i in range(rank)))


@primitive(rules.squeeze)
def squeeze(x: TensorLike, axis: Axis = None) -> Tensor:
    """Return `x` without axes of size 1.

    Args:
        x: Tensor.
        axis: Axis or axes to drop, each of size 1; ``None`` for all such, among which an unknown size
            is not counted.

    Returns:
        Tensor with fewer axes.
    """


@derived()
def ravel(x: TensorLike) -> Tensor:
    """Return the elements of `x` along one axis, in row-major order.

    Args:
        x: Tensor.

    Returns:
        Tensor of shape ``(size,)``.
    """
    return reshape(x, (-1,))


@primitive(rules.broadcast_to)
def broadcast_to(x: TensorLike, shape: Shape) -> Tensor:
    """Return `x` stretched to `shape`: axes of size 1 and missing ones in front are repeated.

    Args:
        x: Tensor.
        shape: Sizes.

    Returns:
        Tensor of `shape`.
    """


@primitive(rules.concatenate)
def concatenate(xs: Sequence[TensorLike], axis: int | None = 0) -> Tensor:
    """Return tensors joined along an axis they have.

    Args:
        xs: Tensors; their other sizes agree, dtypes are promoted.
        axis: Axis to join along; with ``None`` each is made flat first.

    Returns:
        Tensor.
    """


@derived()
def stack(x: Sequence[TensorLike], axis: int = 0) -> Tensor:
    """Return tensors of one shape joined along a new axis.

    Args:
        x: Tensors; dtypes are promoted.
        axis: Position of the new axis in the result.

    Returns:
        Tensor with one axis more.
    """
    return concatenate([expand_dims(one, axis) for one in x], axis)


@derived()
def hstack(xs: Sequence[TensorLike]) -> Tensor:
    """Return tensors joined along their second axis, or along the first where they have one only.

    Args:
        xs: Tensors.

    Returns:
        Tensor.
    """
    flat = [reshape(one, (1,)) if not shape_of(one) else one for one in xs]
    return concatenate(flat, 0 if len(shape_of(flat[0])) == 1 else 1)


@derived()
def vstack(xs: Sequence[TensorLike]) -> Tensor:
    """Return tensors joined along their first axis; vectors count as rows.

    Args:
        xs: Tensors.

    Returns:
        Tensor of at least two axes.
    """
    return concatenate([_row(one) for one in xs], 0)


def _row(x: Tensor) -> Tensor:
    return x if ndim(x) > 1 else reshape(x, (1, size_of(x)))


@derived()
def dstack(xs: Sequence[TensorLike]) -> Tensor:
    """Return tensors joined along their third axis; a vector counts as ``(1, n, 1)``, a matrix as ``(n, m, 1)``.

    Args:
        xs: Tensors; their other sizes agree, dtypes are promoted.

    Returns:
        Tensor of at least three axes.
    """
    return concatenate([expand_dims(_row(one), 2) if ndim(one) < 3 else one for one in xs], 2)


@derived()
def column_stack(xs: Sequence[TensorLike]) -> Tensor:
    """Return tensors joined along their second axis; vectors count as columns. NumPy has it, Keras has not.

    Args:
        xs: Tensors of one length; dtypes are promoted.

    Returns:
        Tensor of at least two axes.

    >>> from polykeras import ops
    >>> ops.convert_to_numpy(ops.column_stack([[1, 2], [3, 4]])).tolist()
    [[1, 3], [2, 4]]
    """
    return concatenate([reshape(one, (size_of(one), 1)) if ndim(one) < 2 else one for one in xs], 1)


@derived()
def append(x1: TensorLike, x2: TensorLike, axis: int | None = None) -> Tensor:
    """Return `x2` joined to the end of `x1`.

    Args:
        x1: Tensor.
        x2: Tensor of as many axes, whose sizes agree but along `axis`; dtypes are promoted.
        axis: Axis to join along; with ``None`` both are made flat first, and may have any shape.

    Returns:
        Tensor.
    """
    return concatenate([x1, x2], axis)


@primitive(rules.split)
def split(x: TensorLike, indices_or_sections: Size | Sequence[Size], axis: int = 0) -> Tensor:
    """Return pieces of `x` along an axis.

    Args:
        x: Tensor.
        indices_or_sections: A number of equal pieces, which divides the size; or the ascending
            positions to cut at.
        axis: Axis to cut.

    Returns:
        List of tensors.
    """


@derived()
def array_split(x: TensorLike, indices_or_sections: Size | Sequence[Size], axis: int = 0) -> Tensor:
    """Return pieces of `x` along an axis, as equal as can be: of 7 elements in 3 pieces, 3, 2 and 2.

    Args:
        x: Tensor.
        indices_or_sections: A number of pieces, which need not divide the size; or the ascending positions to
            cut at, as in `split`.
        axis: Axis to cut.

    Returns:
        List of tensors; where there are more pieces than elements, the last are empty.

    Raises:
        ValueError: If the number of pieces is not positive.

    >>> from polykeras import ops
    >>> [len(piece) for piece in ops.array_split([1, 2, 3, 4, 5, 6, 7], 3)]
    [3, 2, 2]
    """
    if isinstance(indices_or_sections, Iterable):
        return split(x, indices_or_sections, axis)
    sections = operator.index(indices_or_sections)
    if sections <= 0:
        raise RuleError("needs a positive number of pieces", f"{sections}", "1 or more", "Pass a positive int.")
    size = shape_of(x)[axis_index(axis, ndim(x))]
    # The first `size % sections` pieces have one element more; written without a comparison, for unknown sizes.
    sizes = [(size + sections - 1 - piece) // sections for piece in range(sections)]
    return split(x, list(itertools.accumulate(sizes[:-1])), axis)


@derived()
def vsplit(x: TensorLike, indices_or_sections: Size | Sequence[Size]) -> Tensor:
    """Return pieces of `x` along its first axis.

    Args:
        x: Tensor of at least one axis.
        indices_or_sections: A number of equal pieces, or the ascending positions to cut at.

    Returns:
        List of tensors.
    """
    return split(x, indices_or_sections, axis_index(0, ndim(x)))


@derived()
def hsplit(x: TensorLike, indices_or_sections: Size | Sequence[Size]) -> Tensor:
    """Return pieces of `x` along its second axis, or along the first if there is no other.

    Args:
        x: Tensor of at least one axis.
        indices_or_sections: A number of equal pieces, or the ascending positions to cut at.

    Returns:
        List of tensors.
    """
    return split(x, indices_or_sections, axis_index(0 if ndim(x) == 1 else 1, ndim(x)))


@derived()
def dsplit(x: TensorLike, indices_or_sections: Size | Sequence[Size]) -> Tensor:
    """Return pieces of `x` along its third axis.

    Args:
        x: Tensor of at least three axes.
        indices_or_sections: A number of equal pieces, or the ascending positions to cut at.

    Returns:
        List of tensors.
    """
    return split(x, indices_or_sections, axis_index(2, ndim(x)))


@derived()
def unstack(x: TensorLike, num: int | None = None, axis: int = 0) -> Tensor:
    """Return the slices of `x` along an axis, without that axis.

    Args:
        x: Tensor.
        num: Size of the axis, needed where it is unknown.
        axis: Axis to take apart.

    Returns:
        List of tensors with one axis less.
    """
    pieces = shape_of(x)[axis_index(axis, ndim(x))] if num is None else num
    return [squeeze(piece, axis) for piece in split(x, pieces, axis)]


@primitive(rules.tile)
def tile(x: TensorLike, repeats: int | Sequence[int]) -> Tensor:
    """Return `x` repeated as a whole along each axis.

    Args:
        x: Tensor.
        repeats: How often along each axis, counted from the last; missing axes and numbers count as 1.

    Returns:
        Tensor.
    """


@primitive(rules.repeat)
def repeat(x: TensorLike, repeats: Any, axis: int | None = None) -> Tensor:
    """Return `x` with each element repeated in place.

    Args:
        x: Tensor.
        repeats: How often: an int, or one for each element along `axis`.
        axis: Axis to repeat along; with ``None``, `x` is made flat.

    Returns:
        Tensor.
    """


@primitive(rules.pad)
def pad(x: TensorLike, pad_width: Any, mode: str = "constant", constant_values: float | None = None) -> Tensor:
    """Return `x` with elements added before and after each axis.

    Args:
        x: Tensor.
        pad_width: ``((before, after), ...)`` for each axis, one pair for all, or one int for both sides of all.
        mode: ``"constant"``, or how to continue `x`: ``"edge"``, ``"reflect"``, ``"symmetric"``, ``"wrap"``.
        constant_values: What to add in mode ``"constant"``; 0 by default.

    Returns:
        Tensor.
    """


@primitive(rules.flip)
def flip(x: TensorLike, axis: Axis = None) -> Tensor:
    """Return `x` with the order along some axes reversed.

    Args:
        x: Tensor.
        axis: Axis or axes; ``None`` for all.

    Returns:
        Tensor of the same shape.
    """


@primitive(rules.roll)
def roll(x: TensorLike, shift: int | Sequence[int], axis: Axis = None) -> Tensor:
    """Return `x` with elements moved along; what leaves at one end comes back at the other.

    Args:
        x: Tensor.
        shift: How far, one for each axis or one for all.
        axis: Axis or axes; with ``None``, `x` is rolled as if flat.

    Returns:
        Tensor of the same shape.
    """


@derived()
def flipud(x: TensorLike) -> Tensor:
    """Return `x` with the order along its first axis reversed: rows upside down.

    Args:
        x: Tensor of at least one axis.

    Returns:
        Tensor of the same shape.
    """
    return flip(x, axis_index(0, ndim(x)))


@derived()
def fliplr(x: TensorLike) -> Tensor:
    """Return `x` with the order along its second axis reversed: columns from right to left.

    Args:
        x: Tensor of at least two axes.

    Returns:
        Tensor of the same shape.
    """
    return flip(x, axis_index(1, ndim(x)))


@derived()
def rot90(array: TensorLike, k: int = 1, axes: Sequence[int] = (0, 1)) -> Tensor:
    """Return `array` turned by `k` right angles in the plane of two axes, from the first towards the second.

    Args:
        array: Tensor of at least two axes.
        k: How many right angles; negative ones turn the other way.
        axes: The two axes of the plane.

    Returns:
        Tensor whose two sizes are exchanged if `k` is odd.

    Raises:
        ValueError: If `axes` are not two different axes of `array`.

    >>> from polykeras import ops
    >>> ops.convert_to_numpy(ops.rot90([[1, 2], [3, 4]])).tolist()
    [[2, 4], [1, 3]]
    """
    plane = axis_indices(axes, ndim(array))
    if len(plane) != 2:
        raise RuleError("turns a plane", f"axes {axes!r}", "two different axes", "Name the two axes of the plane.")
    first, second = plane
    turns = operator.index(k) % 4
    if turns == 0:
        return array
    if turns == 2:
        return flip(array, plane)
    # A quarter turn is a transposition and a reflection, of the axis that becomes the first or the second.
    return flip(swapaxes(array, first, second), first if turns == 1 else second)
