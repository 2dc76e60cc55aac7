"""Picking and replacing elements by position on TensorFlow.

TensorFlow slices as NumPy does, but knows no arrays of positions in ``x[key]``; these go through `gather_nd`.
A position outside of the tensor raises in eager code on the CPU; compiled, reading there gives an element within.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from keras_tf.framework import tf
from keras_tf.ops.kinds import NARROW_INTEGERS, UNSIGNED, raw, through

_NO_SCATTER = frozenset({*NARROW_INTEGERS, tf.bool})


def get_item(x: Any, key: Any) -> Any:
    """Return ``x[key]``."""
    items = [_index(item) for item in (key if type(key) is tuple else (key,))]
    if not any(_is_array(item) for item in items):
        return x[tuple(items)]
    return _picked(*_sliced(x, _without_ellipsis(x, items)))


def _index(item: Any) -> Any:
    """Return an index in one of three forms: a basic one, a tensor, or an array."""
    item = getattr(item, "value", item)  # a variable gives its tensor
    if isinstance(item, (list, tuple)):
        item = np.asarray(item)
        return item if item.dtype == bool else item.astype(np.int64)
    if isinstance(item, slice):
        return slice(*(getattr(bound, "value", bound) for bound in (item.start, item.stop, item.step)))
    if isinstance(item, np.integer):
        return int(item)
    return item


def _is_array(item: Any) -> bool:
    if isinstance(item, np.ndarray):
        return True
    return isinstance(item, tf.Tensor) and (item.shape.rank != 0 or item.dtype is tf.bool)


def _without_ellipsis(x: Any, items: list[Any]) -> list[Any]:
    """Return an index for every axis of `x`, and ``None`` for each new one."""
    used = sum(_axes(item) for item in items)
    rest = [slice(None)] * (x.shape.rank - used)
    for place, item in enumerate(items):
        if item is Ellipsis:
            return [*items[:place], *rest, *items[place + 1 :]]
    return [*items, *rest]


def _axes(item: Any) -> int:
    """Return how many axes of a tensor an index stands for."""
    if item is None or item is Ellipsis:
        return 0
    if _is_array(item) and item.dtype in {np.dtype(bool), tf.bool}:
        return len(item.shape)
    return 1


def _sliced(x: Any, items: list[Any]) -> tuple[Any, list[Any]]:
    """Take the basic indices; return what is left, with the arrays of positions for its axes, or ``None``."""
    basic: list[Any] = []
    positions: list[Any] = []
    for item in items:
        if _is_array(item) and item.dtype in {np.dtype(bool), tf.bool}:
            basic += [slice(None)] * len(item.shape)
            positions += list(tf.unstack(tf.where(item), num=len(item.shape), axis=1))
        elif isinstance(item, slice) or item is None:
            basic.append(item)
            positions.append(None)
        else:  # beside an array a number is an array too
            basic.append(slice(None))
            positions.append(tf.cast(item, tf.int64))
    return x[tuple(basic)], positions


def _picked(x: Any, positions: list[Any]) -> Any:
    """Return the elements at `positions`, the picked axes where NumPy puts them."""
    rank = x.shape.rank
    picked = [axis for axis in range(rank) if positions[axis] is not None]
    kept = [axis for axis in range(rank) if positions[axis] is None]
    shape = tf.shape(x, out_type=tf.int64)
    indices = [tf.where(positions[axis] < 0, positions[axis] + shape[axis], positions[axis]) for axis in picked]
    together = _broadcast(indices)
    result = tf.gather_nd(tf.transpose(x, picked + kept), tf.stack(together, axis=-1))
    width = together[0].shape.rank
    together_first = picked != list(range(picked[0], picked[0] + len(picked)))
    if together_first or picked[0] == 0:
        return result
    lead = picked[0]
    order = [*range(width, width + lead), *range(width), *range(width + lead, result.shape.rank)]
    return tf.transpose(result, order)


def _broadcast(indices: list[Any]) -> list[Any]:
    shape = tf.shape(indices[0])
    for index in indices[1:]:
        shape = tf.broadcast_dynamic_shape(shape, tf.shape(index))
    static = indices[0].shape
    for index in indices[1:]:
        static = tf.broadcast_static_shape(static, index.shape)
    return [tf.ensure_shape(tf.broadcast_to(index, shape), static) for index in indices]


def take(x: Any, indices: Any, axis: int | None = None) -> Any:
    """Return elements along an axis."""
    if axis is None:
        x, axis = tf.reshape(x, (-1,)), 0
    return raw.GatherV2(params=x, indices=_wrapped(x, indices, axis), axis=axis)


def take_along_axis(x: Any, indices: Any, axis: int | None = None) -> Any:
    """Return elements along an axis, by positions for each row."""
    if axis is None:
        x, indices, axis = tf.reshape(x, (-1,)), tf.reshape(indices, (-1,)), 0
    rank = x.shape.rank
    axis = range(rank)[axis]
    positions = _wrapped(x, indices, axis)
    # All other axes broadcast against each other.
    sizes = [1 if one == axis else tf.maximum(tf.shape(x)[one], tf.shape(positions)[one]) for one in range(rank)]
    own = [tf.shape(x)[one] if one == axis else sizes[one] for one in range(rank)]
    wanted = [tf.shape(positions)[one] if one == axis else sizes[one] for one in range(rank)]
    static_x = [x.shape[one] if one == axis else _joint(x.shape[one], positions.shape[one]) for one in range(rank)]
    static_p = [
        positions.shape[one] if one == axis else _joint(x.shape[one], positions.shape[one]) for one in range(rank)
    ]
    x = tf.ensure_shape(tf.broadcast_to(x, own), static_x)
    positions = tf.ensure_shape(tf.broadcast_to(positions, wanted), static_p)
    order = [one for one in range(rank) if one != axis] + [axis]
    back = sorted(range(rank), key=order.__getitem__)
    rows = tf.gather(tf.transpose(x, order), tf.transpose(positions, order), axis=-1, batch_dims=rank - 1)
    return tf.transpose(rows, back)


def _joint(first: int | None, second: int | None) -> int | None:
    if first is None or second is None:
        return None if first in {None, 1} and second in {None, 1} else max(first or 0, second or 0)
    return max(first, second)


def _wrapped(x: Any, indices: Any, axis: int) -> Any:
    """Return positions with negative ones counted from the end."""
    if indices.dtype in UNSIGNED:
        return tf.cast(indices, tf.int64)
    positions = indices if indices.dtype in {tf.int32, tf.int64} else tf.cast(indices, tf.int64)
    known = x.shape[axis]
    size = tf.shape(x, out_type=positions.dtype)[axis] if known is None else tf.constant(known, positions.dtype)
    below = raw.Less(x=positions, y=tf.constant(0, positions.dtype))
    return raw.SelectV2(condition=below, t=raw.AddV2(x=positions, y=size), e=positions)


def slice_block(inputs: Any, start_indices: Any, shape: Any) -> Any:
    """Return a block of `shape`."""
    return tf.slice(inputs, _starts(start_indices), shape)


def _starts(start_indices: Any) -> Any:
    whole = getattr(start_indices, "value", start_indices)
    if isinstance(whole, (tf.Tensor, np.ndarray)):
        return tf.cast(whole, tf.int32)
    return tf.stack([tf.cast(getattr(start, "value", start), tf.int32) for start in whole])


def slice_update(inputs: Any, start_indices: Any, updates: Any) -> Any:
    """Return the tensor with one block replaced."""
    starts = _starts(start_indices)
    # A block is a rectangle: each axis has its range of positions.
    ranges = [starts[axis] + tf.range(tf.shape(updates)[axis]) for axis in range(inputs.shape.rank)]
    indices = tf.stack(tf.meshgrid(*ranges, indexing="ij"), axis=-1)
    return scatter_update(inputs, indices, tf.cast(updates, inputs.dtype))


def scatter_update(inputs: Any, indices: Any, updates: Any, reduction: str | None = None) -> Any:
    """Return the tensor with elements replaced, or combined by `reduction`."""
    writers = {
        None: tf.tensor_scatter_nd_update,
        "add": tf.tensor_scatter_nd_add,
        "max": tf.tensor_scatter_nd_max,
        "min": tf.tensor_scatter_nd_min,
        "mul": _scatter_multiplied,
    }
    if reduction not in writers:
        raise ValueError(
            f"`scatter_update` has no such reduction.\nReceived: reduction={reduction!r}.\n"
            "Allowed: None, 'add', 'max', 'min', 'mul'.\nCorrect `reduction`."
        )
    positions = tf.cast(indices, tf.int64)
    sizes = tf.shape(inputs, out_type=tf.int64)[: positions.shape[-1]]
    positions = tf.where(positions < 0, positions + sizes, positions)
    own = inputs.dtype
    wide = tf.int64 if own in _NO_SCATTER else own
    return tf.cast(writers[reduction](tf.cast(inputs, wide), positions, tf.cast(updates, wide)), own)


def _scatter_multiplied(inputs: Any, positions: Any, updates: Any) -> Any:
    """Multiply elements; TensorFlow has no such scatter, so factors for one row are multiplied as segments."""
    depth = positions.shape[-1]
    shape = tf.shape(inputs, out_type=tf.int64)
    rows = tf.reduce_prod(shape[:depth])
    strides = tf.math.cumprod(shape[:depth], exclusive=True, reverse=True)
    row = tf.reshape(tf.reduce_sum(positions * strides, -1), (-1,))
    factors = tf.math.unsorted_segment_prod(tf.reshape(updates, tf.concat([[-1], shape[depth:]], 0)), row, rows)
    return inputs * tf.reshape(factors, shape)


def diagonal(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Return a diagonal of two axes as the last axis."""
    rank = x.shape.rank
    first, second = range(rank)[axis1], range(rank)[axis2]
    order = [one for one in range(rank) if one not in {first, second}] + [first, second]
    moved = tf.transpose(x, order)
    rows, columns = tf.shape(moved)[-2], tf.shape(moved)[-1]
    length = tf.maximum(tf.minimum(rows + min(offset, 0), columns - max(offset, 0)), 0)
    place = tf.range(length)
    positions = tf.stack([place - min(offset, 0), place + max(offset, 0)], -1)
    corner = tf.transpose(moved, [rank - 2, rank - 1, *range(rank - 2)])
    return tf.transpose(tf.gather_nd(corner, positions), [*range(1, rank - 1), 0])


