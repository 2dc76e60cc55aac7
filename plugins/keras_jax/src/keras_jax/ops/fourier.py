"""Fourier transforms on JAX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp


def fourier_of(x: jax.Array, rank: int = 1, inverse: bool = False) -> jax.Array:
    """Return the transform along the last axes."""
    if x.size == 0:
        return x
    return (jnp.fft.ifftn if inverse else jnp.fft.fftn)(x, axes=tuple(range(-rank, 0)))


NATIVES: dict[str, Callable[..., Any]] = {
    "fourier_of": fourier_of,
    "irfft_of": jnp.fft.irfft,
    "rfft_of": jnp.fft.rfft,
}
