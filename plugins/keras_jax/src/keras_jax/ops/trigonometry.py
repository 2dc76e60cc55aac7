"""Trigonometric and hyperbolic functions on JAX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp


def hypot(x1: jax.Array, x2: jax.Array) -> jax.Array:
    """Return the length of a vector; its gradient at the origin is 0."""
    origin = (x1 == 0) & (x2 == 0)
    return jnp.where(origin, 0, jnp.hypot(jnp.where(origin, 1, x1), jnp.where(origin, 1, x2)))


NATIVES: dict[str, Callable[..., Any]] = {
    "arccos": jnp.arccos,
    "arccosh": jnp.arccosh,
    "arcsin": jnp.arcsin,
    "arcsinh": jnp.arcsinh,
    "arctan": jnp.arctan,
    "arctan2": jnp.arctan2,
    "arctanh": jnp.arctanh,
    "cos": jnp.cos,
    "cosh": jnp.cosh,
    "deg2rad": jnp.deg2rad,
    "hypot": hypot,
    "rad2deg": jnp.rad2deg,
    "sin": jnp.sin,
    "sinc": jnp.sinc,
    "sinh": jnp.sinh,
    "tan": jnp.tan,
    "tanh": jnp.tanh,
}