def nonzero(x: Any) -> tuple[Any, ...]:
    """Return the positions of elements that are not zero."""
    found = tf.where(x if x.dtype is tf.bool else x != tf.zeros((), x.dtype))
    return tuple(tf.cast(one, tf.int32) for one in tf.unstack(found, num=x.shape.rank, axis=1))


def searchsorted(sorted_sequence: Any, values: Any, side: str = "left") -> Any:
    """Return where values belong in an ascending sequence."""
    if not values.dtype.is_floating:
        return _searched(sorted_sequence, values, side)
    # nan lies behind all numbers; TensorFlow compares with it, and what comes of that depends on the compiler.
    lost = tf.math.is_nan(sorted_sequence)
    numbers = tf.size(lost) - tf.reduce_sum(tf.cast(lost, tf.int32))
    infinite = tf.constant(float("inf"), values.dtype)
    found = tf.minimum(_searched(tf.where(lost, infinite, sorted_sequence), values, side), numbers)
    return tf.where(tf.math.is_nan(values), numbers if side == "left" else tf.size(lost), found)


def _searched(sorted_sequence: Any, values: Any, side: str) -> Any:
    flat = tf.searchsorted(sorted_sequence, tf.reshape(values, (-1,)), side, tf.int32)
    return tf.reshape(flat, tf.shape(values))


NATIVES: dict[str, Callable[..., Any]] = {
    "diagonal": diagonal,
    "get_item": get_item,
    "nonzero": nonzero,
    "scatter_update": scatter_update,
    "searchsorted": through(tf.int64, NARROW_INTEGERS, searchsorted, 2),
    "slice": slice_block,
    "slice_update": slice_update,
    "take": take,
    "take_along_axis": take_along_axis,
}
