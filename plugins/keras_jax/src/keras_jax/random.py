"""Draws on JAX: Threefry keys folded from a seed generator's two words."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.random import threefry_2x32

from keras_jax.tensors import dtype as native_dtype
from polykeras.random.fold import DOMAIN


class JaxRandom:
    """Random provider; keys are JAX's own typed keys."""

    def advance(self, state: jax.Array) -> jax.Array:
        """Return the state with its counter one further, modulo 2**32."""
        return state + jnp.array([0, 1], dtype=jnp.uint32)

    def fold(self, state: jax.Array, stream: int) -> jax.Array:
        """Return the key of ``(seed, counter)`` on `stream`."""
        salt = jnp.array([stream, DOMAIN], dtype=jnp.uint32)
        words = threefry_2x32((salt[0], salt[1]), state)
        return jax.random.wrap_key_data(words, impl="threefry2x32")

    def key_words(self, key: jax.Array) -> tuple[int, int]:
        """Return a concrete key as two words."""
        first, second = np.asarray(jax.random.key_data(key))
        return int(first), int(second)

    def bits(self, key: Any, shape: tuple[int, ...]) -> jax.Array:
        """Return uniform uint32 words."""
        return jax.random.bits(key, shape, jnp.uint32)

    def uniform(self, key: Any, shape: tuple[int, ...], dtype: str, minval: Any, maxval: Any) -> jax.Array:
        """Return draws from ``[minval, maxval)``."""
        return jax.random.uniform(key, shape, native_dtype(dtype), minval, maxval)

    def normal(self, key: Any, shape: tuple[int, ...], dtype: str, mean: Any, stddev: Any) -> jax.Array:
        """Return draws from the normal distribution."""
        kind = native_dtype(dtype)
        return jax.random.normal(key, shape, kind) * jnp.asarray(stddev, kind) + jnp.asarray(mean, kind)

    def bernoulli(self, key: Any, shape: tuple[int, ...], probability: Any) -> jax.Array:
        """Return booleans that are true with `probability`."""
        return jax.random.bernoulli(key, probability, shape)

    def gamma(self, key: Any, shape: tuple[int, ...], dtype: str, alpha: Any) -> jax.Array:
        """Return draws from the gamma distribution."""
        return jax.random.gamma(key, jnp.broadcast_to(alpha, shape), shape, native_dtype(dtype))

    def beta(self, key: Any, shape: tuple[int, ...], dtype: str, alpha: Any, beta: Any) -> jax.Array:
        """Return draws from the beta distribution."""
        return jax.random.beta(key, alpha, beta, shape, native_dtype(dtype))

    def binomial(self, key: Any, shape: tuple[int, ...], dtype: str, counts: Any, probabilities: Any) -> jax.Array:
        """Return draws from the binomial distribution, as floats."""
        return jax.random.binomial(key, counts, probabilities, shape, native_dtype(dtype))

    def randint(self, key: Any, shape: tuple[int, ...], dtype: str, minval: Any, maxval: Any) -> jax.Array:
        """Return whole numbers in ``[minval, maxval)``."""
        return jax.random.randint(key, shape, minval, maxval, native_dtype(dtype))
