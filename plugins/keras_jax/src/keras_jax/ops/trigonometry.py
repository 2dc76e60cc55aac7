"""Trigonometric and hyperbolic functions on JAX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp

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
    "hypot": jnp.hypot,
    "rad2deg": jnp.rad2deg,
    "sin": jnp.sin,
    "sinc": jnp.sinc,
    "sinh": jnp.sinh,
    "tan": jnp.tan,
    "tanh": jnp.tanh,
}
