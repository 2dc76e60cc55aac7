"""Reductions, running totals, order and rank on JAX.

`Axis` is an int, a tuple or list of ints, or ``None``; JAX wants tuples.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from keras_jax.ops.kinds import FLOATS, INT32, kind, sum_kind
from polykeras.ops.types import Axis


def _axis(axis: Axis) -> int | tuple[int, ...] | None:
    return axis if axis is None or isinstance(axis, int) else tuple(axis)


def sum(x: jax.Array, axis: Axis = None, keepdims: bool = False) -> jax.Array:
    """Return the sum along `axis`."""
    if x.dtype in FLOATS:
        return jnp.sum(x, _axis(axis), keepdims=keepdims)
    return jnp.sum(x, _axis(axis), dtype=sum_kind(x.dtype), keepdims=keepdims)


def prod(x: jax.Array, axis: Axis = None, keepdims: bool = False, dtype: Any = None) -> jax.Array:
    """Return the product along `axis`."""
    if dtype is None and x.dtype in FLOATS:
        return jnp.prod(x, _axis(axis), keepdims=keepdims)
    return jnp.prod(x, _axis(axis), dtype=sum_kind(x.dtype) if dtype is None else kind(dtype), keepdims=keepdims)


def mean(x: jax.Array, axis: Axis = None, keepdims: bool = False) -> jax.Array:
    """Return the mean along `axis`."""
    return jnp.mean(x, _axis(axis), keepdims=keepdims)


def var(x: jax.Array, axis: Axis = None, keepdims: bool = False) -> jax.Array:
    """Return the variance along `axis`."""
    return jnp.var(x, _axis(axis), keepdims=keepdims)


def std(x: jax.Array, axis: Axis = None, keepdims: bool = False) -> jax.Array:
    """Return the standard deviation along `axis`."""
    return jnp.std(x, _axis(axis), keepdims=keepdims)


def logsumexp(x: jax.Array, axis: Axis = None, keepdims: bool = False) -> jax.Array:
    """Return ``log(sum(exp(x)))`` along `axis`."""
    return jax.nn.logsumexp(x, _axis(axis), keepdims=keepdims)


def max(x: jax.Array, axis: Axis = None, keepdims: bool = False, initial: Any = None) -> jax.Array:
    """Return the largest element along `axis`."""
    return jnp.max(x, _axis(axis), keepdims=keepdims, initial=initial)


def min(x: jax.Array, axis: Axis = None, keepdims: bool = False, initial: Any = None) -> jax.Array:
    """Return the smallest element along `axis`."""
    return jnp.min(x, _axis(axis), keepdims=keepdims, initial=initial)


def any(x: jax.Array, axis: Axis = None, keepdims: bool = False) -> jax.Array:
    """Return whether some element along `axis` is true."""
    return jnp.any(x, _axis(axis), keepdims=keepdims)


def all(x: jax.Array, axis: Axis = None, keepdims: bool = False) -> jax.Array:
    """Return whether every element along `axis` is true."""
    # JAX asks the real part alone.
    return jnp.all(x != 0 if x.dtype.kind == "c" else x, _axis(axis), keepdims=keepdims)


def _narrow(positions: jax.Array) -> jax.Array:
    """Return positions as int32, which they are already without x64."""
    return positions if positions.dtype is INT32 else positions.astype(INT32)


def argmax(x: jax.Array, axis: int | None = None, keepdims: bool = False) -> jax.Array:
    """Return the position of the largest element along `axis`."""
    return _narrow(jnp.argmax(x, axis, keepdims=keepdims))


def argmin(x: jax.Array, axis: int | None = None, keepdims: bool = False) -> jax.Array:
    """Return the position of the smallest element along `axis`."""
    return _narrow(jnp.argmin(x, axis, keepdims=keepdims))


def cumsum(x: jax.Array, axis: int | None = None, dtype: Any = None) -> jax.Array:
    """Return the running totals."""
    return jnp.cumsum(x, axis, dtype=_running_kind(x, dtype))


def cumprod(x: jax.Array, axis: int | None = None, dtype: Any = None) -> jax.Array:
    """Return the running products."""
    return jnp.cumprod(x, axis, dtype=_running_kind(x, dtype))


def diff(a: jax.Array, n: int = 1, axis: int = -1) -> jax.Array:
    """Return the differences of neighbours."""
    size = a.shape[axis]  # more rounds leave nothing over, and each is traced
    return jnp.diff(a, n if n < size else size, axis)  # noqa: FURB136 - `min` is the reduction here


def _running_kind(x: jax.Array, dtype: Any) -> Any:
    own = jnp.int32 if x.dtype == jnp.bool_ else x.dtype
    return own if dtype is None else kind(dtype)


def count_nonzero(x: jax.Array, axis: Axis = None) -> jax.Array:
    """Return how many elements along `axis` are not zero."""
    return jnp.sum(x != 0, _axis(axis), dtype=jnp.int32)


def argsort(x: jax.Array, axis: int | None = -1) -> jax.Array:
    """Return the positions that sort `x`, equal elements in their order."""
    return _narrow(jnp.argsort(x, axis))


def top_k(x: jax.Array, k: int, sorted: bool = True) -> tuple[jax.Array, jax.Array]:
    """Return the `k` largest elements along the last axis and their positions; always in order."""
    ordered = x.astype(jnp.uint8) if x.dtype == jnp.bool_ else x
    del sorted
    values, positions = jax.lax.top_k(ordered, k)
    return values.astype(x.dtype), positions.astype(jnp.int32)


NATIVES: dict[str, Callable[..., Any]] = {
    "all": all,
    "any": any,
    "argmax": argmax,
    "argmin": argmin,
    "argsort": argsort,
    "count_nonzero": count_nonzero,
    "cumprod": cumprod,
    "cumsum": cumsum,
    "diff": diff,
    "logsumexp": logsumexp,
    "max": max,
    "mean": mean,
    "min": min,
    "prod": prod,
    "sort": jnp.sort,
    "std": std,
    "sum": sum,
    "top_k": top_k,
    "var": var,
}
