"""Picking and replacing elements by position on JAX.

JAX cannot raise for a position outside of the array: reading there gives nan or the least integer,
writing there does nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from polykeras.ops import shape_rules


def get_item(x: jax.Array, key: Any) -> jax.Array:
    """Return ``x[key]``."""
    items = key if type(key) is tuple else (key,)
    axis = 0
    for item in items:
        if type(item) is int and not (axis < x.ndim and -x.shape[axis] <= item < x.shape[axis]):
            # JAX takes the last element for one that is not there; the rule knows the axes behind `...` too.
            shape_rules.infer("get_item", shape_rules.get_item, [shape_rules.Spec(x.shape, x.dtype.name), key])
        axis += item is not None
    return x[tuple(_index(item) for item in items)]


def _index(item: Any) -> Any:
    """Return an index in a form that JAX takes: arrays in place of lists and variables."""
    if isinstance(item, (list, tuple)):
        array = np.asarray(item)
        return array if array.dtype == bool else array.astype(np.int32)
    return getattr(item, "value", item)


def slice_block(inputs: jax.Array, start_indices: Any, shape: Any) -> jax.Array:
    """Return a block of `shape`; starts that are known are checked against the array."""
    starts = _starts(start_indices, inputs.ndim)
    sizes = [inputs.shape[i] - starts[i] if size == -1 else size for i, size in enumerate(shape)]
    if all(isinstance(start, (int, np.integer)) for start in starts):
        limits = [start + size for start, size in zip(starts, sizes, strict=True)]
        return jax.lax.slice(inputs, starts, limits)
    return jax.lax.dynamic_slice(inputs, starts, sizes)


def _starts(start_indices: Any, rank: int) -> list[Any]:
    whole = getattr(start_indices, "value", start_indices)
    if isinstance(whole, np.ndarray):
        return [int(start) for start in whole]
    return [getattr(whole[axis], "value", whole[axis]) for axis in range(rank)]


def slice_update(inputs: jax.Array, start_indices: Any, updates: jax.Array) -> jax.Array:
    """Return the array with one block replaced."""
    starts = _starts(start_indices, inputs.ndim)
    return jax.lax.dynamic_update_slice(inputs, updates.astype(inputs.dtype), starts)


def scatter_update(
    inputs: jax.Array, indices: jax.Array, updates: jax.Array, reduction: str | None = None
) -> jax.Array:
    """Return the array with elements replaced, or combined by `reduction`."""
    place = inputs.at[tuple(indices[..., axis] for axis in range(indices.shape[-1]))]
    writers = {None: place.set, "add": place.add, "max": place.max, "min": place.min, "mul": place.multiply}
    if reduction not in writers:
        raise ValueError(
            f"`scatter_update` has no such reduction.\nReceived: reduction={reduction!r}.\n"
            "Allowed: None, 'add', 'max', 'min', 'mul'.\nCorrect `reduction`."
        )
    result: jax.Array = writers[reduction](updates.astype(inputs.dtype))
    return result


def nonzero(x: jax.Array) -> tuple[jax.Array, ...]:
    """Return the positions of elements that are not zero."""
    return tuple(one.astype(jnp.int32) for one in jnp.nonzero(x))


def searchsorted(sorted_sequence: jax.Array, values: jax.Array, side: str = "left") -> jax.Array:
    """Return where values belong in an ascending sequence."""
    return jnp.searchsorted(sorted_sequence, values, side).astype(jnp.int32)


NATIVES: dict[str, Callable[..., Any]] = {
    "diagonal": jnp.diagonal,
    "get_item": get_item,
    "nonzero": nonzero,
    "scatter_update": scatter_update,
    "searchsorted": searchsorted,
    "slice": slice_block,
    "slice_update": slice_update,
    "take": jnp.take,
    "take_along_axis": jnp.take_along_axis,
}
