"""Picking and replacing elements by position on NumPy; a position outside of the array raises.

Reading ``x[key]`` and adding into ``zeros[key]`` are each other's pullback: all of this family goes back to the two.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from keras_numpy.ops.arithmetic import add, maximum, minimum, multiply, select
from keras_numpy.tape import Op, constant, primitive, value_of

_BASIC = (int, np.integer, slice, type(None), type(Ellipsis))


def _get(x: Any, key: Any) -> Any:
    return x[key]


def _put_added(g: Any, key: Any, shape: tuple[int, ...]) -> Any:
    whole = np.zeros(shape, g.dtype)
    if all(isinstance(item, _BASIC) for item in key):
        whole[key] = g
    else:
        np.add.at(whole, key, g)
    return whole


pick = primitive(_get, lambda _, x, key: lambda g: pick_added(g, key, x.shape))
"""``pick(x, key)``: ``x[key]`` for a tuple of indices that NumPy takes."""
pick_added: Op = primitive(_put_added, lambda _, g, key, shape: lambda h: pick(h, key))
"""``pick_added(g, key, shape)``: zeros of `shape`, to which `g` was added at `key`."""


def get_item(x: Any, key: Any) -> Any:
    """Return ``x[key]``."""
    items = key if type(key) is tuple else (key,)
    return pick(x, tuple(map(_index, items)))


def _index(item: Any) -> Any:
    """Return an index in a form that NumPy takes."""
    item = value_of(getattr(item, "value", item))  # a variable gives its tensor
    if isinstance(item, (list, tuple)):
        array = np.asarray(item)
        return array if array.dtype == bool else array.astype(np.int64)
    if isinstance(item, slice):
        return slice(*(value_of(getattr(bound, "value", bound)) for bound in (item.start, item.stop, item.step)))
    return item


def take(x: Any, indices: Any, axis: int | None = None) -> Any:
    """Return the slices of `x` at `indices`."""
    if axis is None:
        return pick(x, np.unravel_index(_wrapped(indices, x.size), x.shape)) if x.ndim else pick(x, (Ellipsis,))
    return pick(x, (*(slice(None),) * (range(x.ndim)[axis]), value_of(indices)))


def _wrapped(indices: Any, size: int) -> Any:
    """Return positions with negative ones counted from the end."""
    positions = value_of(indices).astype(np.int64)
    return np.where(positions < 0, positions + size, positions)


def take_along_axis(x: Any, indices: Any, axis: int | None = None) -> Any:
    """Return the elements of `x` at `indices` along an axis; the other axes broadcast."""
    positions = value_of(indices)
    if axis is None:
        return take(x, positions.reshape(-1))
    axis = range(x.ndim)[axis]
    grids = np.ix_(*(np.arange(size) for size in x.shape))
    key = [np.zeros_like(grid) if size == 1 else grid for grid, size in zip(grids, x.shape, strict=True)]
    key[axis] = positions
    return pick(x, tuple(key))


def _block(start_indices: Any, sizes: Any, shape: tuple[int, ...]) -> tuple[slice, ...]:
    whole = value_of(getattr(start_indices, "value", start_indices))
    starts = [int(value_of(getattr(start, "value", start))) for start in whole]
    return tuple(
        slice(start, limit if size == -1 else start + int(size))
        for start, size, limit in zip(starts, sizes, shape, strict=True)
    )


def slice_block(inputs: Any, start_indices: Any, shape: Any) -> Any:
    """Return a block of `shape`."""
    block = _block(start_indices, shape, inputs.shape)
    outside = [part for part, size in zip(block, inputs.shape, strict=True) if part.start < 0 or part.stop > size]
    if outside:
        raise ValueError(
            f"`slice` asks for elements that do not exist.\nReceived: start_indices={start_indices} and "
            f"shape={tuple(shape)} of a tensor of shape {inputs.shape}.\n"
            "Allowed: start + size up to the size of each axis, -1 for all that is left.\nCorrect one of the two."
        )
    return pick(inputs, block)


def slice_update(inputs: Any, start_indices: Any, updates: Any) -> Any:
    """Return the array with one block replaced."""
    block = _block(start_indices, updates.shape, inputs.shape)
    kept = np.ones(inputs.shape, bool)
    kept[block] = False
    return select(kept, inputs, pick_added(updates.astype(inputs.dtype), block, inputs.shape))


def scatter_update(inputs: Any, indices: Any, updates: Any, reduction: str | None = None) -> Any:
    """Return the array with elements replaced, or combined by `reduction`."""
    positions = value_of(indices)
    key = tuple(positions[..., axis] for axis in range(positions.shape[-1]))
    updates = updates.astype(inputs.dtype)
    if reduction == "add":
        return add(inputs, pick_added(updates, key, inputs.shape))
    if reduction is None:
        # Of several updates of one element the last one written stays.
        order = np.full(inputs.shape, -1)
        shape = np.shape(value_of(updates))
        order[key] = np.arange(int(np.prod(shape))).reshape(shape)
        written = pick(updates.reshape(-1), (np.maximum(order, 0),))
        return select(order < 0, inputs, written)
    if reduction not in _COMBINED:
        raise ValueError(
            f"`scatter_update` has no such reduction.\nReceived: reduction={reduction!r}.\n"
            "Allowed: None, 'add', 'max', 'min', 'mul'.\nCorrect `reduction`."
        )
    return _one_by_one(inputs, key, updates, _COMBINED[reduction])


_COMBINED = {"max": maximum, "min": minimum, "mul": multiply}


def _one_by_one(inputs: Any, key: tuple[Any, ...], updates: Any, combine: Callable[..., Any]) -> Any:
    """Combine updates with the elements at `key`, all first updates of an element together, then all second ones."""
    places = np.stack([_wrapped(part, size) for part, size in zip(key, inputs.shape, strict=False)], -1)
    rows = places.reshape(-1, places.shape[-1])
    values = updates.reshape(len(rows), *inputs.shape[len(key) :])
    _, names = np.unique(rows, axis=0, return_inverse=True)
    names = names.reshape(-1)
    turns = np.array([int(np.sum(names[:index] == name)) for index, name in enumerate(names)])
    for turn in range(turns.max(initial=-1) + 1):
        chosen = np.flatnonzero(turns == turn)
        at = tuple(rows[chosen].T)
        combined = combine(pick(inputs, at), pick(values, (chosen,)))
        kept = np.ones(inputs.shape, bool)
        kept[at] = False
        inputs = select(kept, inputs, pick_added(combined, at, inputs.shape))
    return inputs


def diagonal(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Return a diagonal of two axes as the last axis."""
    positions = np.diagonal(np.arange(x.size).reshape(x.shape), offset, axis1, axis2)
    return pick(x.reshape(-1), (positions,))


def _nonzero(x: Any) -> Any:
    return tuple(one.astype(np.int32) for one in np.nonzero(x))


def _searchsorted(sorted_sequence: Any, values: Any, side: str = "left") -> Any:
    return np.searchsorted(sorted_sequence, values, side).astype(np.int32)  # type: ignore[call-overload]


NATIVES: dict[str, Callable[..., Any]] = {
    "diagonal": diagonal,
    "get_item": get_item,
    "nonzero": constant(_nonzero),
    "scatter_update": scatter_update,
    "searchsorted": constant(_searchsorted),
    "slice": slice_block,
    "slice_update": slice_update,
    "take": take,
    "take_along_axis": take_along_axis,
}
