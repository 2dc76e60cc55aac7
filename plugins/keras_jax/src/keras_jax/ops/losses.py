"""Crossentropies on JAX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from polykeras.backend.config import epsilon
from polykeras.ops.losses import check_labels, check_target


def categorical_crossentropy(
    target: jax.Array, output: jax.Array, from_logits: bool = False, axis: int = -1
) -> jax.Array:
    """Return ``-sum(target * log(p))`` along `axis`."""
    check_target("categorical_crossentropy", target, output)
    if from_logits:
        return -jnp.sum(target * jax.nn.log_softmax(output, axis), axis)
    p = output / jnp.sum(output, axis, keepdims=True)
    return -jnp.sum(target * jnp.log(jnp.clip(p, epsilon(), 1.0 - epsilon())), axis)


def sparse_categorical_crossentropy(
    target: jax.Array, output: jax.Array, from_logits: bool = False, axis: int = -1
) -> jax.Array:
    """Return ``-log(p[target])`` along `axis`; ``nan`` for a label outside of the classes."""
    if target.ndim == output.ndim and target.shape[axis] == 1:
        target = jnp.squeeze(target, axis)
    check_labels(target, output, axis)
    scores = jax.nn.log_softmax(output, axis) if from_logits else output
    # Comparing with every class fuses into the sum; a gather has a scatter for its gradient, which does not.
    classes = jax.lax.broadcasted_iota(target.dtype, output.shape, axis % output.ndim)
    hit = classes == jnp.expand_dims(target, axis)
    chosen = jnp.sum(jnp.where(hit, scores, 0), axis)
    inside = (target >= 0) & (target < output.shape[axis])
    chosen = jnp.where(inside, chosen, jnp.nan)
    if from_logits:
        return -chosen
    p = chosen / jnp.sum(output, axis)
    return -jnp.log(jnp.clip(p, epsilon(), 1.0 - epsilon()))


def binary_crossentropy(target: jax.Array, output: jax.Array, from_logits: bool = False) -> jax.Array:
    """Return the crossentropy of two outcomes, element by element."""
    check_target("binary_crossentropy", target, output)
    if from_logits:
        return jax.nn.softplus(output) - target * output
    p = jnp.clip(output, epsilon(), 1.0 - epsilon())
    return -(target * jnp.log(p) + (1.0 - target) * jnp.log(1.0 - p))


NATIVES: dict[str, Callable[..., Any]] = {
    "binary_crossentropy": binary_crossentropy,
    "categorical_crossentropy": categorical_crossentropy,
    "sparse_categorical_crossentropy": sparse_categorical_crossentropy,
}
