"""Rules of ops that move, join, split or repeat axes and leave the dtype alone."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from polykeras.ops.dims import Dim, Size, known, product
from polykeras.ops.rule_error import RuleError
from polykeras.ops.shape_rules.spec import (
    Axis,
    Spec,
    agree_all,
    as_dims,
    as_size,
    axis_index,
    axis_indices,
    is_symbolic,
    show,
)


def reshape(x: Spec, newshape: Any) -> Spec:
    """Return `x` in `newshape`, in which one -1 (or ``None``) stands for what is left."""
    entries = tuple(newshape) if isinstance(newshape, Iterable) else (newshape,)
    sizes = [None if entry is None or entry == -1 else as_size(entry) for entry in entries]
    given = as_dims(size for size in sizes if size is not None)
    total, rest = product(x.dims), product(given)
    missing = len(sizes) - len(given)
    difference = total - rest
    if missing == 1 and known(rest) and rest and known(total % rest):
        fits = total % rest == 0
    elif missing == 1 and rest == 0:
        fits = False
    else:
        fits = missing == 1 or (missing == 0 and (not known(difference) or difference == 0))
    if not fits:
        raise RuleError(
            "cannot reshape to this number of elements",
            f"{show(x)} and newshape {entries}",
            "a shape of as many elements, with at most one -1, whose size must come out whole",
            "Check the sizes, or leave one of them to be found with -1.",
        )
    return Spec(tuple(total // rest if size is None else size for size in sizes), x.dtype)


def transpose(x: Spec, axes: Sequence[int] | None = None) -> Spec:
    """Return `x` with its axes in the order `axes`, or reversed."""
    rank = len(x.dims)
    order = axis_indices(axes, rank) if axes is not None else tuple(reversed(range(rank)))
    if len(order) != rank:
        raise RuleError(
            "takes every axis once", f"axes {axes} for {show(x)}", f"{rank} different axes", "Name all axes."
        )
    return Spec(tuple(x.dims[i] for i in order), x.dtype)


def moveaxis(x: Spec, source: Axis, destination: Axis) -> Spec:
    """Return `x` with the axes `source` at `destination`, the others in order."""
    origins, targets = axis_indices(source, len(x.dims)), axis_indices(destination, len(x.dims))
    if len(origins) != len(targets):
        raise RuleError(
            "needs one destination for each source",
            f"source {source} and destination {destination}",
            "as many destinations as sources",
            "Give both the same length.",
        )
    order = [i for i in range(len(x.dims)) if i not in origins]
    for target, origin in sorted(zip(targets, origins, strict=True)):
        order.insert(target, origin)
    return transpose(x, order)


def swapaxes(x: Spec, axis1: int, axis2: int) -> Spec:
    """Return `x` with two axes exchanged."""
    i, j = axis_index(axis1, len(x.dims)), axis_index(axis2, len(x.dims))
    dims = list(x.dims)
    dims[i], dims[j] = dims[j], dims[i]
    return Spec(tuple(dims), x.dtype)


def expand_dims(x: Spec, axis: int | Sequence[int]) -> Spec:
    """Return `x` with axes of size 1 at the positions `axis` of the result."""
    count = len(tuple(axis)) if isinstance(axis, Iterable) else 1
    rank = len(x.dims) + count
    new = axis_indices(axis, rank)
    old = iter(x.dims)
    return Spec(tuple(1 if i in new else next(old) for i in range(rank)), x.dtype)


def squeeze(x: Spec, axis: Axis = None) -> Spec:
    """Return `x` without axes of size 1; with ``axis=None`` unknown sizes are taken not to be 1, as in Keras."""
    if axis is None:
        return Spec(tuple(size for size in x.dims if size != 1), x.dtype)
    gone = axis_indices(axis, len(x.dims))
    if any(known(x.dims[i]) and x.dims[i] != 1 for i in gone):
        raise RuleError(
            "can drop axes of size 1 only", f"axis {axis} of {show(x)}", "axes of size 1", "Check `axis`, or reshape."
        )
    return Spec(tuple(size for i, size in enumerate(x.dims) if i not in gone), x.dtype)


def broadcast_to(x: Spec, shape: Any) -> Spec:
    """Return `x` stretched to `shape`."""
    dims = as_dims(shape)
    extra = len(dims) - len(x.dims)
    pairs = list(zip(x.dims, dims[max(extra, 0) :], strict=False))
    # Only `x` stretches: a known size other than 1 must already be the target's.
    if extra < 0 or any(known(a) and a != 1 and known(b - a) and b != a for a, b in pairs):
        raise RuleError(
            "cannot broadcast to this shape",
            f"{show(x)} and shape {dims}",
            "equal sizes, or 1 in the tensor, counted from the last axis",
            "Insert axes of size 1 with `ops.expand_dims`.",
        )
    return Spec(dims, x.dtype)


def _check_not_empty(xs: Sequence[Spec]) -> None:
    if not xs:
        raise RuleError(
            "needs at least one tensor", "an empty sequence", "one tensor or more", "Check how the list is made."
        )


def concatenate(xs: Sequence[Spec], axis: int | None = 0) -> Spec:
    """Return tensors joined along `axis`, or made flat first with ``None``; the other sizes agree."""
    _check_not_empty(xs)
    if axis is None:
        return concatenate([Spec((product(x.dims),), x.dtype) for x in xs])
    rank = len(xs[0].dims)
    at = axis_index(axis, rank)
    problem = f"can join tensors along axis {axis} only if all their other axes agree"
    if any(len(x.dims) != rank for x in xs):
        raise RuleError(problem, show(*xs), "one number of axes", "Insert axes with `ops.expand_dims`.")
    others = agree_all(zip(*(x.dims[:at] + x.dims[at + 1 :] for x in xs), strict=True), problem, show(*xs))
    joined: Size = 0
    for x in xs:
        joined = joined + x.dims[at]
    return Spec((*others[:at], joined, *others[at:]), xs[0].dtype)


def stack(x: Sequence[Spec], axis: int = 0) -> Spec:
    """Return tensors of one shape along a new axis."""
    _check_not_empty(x)
    problem = "can stack tensors of one shape only"
    if any(len(one.dims) != len(x[0].dims) for one in x):
        raise RuleError(problem, show(*x), "one number of axes", "Insert axes with `ops.expand_dims`.")
    dims = agree_all(zip(*(one.dims for one in x), strict=True), problem, show(*x))
    at = axis_index(axis, len(dims) + 1)
    return Spec((*dims[:at], len(x), *dims[at:]), x[0].dtype)


def unstack(x: Spec, num: int | None = None, axis: int = 0) -> list[Spec]:
    """Return the slices of `x` along `axis`, of which there must be a known number."""
    at = axis_index(axis, len(x.dims))
    size = x.dims[at]
    pieces = size if num is None else num
    if not known(pieces) or (known(size) and size != pieces):
        raise RuleError(
            "must know how many tensors it returns",
            f"axis {axis} of {show(x)} and num={num}",
            "an axis of known size, or `num` equal to its size",
            "Pass `num`.",
        )
    return [Spec(x.dims[:at] + x.dims[at + 1 :], x.dtype)] * pieces


def split(x: Spec, indices_or_sections: Any, axis: int = 0) -> list[Spec]:
    """Return pieces of `x` along `axis`: a number of equal ones, or cut at ascending positions."""
    at = axis_index(axis, len(x.dims))
    size = x.dims[at]
    if isinstance(indices_or_sections, Iterable):
        cuts: list[Size] = [0, *map(as_size, indices_or_sections), size]
        sizes = [end - start for start, end in pairwise(cuts)]
        fits = not any(known(piece) and piece < 0 for piece in sizes)
    else:
        sections = operator.index(indices_or_sections)
        left = size % sections if sections > 0 else 1
        sizes = [size // sections] * sections if sections > 0 else []
        fits = not known(left) or left == 0
    if not fits:
        raise RuleError(
            "cannot split an axis this way",
            f"{indices_or_sections} for axis {axis} of {show(x)}",
            "a number that divides the size, or ascending positions inside of it",
            "Give the positions to cut at instead of a number, or pad the axis.",
        )
    return [Spec((*x.dims[:at], piece, *x.dims[at + 1 :]), x.dtype) for piece in sizes]


def tile(x: Spec, repeats: Any) -> Spec:
    """Return `x` repeated as a whole along each axis; missing axes and repeats count as 1."""
    times = as_dims(repeats)
    rank = max(len(times), len(x.dims))
    dims = (1,) * (rank - len(x.dims)) + x.dims
    times = (1,) * (rank - len(times)) + times
    return Spec(tuple(a * b for a, b in zip(dims, times, strict=True)), x.dtype)


def repeat(x: Spec, repeats: Any, axis: int | None = None) -> Spec:
    """Return `x` with each element along `axis` repeated; counts in a tensor leave the size unknown."""
    if axis is None:
        x, axis = Spec((product(x.dims),), x.dtype), 0
    at = axis_index(axis, len(x.dims))
    size = x.dims[at]
    if is_symbolic(repeats):
        result: Size = Dim.fresh("repeats")
    else:
        counts = as_dims(repeats)
        if len(counts) == 1:
            result = size * counts[0]
        else:
            agree_all([(size, len(counts))], "needs one count for each element", f"{counts} for {show(x)}")
            result = 0
            for count in counts:
                result = result + count
    return Spec((*x.dims[:at], result, *x.dims[at + 1 :]), x.dtype)


def pad(x: Spec, pad_width: Any, mode: str = "constant", constant_values: Any = None) -> Spec:
    """Return `x` with ``(before, after)`` added to each axis; `pad_width` may be one int or one pair for all."""
    del constant_values
    rank = len(x.dims)
    widths = tuple(pad_width) if isinstance(pad_width, Iterable) else (pad_width, pad_width)
    pairs = [tuple(one) if isinstance(one, Iterable) else one for one in widths]
    if len(pairs) == 2 and not any(isinstance(one, tuple) for one in pairs):
        pairs = [tuple(pairs)]
    if len(pairs) == 1:
        pairs *= rank
    if len(pairs) != rank or not all(isinstance(one, tuple) and len(one) == 2 for one in pairs):
        raise RuleError(
            "cannot use this `pad_width`",
            f"{pad_width!r} for {show(x)}",
            f"an int, a pair (before, after), or {rank} pairs",
            "Give one pair for each axis.",
        )
    added = [as_dims(one) for one in pairs]
    if mode != "constant" and any(size == 0 and one != (0, 0) for size, one in zip(x.dims, added, strict=True)):
        raise RuleError(
            "has nothing to continue an empty axis with",
            f"mode {mode!r} and pad_width {pad_width!r} for {show(x)}",
            "at least one element along axes that are extended, or mode 'constant'",
            "Pad with a constant.",
        )
    return Spec(tuple(size + before + after for size, (before, after) in zip(x.dims, added, strict=True)), x.dtype)


def flip(x: Spec, axis: Axis = None) -> Spec:
    """Return the shape of `x`; `axis` must exist."""
    axis_indices(axis, len(x.dims))
    return x


def roll(x: Spec, shift: Any, axis: Axis = None) -> Spec:
    """Return the shape of `x`; `axis` must exist."""
    del shift
    return flip(x, axis)
