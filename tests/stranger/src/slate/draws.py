"""Draws: Philox of NumPy under the keys that the contract writes down."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras.random.fold import fold
from slate.tensors import Slate, dtype, slate

Key = tuple[int, int]


class SlateRandom:
    """Random provider; a key is two words."""

    def advance(self, state: Slate) -> Slate:
        """Return the state with its counter one further, modulo 2**32."""
        return slate(np.asarray(state) + np.array([0, 1], "uint32"))

    def fold(self, state: Slate, stream: int) -> Key:
        """Return the key of ``(seed, counter)`` on `stream`."""
        seed, counter = np.asarray(state).tolist()
        return fold(seed, counter, stream)

    def key_words(self, key: Key) -> Key:
        """Return the words."""
        return key

    def bits(self, key: Key, shape: tuple[int, ...]) -> Slate:
        """Return uniform uint32 words."""
        return slate(_generator(key).integers(0, 2**32, shape, "uint32"))

    def uniform(self, key: Key, shape: tuple[int, ...], dtype: str, minval: Any, maxval: Any) -> Slate:
        """Return draws from ``[minval, maxval)``."""
        # As many bits as the dtype tells apart below 1, so that rounding never reaches the upper bound.
        steps = {"bfloat16": 2**8, "float16": 2**11, "float32": 2**24, "float64": 2**53}[dtype]
        unit = _generator(key).integers(0, steps, shape) / steps
        drawn = (unit * (np.asarray(maxval, "float64") - minval) + minval).astype(_dtype(dtype))
        return slate(np.minimum(drawn, np.nextafter(np.asarray(maxval, drawn.dtype), np.asarray(minval, drawn.dtype))))

    def normal(self, key: Key, shape: tuple[int, ...], dtype: str, mean: Any, stddev: Any) -> Slate:
        """Return draws from the normal distribution."""
        return slate(
            (_generator(key).standard_normal(shape) * np.asarray(stddev) + np.asarray(mean)).astype(_dtype(dtype))
        )

    def bernoulli(self, key: Key, shape: tuple[int, ...], probability: Any) -> Slate:
        """Return booleans that are true with `probability`."""
        return slate(_generator(key).random(shape) < np.asarray(probability))


_dtype = dtype


def _generator(key: Key) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=key[0] | key[1] << 32))
