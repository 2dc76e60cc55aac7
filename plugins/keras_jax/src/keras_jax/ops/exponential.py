"""Exponentials, logarithms and roots on JAX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

NATIVES: dict[str, Callable[..., Any]] = {
    "exp": jnp.exp,
    "expm1": jnp.expm1,
    "log": jnp.log,
    "log10": jnp.log10,
    "log1p": jnp.log1p,
    "log2": jnp.log2,
    "rsqrt": jax.lax.rsqrt,
    "sqrt": jnp.sqrt,
}
