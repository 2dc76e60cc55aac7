"""Arrays out of shapes and numbers on JAX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from keras_jax.ops.kinds import kind
from polykeras.backend import dtypes


def zeros(shape: Any, dtype: Any = None) -> jax.Array:
    """Return zeros."""
    return jnp.zeros(shape, kind(dtype))


def ones(shape: Any, dtype: Any = None) -> jax.Array:
    """Return ones."""
    return jnp.ones(shape, kind(dtype))


def full(shape: Any, fill_value: Any, dtype: Any = None) -> jax.Array:
    """Return one value everywhere; an array or tensor of values broadcasts."""
    return jnp.full(shape, getattr(fill_value, "value", fill_value), kind(dtype))  # a variable gives its tensor


def zeros_like(x: jax.Array, dtype: Any = None) -> jax.Array:
    """Return zeros in the shape of `x`."""
    return jnp.zeros_like(x, None if dtype is None else kind(dtype))


def ones_like(x: jax.Array, dtype: Any = None) -> jax.Array:
    """Return ones in the shape of `x`."""
    return jnp.ones_like(x, None if dtype is None else kind(dtype))


def arange(start: Any, stop: Any = None, step: Any = None, dtype: Any = None) -> jax.Array:
    """Return a range of numbers."""
    bounds = [bound for bound in (start, stop, step) if bound is not None]
    name = dtypes.result_type(*map(_bound_dtype, bounds)) if dtype is None else dtype
    start, stop, step = (getattr(bound, "value", bound) for bound in (start, stop, step))
    return jnp.arange(start, stop, step, kind(name))


def _bound_dtype(bound: Any) -> Any:
    # A size that is symbolic while JAX traces shapes is an int.
    return bound.dtype if hasattr(bound, "dtype") else float if isinstance(bound, float) else int


def eye(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> jax.Array:  # noqa: N803 - the op's own
    """Return ones on diagonal `k`."""
    return jnp.eye(N, M, k, kind(dtype))


NATIVES: dict[str, Callable[..., Any]] = {
    "arange": arange,
    "eye": eye,
    "full": full,
    "ones": ones,
    "ones_like": ones_like,
    "tril": jnp.tril,
    "triu": jnp.triu,
    "zeros": zeros,
    "zeros_like": zeros_like,
}
