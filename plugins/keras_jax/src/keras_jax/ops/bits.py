"""Bits on JAX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from keras_jax.ops.kinds import kind
from polykeras.backend.dtypes import standardize_dtype
from polykeras.plugins.errors import DtypeError


def view(x: jax.Array, dtype: Any = None) -> jax.Array:
    """Return the bits as another dtype; one of 64 bits is refused where JAX stores 32 for it."""
    name = x.dtype.name if dtype is None else standardize_dtype(dtype)
    target = kind(name)
    if target.name != name:
        raise DtypeError(
            "The op `view` cannot read bits as a dtype that is not stored.\n"
            f"Received: dtype {name}, for which JAX stores {target.name}.\n"
            "Allowed: dtypes of 32 bits and less, and all of them where x64 is on.\n"
            "View it as two elements of 32 bits, or call `jax.config.update('jax_enable_x64', True)` first."
        )
    return jax.lax.stop_gradient(x).view(target)


def nextafter(x1: jax.Array, x2: jax.Array) -> jax.Array:
    """Return the neighbour of `x1` on the way to `x2`."""
    return jax.lax.stop_gradient(jnp.nextafter(x1, x2))


NATIVES: dict[str, Callable[..., Any]] = {
    "bitwise_and": jnp.bitwise_and,
    "bitwise_left_shift": jnp.left_shift,
    "bitwise_not": jnp.bitwise_not,
    "bitwise_or": jnp.bitwise_or,
    "bitwise_right_shift": jnp.right_shift,
    "bitwise_xor": jnp.bitwise_xor,
    "nextafter": nextafter,
    "signbit": jnp.signbit,
    "view": view,
}
