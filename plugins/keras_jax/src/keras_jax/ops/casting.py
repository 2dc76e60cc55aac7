"""Casts and copies on JAX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from keras_jax.ops.kinds import kind


def cast(x: jax.Array, dtype: Any) -> jax.Array:
    """Return `x` in another dtype; of complex numbers the real part, without JAX's warning."""
    target = kind(dtype)
    if x.dtype.kind == "c" and target.kind != "c":
        x = x != 0 if target.kind == "b" else jnp.real(x)
    return jax.lax.convert_element_type(x, target)


NATIVES: dict[str, Callable[..., Any]] = {
    "cast": cast,
    "copy": jnp.copy,
    "stop_gradient": jax.lax.stop_gradient,
}
