"""What shape rules work on: ``Spec``, axes counted from either end, and shapes as messages show them."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeAlias

from polykeras.ops.dims import Dim, Size, agree, as_shape, known
from polykeras.ops.rule_error import RuleError


class Spec(NamedTuple):
    """Shape and dtype of a tensor that need not exist.

    Attributes:
        dims: Sizes of the axes, an int each or a `Dim` where unknown.
        dtype: Canonical dtype name.
    """

    dims: tuple[Size, ...]
    dtype: str


Axis: TypeAlias = int | Sequence[int] | None


def show(*specs: Spec) -> str:
    """Return the shapes of `specs` for a message, unknown sizes as ``None``."""
    shapes = [str(as_shape(spec.dims)) for spec in specs]
    return f"shape {shapes[0]}" if len(shapes) == 1 else f"shapes {', '.join(shapes)}"


def is_symbolic(value: Any) -> bool:
    """Return whether `value` is a `Spec` or a symbolic tensor: its values come with the data."""
    return hasattr(value, "dims")


def axis_index(axis: Any, rank: int) -> int:
    """Return `axis` counted from 0.

    Raises:
        RuleError: A tensor of `rank` axes has no such axis.
    """
    try:
        index = operator.index(axis)
    except TypeError as error:
        raise RuleError(
            "cannot use this axis", f"axis {axis!r} of type {type(axis).__name__}", "an integer", "Pass an int."
        ) from error
    if not -rank <= index < rank:
        raise RuleError(
            "has no such axis",
            f"axis {axis} for {rank} axes",
            f"{-rank} to {rank - 1}" if rank else "no axis at all, for a scalar",
            "Count axes from 0, or from the end with negative numbers.",
        )
    return index % rank


def axis_indices(axis: Axis, rank: int) -> tuple[int, ...]:
    """Return the axes that `axis` names, counted from 0, in the order given; ``None`` names all.

    Raises:
        RuleError: One does not exist, or is named twice.
    """
    if axis is None:
        return tuple(range(rank))
    axes = tuple(axis_index(one, rank) for one in (axis if isinstance(axis, Iterable) else (axis,)))
    if len(set(axes)) < len(axes):
        raise RuleError(
            "takes every axis once", f"axis {axis!r} for {rank} axes", "different axes", "Remove the duplicate axis."
        )
    return axes


def as_dims(shape: Any) -> tuple[Size, ...]:
    """Return a shape argument as sizes: an int or a sequence of ints and Dims.

    Raises:
        RuleError: An entry is neither, or is negative.
    """
    entries = shape if isinstance(shape, Iterable) else (shape,)
    dims = tuple(as_size(entry) for entry in entries)
    if any(known(dim) and dim < 0 for dim in dims):
        raise RuleError(
            "cannot have an axis of negative size", f"shape {shape}", "sizes >= 0", "Check how the shape is computed."
        )
    return dims


def as_size(entry: Any) -> Size:
    """Return one entry of a shape argument as an int or a `Dim`.

    Raises:
        RuleError: It is neither.
    """
    if isinstance(entry, Dim):
        return entry
    try:
        return operator.index(entry)
    except TypeError as error:
        raise RuleError(
            "cannot use this as a size",
            f"{entry!r} of type {type(entry).__name__}",
            "integers, and what `ops.shape` returns",
            "Convert the size to an int.",
        ) from error


def agree_all(columns: Iterable[Sequence[Size]], problem: str, received: str) -> tuple[Size, ...]:
    """Return one size per column of sizes that must be equal.

    Raises:
        RuleError: Two of them cannot be equal; `problem` and `received` describe it.
    """
    result = []
    try:
        for first, *others in columns:
            size = first
            for other in others:
                size = agree(size, other)
            result.append(size)
    except RuleError as error:
        raise RuleError(problem, received, error.allowed, error.hint) from error
    return tuple(result)
