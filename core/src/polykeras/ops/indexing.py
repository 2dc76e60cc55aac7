"""Ops that pick or replace elements by position.

Negative positions count from the end. Positions outside of the tensor are an error where the backend
can tell; compiled code, which cannot, gives values that are not to be relied on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras.ops import shape_rules as rules
from polykeras.ops.arithmetic import add, clip, floor_divide, mod
from polykeras.ops.casting import cast
from polykeras.ops.comparison import less, where
from polykeras.ops.conversion import dtype as dtype_of
from polykeras.ops.conversion import shape as shape_of
from polykeras.ops.creation import arange, zeros
from polykeras.ops.dispatch import derived, primitive
from polykeras.ops.manipulation import reshape, stack
from polykeras.ops.shape_rules import Spec
from polykeras.ops.types import Shape, Tensor, TensorLike


@primitive(rules.get_item)
def get_item(x: TensorLike, key: Any) -> Tensor:
    """Return ``x[key]``, with NumPy's rules.

    Args:
        x: Tensor.
        key: Ints, slices, ``None``, ``...``, integer or boolean tensors and lists, alone or in a tuple.

    Returns:
        Tensor.
    """


@primitive(rules.take, promote=())
def take(x: TensorLike, indices: TensorLike, axis: int | None = None) -> Tensor:
    """Return the slices of `x` at `indices` along an axis.

    Args:
        x: Tensor.
        indices: Integer tensor of any shape.
        axis: Axis to take from; with ``None``, from `x` made flat.

    Returns:
        Tensor in which the axes of `indices` stand in place of `axis`.
    """


@primitive(rules.take_along_axis, promote=())
def take_along_axis(x: TensorLike, indices: TensorLike, axis: int | None = None) -> Tensor:
    """Return for each position of `indices` the element of `x` there along an axis.

    Args:
        x: Tensor.
        indices: Integer tensor with as many axes; the axes other than `axis` broadcast.
        axis: Axis to take from; with ``None``, from `x` made flat.

    Returns:
        Tensor of the shape of `indices`, broadcast.
    """


@primitive(rules.slice_block)
def slice(inputs: TensorLike, start_indices: Any, shape: Shape) -> Tensor:
    """Return a block cut out of a tensor.

    Args:
        inputs: Tensor.
        start_indices: First position along each axis: ints, scalar tensors, or one integer tensor.
        shape: Sizes of the block; -1 for the rest of an axis, whose start must then be an int.

    Returns:
        Tensor of `shape`.
    """


@primitive(rules.slice_update, promote=())
def slice_update(inputs: TensorLike, start_indices: Any, updates: TensorLike) -> Tensor:
    """Return a tensor with one block replaced; `inputs` stays as it is.

    Args:
        inputs: Tensor.
        start_indices: First position of the block along each axis: ints, scalar tensors, or one integer tensor.
        updates: The block, with as many axes; cast to the dtype of `inputs`.

    Returns:
        Tensor of the shape and dtype of `inputs`.
    """


@primitive(rules.scatter_update, promote=())
def scatter_update(
    inputs: TensorLike, indices: TensorLike, updates: TensorLike, reduction: str | None = None
) -> Tensor:
    """Return a tensor with elements replaced at some positions; `inputs` stays as it is.

    Args:
        inputs: Tensor.
        indices: Integer tensor of shape ``(*n, k)``: positions along the first `k` axes of `inputs`.
        updates: Values of shape ``(*n, *inputs.shape[k:])``, cast to the dtype of `inputs`.
        reduction: ``None`` to replace, or how to combine with what is there: ``"add"``, ``"max"``,
            ``"min"`` or ``"mul"``. Which of several values replaces an element at one position is not said.

    Returns:
        Tensor of the shape and dtype of `inputs`.
    """


@derived(promote=())
def scatter(indices: TensorLike, values: TensorLike, shape: Shape) -> Tensor:
    """Return zeros with values added at some positions.

    Args:
        indices: Integer tensor of shape ``(*n, k)``: positions along the first `k` axes of the result.
        values: Tensor of shape ``(*n, *shape[k:])``; those of one position are added up.
        shape: Sizes of the result.

    Returns:
        Tensor of `shape` in the dtype of `values`.
    """
    return scatter_update(zeros(shape, dtype_of(values)), indices, values, "add")


@primitive(rules.diagonal)
def diagonal(x: TensorLike, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """Return a diagonal of two axes, which becomes the last axis.

    Args:
        x: Tensor with at least two axes.
        offset: Which diagonal: 0 the main one, above it positive, below it negative.
        axis1: Axis of the rows.
        axis2: Axis of the columns.

    Returns:
        Tensor with one axis less.
    """


@derived()
def diag(x: TensorLike, k: int = 0) -> Tensor:
    """Return a diagonal of a matrix, or the matrix that has a vector on a diagonal.

    Args:
        x: Matrix or vector.
        k: Which diagonal: 0 the main one, above it positive, below it negative.

    Returns:
        Vector, or square matrix of ``size + abs(k)`` rows.
    """
    sizes = shape_of(x)
    if len(sizes) == 2:
        return diagonal(x, k)
    side = sizes[0] + (k if k > 0 else -k)
    position = arange(sizes[0])
    rows, columns = (position, add(position, k)) if k > 0 else (add(position, -k), position)
    return scatter(stack([rows, columns], -1), x, (side, side))


@derived()
def diagflat(x: TensorLike, k: int = 0) -> Tensor:
    """Return a matrix with the elements, taken flat, on a diagonal, and zeros elsewhere.

    Args:
        x: Tensor of n elements.
        k: Which diagonal: above the main one for positive numbers.

    Returns:
        Tensor of shape ``(n + |k|, n + |k|)``.
    """
    return diag(reshape(x, (-1,)), k)


@primitive(rules.nonzero)
def nonzero(x: TensorLike) -> Tensor:
    """Return the positions of elements that are true or not zero, in row-major order.

    Args:
        x: Tensor.

    Returns:
        Tuple of int32 tensors of shape ``(count,)``, one for each axis.
    """


@primitive(rules.searchsorted)
def searchsorted(sorted_sequence: TensorLike, values: TensorLike, side: str = "left") -> Tensor:
    """Return where values would have to be inserted into an ascending sequence to keep it in order.

    Args:
        sorted_sequence: Ascending tensor of one axis.
        values: Tensor.
        side: ``"left"`` for the first such position, ``"right"`` for the last.

    Returns:
        Tensor of int32 of the shape of `values`.
    """


@derived()
def unravel_index(indices: TensorLike, shape: Sequence[int]) -> Tensor:
    """Return the index along each axis of elements whose places are given in a tensor taken flat.

    Args:
        indices: Integers; negative ones count from the end, and what lies outside counts as the nearest place.
        shape: Sizes of the tensor.

    Returns:
        A tensor for each axis, of the shape and dtype of `indices`; of booleans int32.

    Raises:
        ValueError: If the tensor has no elements, or `indices` are not integers.
    """
    count = rules.element_count(Spec(shape_of(indices), dtype_of(indices)), shape)
    own = "int32" if dtype_of(indices) == "bool" else dtype_of(indices)
    places = cast(indices, "int64" if dtype_of(indices) == "int64" else "int32")
    places = clip(where(less(places, 0), add(places, count), places), 0, count - 1)
    found = []
    for size in reversed(tuple(shape)):
        found.append(cast(mod(places, size), own))
        places = floor_divide(places, size)
    return tuple(reversed(found))
