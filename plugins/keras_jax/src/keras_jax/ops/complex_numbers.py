"""Parts of complex numbers on JAX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp


def complex_of(real: jax.Array, imag: jax.Array) -> jax.Array:
    """Return ``real + 1j * imag``; narrow floats become complex64."""
    if real.dtype.itemsize < 4:
        real, imag = real.astype(jnp.float32), imag.astype(jnp.float32)
    return jax.lax.complex(*jnp.broadcast_arrays(real, imag))


NATIVES: dict[str, Callable[..., Any]] = {
    "complex_of": complex_of,
    "conjugate": jnp.conjugate,
    "imag": jnp.imag,
    "real": jnp.real,
}
