"""Divisors and multiples on JAX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp

NATIVES: dict[str, Callable[..., Any]] = {
    "gcd": jnp.gcd,
    "lcm": jnp.lcm,
}
