"""Moving, joining, splitting and repeating axes on TensorFlow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from keras_tf.framework import tf
from keras_tf.ops.kinds import constant, raw, through
from polykeras.ops import shape_rules
from polykeras.ops.types import Axis

# `tf.tile` has no kernel for it.
_NOT_REPEATED = frozenset({tf.uint16})


def _check(rule: Callable[..., Any], x: Any, *rest: Any) -> Any:
    """Run a shape rule where TensorFlow's own error would not be the op's; it raises that."""
    return shape_rules.infer(rule.__name__, rule, [shape_rules.Spec(tuple(x.shape), x.dtype.name), *rest])


def reshape(x: Any, newshape: Any) -> Any:
    """Return `x` in another shape."""
    if isinstance(newshape, int):
        newshape = (newshape,)
    elif isinstance(newshape, (tuple, list)):
        newshape = tuple(-1 if size is None else size for size in newshape)
        if -1 in newshape and 0 in newshape:
            _check(shape_rules.reshape, x, newshape)  # TensorFlow makes up a size
    return tf.reshape(x, newshape)


def transpose(x: Any, axes: Sequence[int] | None = None) -> Any:
    """Return `x` with its axes in another order."""
    return tf.transpose(x, axes if axes is None else [range(x.shape.rank)[axis] for axis in axes])


def expand_dims(x: Any, axis: int | Sequence[int]) -> Any:
    """Return `x` with new axes."""
    if isinstance(axis, int):
        return tf.expand_dims(x, axis)
    rank = x.shape.rank + len(axis)
    for one in sorted(range(rank)[one] for one in axis):
        x = tf.expand_dims(x, one)
    return x


def squeeze(x: Any, axis: Axis = None) -> Any:
    """Return `x` without axes of size 1."""
    if axis is not None:
        _check(shape_rules.squeeze, x, axis)
        axis = [axis] if isinstance(axis, int) else list(axis)
        if not axis:
            return x
    return tf.squeeze(x, axis)


def broadcast_to(x: Any, shape: Any) -> Any:
    """Return `x` stretched."""
    return tf.broadcast_to(x, (shape,) if isinstance(shape, int) else shape)


def concatenate(xs: Sequence[Any], axis: int | None = 0) -> Any:
    """Return tensors joined along an axis."""
    return tf.concat([tf.reshape(x, (-1,)) for x in xs], 0) if axis is None else tf.concat(xs, axis)


def split(x: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """Return pieces of `x`."""
    size = x.shape[axis]
    if isinstance(indices_or_sections, (int, np.integer)):
        sections = int(indices_or_sections)
        if size is not None and (sections <= 0 or size % sections):
            _check(shape_rules.split, x, sections, axis)
        return list(tf.split(x, sections, axis))
    cuts = [int(cut) for cut in indices_or_sections]
    bounds = [min(max(cut + size if cut < 0 else cut, 0), size) for cut in cuts]
    starts, stops = [0, *bounds], [*bounds, size]
    axis = range(x.shape.rank)[axis]
    lead = (slice(None),) * axis
    return [x[(*lead, slice(start, max(start, stop)))] for start, stop in zip(starts, stops, strict=True)]


def unstack(x: Any, num: int | None = None, axis: int = 0) -> list[Any]:
    """Return the slices of `x` along an axis."""
    if num is not None and num != x.shape[axis]:
        _check(shape_rules.unstack, x, num, axis)
    return list(tf.unstack(x, num, axis))


def tile(x: Any, repeats: Any) -> Any:
    """Return `x` repeated as a whole."""
    counts = [repeats] if isinstance(repeats, int) else list(repeats)
    rank = max(len(counts), x.shape.rank)
    counts = [1] * (rank - len(counts)) + counts
    if x.shape.rank < rank:
        x = tf.reshape(x, tf.concat([[1] * (rank - x.shape.rank), tf.shape(x)], 0))
    return tf.tile(x, counts)


def repeat(x: Any, repeats: Any, axis: int | None = None) -> Any:
    """Return `x` with each element repeated."""
    return tf.repeat(x, repeats if isinstance(repeats, int) else tf.cast(repeats, tf.int32), axis)


def pad(x: Any, pad_width: Any, mode: str = "constant", constant_values: Any = None) -> Any:
    """Return `x` with elements added around it; `tf.pad` knows fewer modes and reaches less far."""
    pairs = np.broadcast_to(np.asarray(pad_width, dtype=np.int64), (x.shape.rank, 2)).tolist()
    if mode == "constant":
        return tf.pad(x, pairs, constant_values=constant(0 if constant_values is None else constant_values, x.dtype))
    for axis, (before, after) in enumerate(pairs):
        if before or after:
            positions = np.pad(np.arange(x.shape[axis]), (before, after), mode)  # type: ignore[call-overload]
            x = tf.gather(x, positions.astype(np.int32), axis=axis)
    return x


def flip(x: Any, axis: Axis = None) -> Any:
    """Return `x` reversed along axes."""
    axes = range(x.shape.rank) if axis is None else [axis] if isinstance(axis, int) else axis
    return tf.reverse(x, [range(x.shape.rank)[one] for one in axes]) if len(axes) else x


def roll(x: Any, shift: Any, axis: Axis = None) -> Any:
    """Return `x` moved along axes, one shift for each or one for all."""
    if axis is None:
        flat = tf.reshape(x, (-1,))
        return tf.reshape(tf.roll(flat, tf.reduce_sum(tf.cast(shift, tf.int32)), 0), tf.shape(x))
    shifts, axes = np.broadcast_arrays(shift, axis)
    return tf.roll(x, shifts.ravel().tolist(), [range(x.shape.rank)[one] for one in axes.ravel().tolist()])


def moveaxis(x: Any, source: Any, destination: Any) -> Any:
    """Return `x` with some axes at other places."""
    rank = x.shape.rank
    sources, targets = ([range(rank)[one] for one in np.atleast_1d(axes).tolist()] for axes in (source, destination))
    order = [one for one in range(rank) if one not in sources]
    for target, own in sorted(zip(targets, sources, strict=True)):
        order.insert(target, own)
    return tf.transpose(x, order)


def swapaxes(x: Any, axis1: int, axis2: int) -> Any:
    """Return `x` with two axes exchanged."""
    order = list(range(x.shape.rank))
    order[axis1], order[axis2] = order[axis2], order[axis1]
    return tf.transpose(x, order)


NATIVES: dict[str, Callable[..., Any]] = {
    "broadcast_to": broadcast_to,
    "concatenate": concatenate,
    "expand_dims": expand_dims,
    "flip": flip,
    "moveaxis": moveaxis,
    "pad": pad,
    "ravel": lambda x: tf.reshape(x, (-1,)),
    "repeat": through(tf.int32, _NOT_REPEATED, repeat),
    "reshape": reshape,
    "roll": roll,
    "split": split,
    "squeeze": squeeze,
    "stack": lambda xs, axis=0: raw.Pack(values=xs, axis=axis),
    "swapaxes": swapaxes,
    "tile": through(tf.int32, _NOT_REPEATED, tile),
    "transpose": transpose,
    "unstack": unstack,
}
