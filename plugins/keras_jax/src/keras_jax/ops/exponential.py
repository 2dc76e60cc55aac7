"""Exponentials, logarithms and roots on JAX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp


def cbrt(x: jax.Array) -> jax.Array:
    """Return the cube root; JAX's own has gradient nan at 0."""
    own = (x == 0) | jnp.isinf(x)
    return jnp.where(own, jax.lax.stop_gradient(x), jnp.cbrt(jnp.where(own, 1, x)))


NATIVES: dict[str, Callable[..., Any]] = {
    "cbrt": cbrt,
    "exp": jnp.exp,
    "exp2": jnp.exp2,
    "expm1": jnp.expm1,
    "log": jnp.log,
    "log10": jnp.log10,
    "log1p": jnp.log1p,
    "log2": jnp.log2,
    "logaddexp": jnp.logaddexp,
    "logaddexp2": jnp.logaddexp2,
    "rsqrt": jax.lax.rsqrt,
    "sqrt": jnp.sqrt,
}
