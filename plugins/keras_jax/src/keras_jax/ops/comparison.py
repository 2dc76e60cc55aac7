"""Comparisons and truth on JAX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp


def where(
    condition: jax.Array, x1: jax.Array | None = None, x2: jax.Array | None = None
) -> jax.Array | tuple[jax.Array, ...]:
    """Return `x1` or `x2` by `condition`, or the indices where it holds."""
    if x1 is None or x2 is None:
        return tuple(one.astype(jnp.int32) for one in jnp.nonzero(condition))
    return jnp.where(condition, x1, x2)


NATIVES: dict[str, Callable[..., Any]] = {
    "equal": jnp.equal,
    "greater": jnp.greater,
    "greater_equal": jnp.greater_equal,
    "isfinite": jnp.isfinite,
    "isinf": jnp.isinf,
    "isnan": jnp.isnan,
    "less": jnp.less,
    "less_equal": jnp.less_equal,
    "logical_and": jnp.logical_and,
    "logical_not": jnp.logical_not,
    "logical_or": jnp.logical_or,
    "logical_xor": jnp.logical_xor,
    "not_equal": jnp.not_equal,
    "where": where,
}
