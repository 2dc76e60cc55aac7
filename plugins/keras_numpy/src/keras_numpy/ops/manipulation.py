"""Moving, joining, splitting and repeating axes on NumPy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from keras_numpy.ops.arithmetic import spread_sum
from keras_numpy.ops.indexing import pick
from keras_numpy.tape import Op, Pullback, primitive, primitive_of_many, value_of
from polykeras.ops import shape_rules
from polykeras.ops.types import Axis

_reshape: Op = primitive(np.reshape, lambda _, x, shape: lambda g: _reshape(g, x.shape))
_transpose: Op = primitive(np.transpose, lambda _, x, axes: lambda g: _transpose(g, tuple(np.argsort(axes).tolist())))
_broadcast = primitive(np.broadcast_to, lambda _, x, shape: lambda g: spread_sum(g, x.shape))


def _axes(axis: Any) -> Any:
    return tuple(axis) if isinstance(axis, list) else axis


def reshape(x: Any, newshape: Any) -> Any:
    """Return `x` in another shape."""
    if isinstance(newshape, (tuple, list)):
        newshape = tuple(-1 if size is None else int(size) for size in newshape)
    return _reshape(x, newshape)


def transpose(x: Any, axes: Sequence[int] | None = None) -> Any:
    """Return `x` with its axes in another order."""
    order = range(x.ndim - 1, -1, -1) if axes is None else axes
    if len(order) != x.ndim:
        np.transpose(value_of(x), axes)  # NumPy's own error
    return _transpose(x, tuple(range(x.ndim)[axis] for axis in order))


def moveaxis(x: Any, source: Any, destination: Any) -> Any:
    """Return `x` with some axes at other places."""
    sources, targets = ([range(x.ndim)[one] for one in np.atleast_1d(axes).tolist()] for axes in (source, destination))
    order = [one for one in range(x.ndim) if one not in sources]
    for target, own in sorted(zip(targets, sources, strict=True)):
        order.insert(target, own)
    return _transpose(x, tuple(order))


def swapaxes(x: Any, axis1: int, axis2: int) -> Any:
    """Return `x` with two axes exchanged."""
    order = list(range(x.ndim))
    order[axis1], order[axis2] = order[axis2], order[axis1]
    return _transpose(x, tuple(order))


def expand_dims(x: Any, axis: int | Sequence[int]) -> Any:
    """Return `x` with new axes."""
    return _reshape(x, np.expand_dims(value_of(x), _axes(axis)).shape)


def squeeze(x: Any, axis: Axis = None) -> Any:
    """Return `x` without axes of size 1."""
    return _reshape(x, np.squeeze(value_of(x), _axes(axis)).shape)


def broadcast_to(x: Any, shape: Any) -> Any:
    """Return `x` stretched."""
    return _broadcast(x, (shape,) if isinstance(shape, int) else tuple(shape))


def _join(axis: int, *xs: Any) -> Any:
    return np.concatenate(xs, axis)


def _part(position: int, _: Any, arguments: tuple[Any, ...], options: Any) -> Pullback:
    del options
    axis, *xs = arguments
    start = sum(x.shape[axis] for x in xs[: position - 1])
    lead = (slice(None),) * (axis % xs[0].ndim)
    return lambda g: pick(g, (*lead, slice(start, start + xs[position - 1].shape[axis])))


_concatenate = primitive_of_many(_join, _part)


def concatenate(xs: Sequence[Any], axis: int | None = 0) -> Any:
    """Return tensors joined along an axis."""
    if axis is None:
        return _concatenate(0, *(_reshape(x, (-1,)) for x in xs))
    return _concatenate(axis, *xs)


def stack(xs: Sequence[Any], axis: int = 0) -> Any:
    """Return tensors of one shape along a new axis."""
    return _concatenate(axis, *(expand_dims(x, axis) for x in xs))


def split(x: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """Return pieces of `x`."""
    size = x.shape[axis]
    if isinstance(indices_or_sections, (int, np.integer)):
        sections = int(indices_or_sections)
        if sections <= 0 or size % sections:
            spec = shape_rules.Spec(tuple(x.shape), x.dtype.name)
            shape_rules.infer("split", shape_rules.split, [spec, sections, axis])
        cuts = [size // sections * part for part in range(1, sections)]
    else:
        cuts = [int(cut) for cut in np.asarray(indices_or_sections).tolist()]
    lead = (slice(None),) * (range(x.ndim)[axis])
    return [pick(x, (*lead, slice(start, stop))) for start, stop in zip([0, *cuts], [*cuts, size], strict=True)]


def unstack(x: Any, num: int | None = None, axis: int = 0) -> list[Any]:
    """Return the slices of `x` along an axis."""
    if num is not None and num != x.shape[axis]:
        spec = shape_rules.Spec(tuple(x.shape), x.dtype.name)
        shape_rules.infer("unstack", shape_rules.unstack, [spec, num, axis])
    lead = (slice(None),) * (range(x.ndim)[axis])
    return [pick(x, (*lead, index)) for index in range(x.shape[axis])]


def _picked_along(x: Any, positions: np.ndarray, axis: int) -> Any:
    """Return the slices of `x` at `positions`."""
    return pick(x, (*(slice(None),) * (range(x.ndim)[axis]), positions))


def tile(x: Any, repeats: Any) -> Any:
    """Return `x` repeated as a whole."""
    counts = [repeats] if isinstance(repeats, int) else [int(one) for one in repeats]
    rank = max(len(counts), x.ndim)
    counts = [1] * (rank - len(counts)) + counts
    y = _reshape(x, (1,) * (rank - x.ndim) + x.shape)
    for axis, count in enumerate(counts):
        if count != 1:
            y = _picked_along(y, np.tile(np.arange(y.shape[axis]), count), axis)
    return y


def repeat(x: Any, repeats: Any, axis: int | None = None) -> Any:
    """Return `x` with each element repeated."""
    if axis is None:
        x, axis = _reshape(x, (-1,)), 0
    return _picked_along(x, np.repeat(np.arange(x.shape[axis]), value_of(repeats)), axis)


def _inner(x: Any, pairs: tuple[tuple[int, int], ...]) -> Any:
    return pick(x, tuple(slice(low, size - high) for (low, high), size in zip(pairs, x.shape, strict=True)))


def _constant_pad(x: Any, pairs: tuple[tuple[int, int], ...], fill: Any) -> Any:
    return np.pad(x, pairs, constant_values=fill)


surround = primitive(_constant_pad, lambda _, x, pairs, fill: lambda g: _inner(g, pairs))
"""``surround(x, pairs, fill)``: `x` with ``(before, after)`` elements `fill` added to each axis."""


def pad(x: Any, pad_width: Any, mode: str = "constant", constant_values: Any = None) -> Any:
    """Return `x` with elements added around it."""
    pairs = tuple(map(tuple, np.broadcast_to(np.asarray(pad_width, dtype=np.int64), (x.ndim, 2)).tolist()))
    if mode == "constant":
        return surround(x, pairs, 0 if constant_values is None else value_of(constant_values))
    for axis, pair in enumerate(pairs):
        if any(pair):
            x = _picked_along(x, np.pad(np.arange(x.shape[axis]), pair, mode), axis)  # type: ignore[call-overload]
    return x


def flip(x: Any, axis: Axis = None) -> Any:
    """Return `x` reversed along axes."""
    axes = range(x.ndim) if axis is None else [axis] if isinstance(axis, int) else axis
    turned = {range(x.ndim)[one] for one in axes}
    return pick(x, tuple(slice(None, None, -1 if one in turned else 1) for one in range(x.ndim)))


def roll(x: Any, shift: Any, axis: Axis = None) -> Any:
    """Return `x` moved along axes, one shift for each or one for all."""
    shift = value_of(shift)
    if axis is None:
        flat = _picked_along(_reshape(x, (-1,)), np.roll(np.arange(x.size), np.sum(shift)), 0)
        return _reshape(flat, x.shape)
    for one, place in zip(*(part.ravel().tolist() for part in np.broadcast_arrays(shift, axis)), strict=True):
        x = _picked_along(x, np.roll(np.arange(x.shape[place]), one), place)
    return x


NATIVES: dict[str, Callable[..., Any]] = {
    "broadcast_to": broadcast_to,
    "concatenate": concatenate,
    "expand_dims": expand_dims,
    "flip": flip,
    "moveaxis": moveaxis,
    "pad": pad,
    "repeat": repeat,
    "reshape": reshape,
    "roll": roll,
    "split": split,
    "squeeze": squeeze,
    "stack": stack,
    "swapaxes": swapaxes,
    "tile": tile,
    "transpose": transpose,
    "unstack": unstack,
}
