"""Draws on NumPy: keys folded from a seed generator's two words, and Philox with the whole 64 bits of the key."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from keras_numpy.array import Tensor, tensor
from keras_numpy.tape import value_of
from keras_numpy.tensors import dtype as native_dtype
from polykeras.random.fold import MASK, fold

_STEPS = {"bfloat16": 2.0**8, "float16": 2.0**11}


class Key(NamedTuple):
    """Two 32-bit words."""

    first: int
    second: int


class NumpyRandom:
    """Random provider for NumPy."""

    def seed_framework(self, seed: int) -> None:
        """Seed NumPy's own generator, which code that calls `numpy.random.rand` draws from."""
        np.random.seed(seed)  # noqa: NPY002 - the legacy generator is the one that is hidden

    def advance(self, state: Tensor) -> Tensor:
        """Return the state with its counter one further, modulo 2**32."""
        seed, counter = value_of(state).tolist()
        return _made(np.array((seed, (counter + 1) & MASK), dtype=np.uint32))

    def fold(self, state: Tensor, stream: int) -> Key:
        """Return the key of ``(seed, counter)`` on `stream`."""
        seed, counter = value_of(state).tolist()
        return Key(*fold(seed, counter, stream))

    def key_words(self, key: Key) -> tuple[int, int]:
        """Return a key as two words."""
        return key.first, key.second

    def bits(self, key: Key, shape: tuple[int, ...]) -> Tensor:
        """Return uniform uint32 words."""
        words = _philox(key).bit_generator.random_raw(math.prod(shape)) >> np.uint64(32)
        return _made(words.astype(np.uint32).reshape(shape))

    def uniform(self, key: Key, shape: tuple[int, ...], dtype: str, minval: Any, maxval: Any) -> Tensor:
        """Return draws from ``[minval, maxval)``."""
        unit = _unit(key, shape, dtype)
        if isinstance(minval, (int, float)) and isinstance(maxval, (int, float)) and (minval, maxval) == (0, 1):
            return _made(unit)
        return _made(np.asarray(unit * (value_of(maxval) - value_of(minval)) + value_of(minval), dtype=unit.dtype))

    def normal(self, key: Key, shape: tuple[int, ...], dtype: str, mean: Any, stddev: Any) -> Tensor:
        """Return draws from the normal distribution."""
        draw = np.asarray(_philox(key).standard_normal(shape, dtype=_drawn(dtype)), dtype=native_dtype(dtype))
        return _made(np.asarray(draw * value_of(stddev) + value_of(mean), dtype=draw.dtype))

    def bernoulli(self, key: Key, shape: tuple[int, ...], probability: Any) -> Tensor:
        """Return booleans that are true with `probability`."""
        return _made(np.asarray(_unit(key, shape, "float32") < value_of(probability)))

    def gamma(self, key: Key, shape: tuple[int, ...], dtype: str, alpha: Any) -> Tensor:
        """Return draws from the gamma distribution."""
        return _made(np.asarray(_philox(key).gamma(value_of(alpha), size=shape), dtype=native_dtype(dtype)))

    def beta(self, key: Key, shape: tuple[int, ...], dtype: str, alpha: Any, beta: Any) -> Tensor:
        """Return draws from the beta distribution."""
        drawn = _philox(key).beta(value_of(alpha), value_of(beta), size=shape)
        return _made(np.asarray(drawn, dtype=native_dtype(dtype)))

    def binomial(self, key: Key, shape: tuple[int, ...], dtype: str, counts: Any, probabilities: Any) -> Tensor:
        """Return draws from the binomial distribution, as floats."""
        drawn = _philox(key).binomial(np.asarray(value_of(counts), np.int64), value_of(probabilities), size=shape)
        return _made(np.asarray(drawn, dtype=native_dtype(dtype)))

    def randint(self, key: Key, shape: tuple[int, ...], dtype: str, minval: Any, maxval: Any) -> Tensor:
        """Return whole numbers in ``[minval, maxval)``."""
        low, high = (np.asarray(value_of(bound)) for bound in (minval, maxval))
        drawn = _philox(key).integers(low, np.maximum(high, low + 1), size=shape)
        return _made(np.asarray(drawn).astype(native_dtype(dtype)))


def _made(values: np.ndarray) -> Tensor:
    made: Tensor = tensor(values)
    return made


def _unit(key: Key, shape: tuple[int, ...], dtype: str) -> np.ndarray:
    """Return draws from [0, 1)."""
    unit = np.asarray(_philox(key).random(shape, dtype=_drawn(dtype)))
    steps = _STEPS.get(dtype)
    if steps is not None:
        # Rounded to nearest, the largest draws would become 1.
        unit = np.floor(unit * steps) / steps
    return unit.astype(native_dtype(dtype), copy=False)


def _drawn(dtype: str) -> Any:
    return np.float64 if dtype == "float64" else np.float32


def _philox(key: Key) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=(key.first << 32) | key.second))
