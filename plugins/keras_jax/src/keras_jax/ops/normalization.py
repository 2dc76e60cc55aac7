"""Normalisation on JAX: plain formulas, which XLA fuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from polykeras.ops.types import Axis

_NARROW = ("float16", "bfloat16")


def moments(
    x: jax.Array, axes: Axis, keepdims: bool = False, synchronized: bool = False
) -> tuple[jax.Array, jax.Array]:
    """Return mean and variance over `axes`."""
    del synchronized
    axes = axes if axes is None or isinstance(axes, int) else tuple(axes)
    wide = x.astype(jnp.float32) if x.dtype.name in _NARROW else x
    mean = jnp.mean(wide, axes, keepdims=True)
    variance = jnp.mean(jnp.square(wide - mean), axes, keepdims=keepdims)
    if not keepdims:
        mean = jnp.squeeze(mean, tuple(range(x.ndim)) if axes is None else axes)
    return mean.astype(x.dtype), variance.astype(x.dtype)


NATIVES: dict[str, Callable[..., Any]] = {"moments": moments}
