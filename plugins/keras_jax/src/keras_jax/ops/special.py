"""Special functions on JAX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp


def gammainc(a: jax.Array, x: jax.Array) -> jax.Array:
    """Return the regularized lower incomplete gamma function; `a` is a constant."""
    return jax.scipy.special.gammainc(jax.lax.stop_gradient(a), x)


NATIVES: dict[str, Callable[..., Any]] = {
    "erf": jax.lax.erf,
    "erfc": jax.lax.erfc,
    "erfinv": jax.lax.erf_inv,
    "gammainc": gammainc,
    "i0": jnp.i0,
}
