"""Moving, joining, splitting and repeating axes on JAX."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from polykeras.ops.types import Axis


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def reshape(x: jax.Array, newshape: Any) -> jax.Array:
    """Return `x` in another shape."""
    if isinstance(newshape, (tuple, list)):
        newshape = tuple(-1 if size is None else size for size in newshape)
    return jnp.reshape(x, newshape)


def transpose(x: jax.Array, axes: Sequence[int] | None = None) -> jax.Array:
    """Return `x` with its axes in another order."""
    return jnp.transpose(x) if axes is None else jnp.transpose(x, tuple(axes))


def expand_dims(x: jax.Array, axis: int | Sequence[int]) -> jax.Array:
    """Return `x` with new axes."""
    return jnp.expand_dims(x, _tuple(axis))


def squeeze(x: jax.Array, axis: Axis = None) -> jax.Array:
    """Return `x` without axes of size 1."""
    return jnp.squeeze(x, _tuple(axis))


def unstack(x: jax.Array, num: int | None = None, axis: int = 0) -> list[jax.Array]:
    """Return the slices of `x` along an axis."""
    if num is not None and num != x.shape[axis]:
        raise ValueError(
            f"`unstack` must know how many tensors it returns.\nReceived: num={num} for axis {axis} of {x.shape}.\n"
            f"Allowed: {x.shape[axis]}, the size of the axis, or None.\nLeave `num` out."
        )
    return list(jnp.unstack(x, axis=axis))


def split(x: jax.Array, indices_or_sections: Any, axis: int = 0) -> list[jax.Array]:
    """Return pieces of `x`."""
    if not isinstance(indices_or_sections, int):
        indices_or_sections = np.asarray(indices_or_sections)
    return list(jnp.split(x, indices_or_sections, axis))


def tile(x: jax.Array, repeats: Any) -> jax.Array:
    """Return `x` repeated as a whole."""
    return jnp.tile(x, repeats if isinstance(repeats, int) else tuple(int(one) for one in repeats))


def repeat(x: jax.Array, repeats: Any, axis: int | None = None) -> jax.Array:
    """Return `x` with each element repeated."""
    counts = repeats if isinstance(repeats, (int, jax.Array)) else np.asarray(repeats)
    return jnp.repeat(x, counts, axis)


def pad(x: jax.Array, pad_width: Any, mode: str = "constant", constant_values: Any = None) -> jax.Array:
    """Return `x` with elements added around it."""
    if mode != "constant":
        return jnp.pad(x, pad_width, mode)
    return jnp.pad(x, pad_width, mode, constant_values=0 if constant_values is None else constant_values)


def flip(x: jax.Array, axis: Axis = None) -> jax.Array:
    """Return `x` reversed along axes."""
    return jnp.flip(x, _tuple(axis))


def roll(x: jax.Array, shift: Any, axis: Axis = None) -> jax.Array:
    """Return `x` moved along axes."""
    return jnp.roll(x, _tuple(shift), _tuple(axis))


def rot90(array: jax.Array, k: int = 1, axes: Sequence[int] = (0, 1)) -> jax.Array:
    """Return `array` turned in a plane."""
    return jnp.rot90(array, k, _tuple(axes))


NATIVES: dict[str, Callable[..., Any]] = {
    "append": jnp.append,
    "broadcast_to": jnp.broadcast_to,
    "column_stack": jnp.column_stack,
    "concatenate": jnp.concatenate,
    "dstack": jnp.dstack,
    "expand_dims": expand_dims,
    "flip": flip,
    "hstack": jnp.hstack,
    "moveaxis": jnp.moveaxis,
    "pad": pad,
    "ravel": jnp.ravel,
    "repeat": repeat,
    "reshape": reshape,
    "roll": roll,
    "rot90": rot90,
    "split": split,
    "squeeze": squeeze,
    "stack": jnp.stack,
    "swapaxes": jnp.swapaxes,
    "tile": tile,
    "transpose": transpose,
    "unstack": unstack,
    "vstack": jnp.vstack,
}
