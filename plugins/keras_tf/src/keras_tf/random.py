"""Draws on TensorFlow: stateless Philox from keys folded from a seed generator's two words.

Eager code, traced functions and XLA draw the same numbers from the same key. For that floats are made from words here:
XLA's own uniform and normal draws are others than TensorFlow's (measured with 2.21), while its words are the same.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from keras_tf.framework import tf
from keras_tf.ops.kinds import constant
from keras_tf.tensors import dtype as native_dtype
from polykeras.random.fold import DOMAIN, MASK, fold, threefry_words

_ALGORITHM = "philox"
_STEPS = {tf.bfloat16: 2.0**8, tf.float16: 2.0**11}


class _Word:
    """A uint32 tensor with the operators that Threefry needs."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __add__(self, other: _Word | int) -> _Word:
        return _Word(self.value + _uint32(other))

    def __xor__(self, other: _Word | int) -> _Word:
        return _Word(tf.bitwise.bitwise_xor(self.value, _uint32(other)))

    def __or__(self, other: _Word) -> _Word:
        return _Word(tf.bitwise.bitwise_or(self.value, other.value))

    def __lshift__(self, distance: int) -> _Word:
        return _Word(tf.bitwise.left_shift(self.value, _uint32(distance)))

    def __rshift__(self, distance: int) -> _Word:
        return _Word(tf.bitwise.right_shift(self.value, _uint32(distance)))


def _uint32(value: _Word | int) -> Any:
    return value.value if isinstance(value, _Word) else tf.constant(value, tf.uint32)


class TensorFlowRandom:
    """Random provider; a key is a ``(2,)`` uint32 tensor."""

    def seed_framework(self, seed: int) -> None:
        """Seed TensorFlow's own generators, which code that calls `tf.random` draws from."""
        tf.random.set_seed(seed)

    def advance(self, state: Any) -> Any:
        """Return the state with its counter one further, modulo 2**32."""
        return state + tf.constant([0, 1], tf.uint32)

    def fold(self, state: Any, stream: int) -> Any:
        """Return the key of ``(seed, counter)`` on `stream`."""
        if tf.executing_eagerly():
            seed, counter = state.numpy().tolist()
            return tf.constant(fold(seed, counter, stream), tf.uint32)
        words = threefry_words(
            _Word(tf.constant(stream, tf.uint32)),
            _Word(tf.constant(DOMAIN & MASK, tf.uint32)),
            _Word(state[0]),
            _Word(state[1]),
        )
        return tf.stack([word.value for word in words])

    def key_words(self, key: Any) -> tuple[int, int]:
        """Return a concrete key as two words."""
        first, second = key.numpy().tolist()
        return int(first), int(second)

    def bits(self, key: Any, shape: tuple[int, ...]) -> Any:
        """Return uniform uint32 words."""
        return _words(key, shape)

    def uniform(self, key: Any, shape: tuple[int, ...], dtype: str, minval: Any, maxval: Any) -> Any:
        """Return draws from ``[minval, maxval)``."""
        unit = _unit(key, shape, native_dtype(dtype))
        if isinstance(minval, (int, float)) and isinstance(maxval, (int, float)) and (minval, maxval) == (0, 1):
            return unit
        low, high = (constant(bound, unit.dtype) for bound in (minval, maxval))
        return unit * (high - low) + low

    def normal(self, key: Any, shape: tuple[int, ...], dtype: str, mean: Any, stddev: Any) -> Any:
        """Return draws from the normal distribution."""
        kind = native_dtype(dtype)
        # Odd multiples of half a step are symmetric about zero and never -1 or 1.
        if kind == tf.float64:
            offset = _wide(key, shape) * 2.0 - 1.0 + 2.0**-53
        else:
            odd = tf.bitwise.bitwise_or(_shifted(_words(key, shape), 8), tf.constant(1, tf.uint32))
            offset = tf.cast(odd, tf.float32) * 2.0**-23 - 1.0
        draw = tf.cast(math.sqrt(2.0) * tf.math.erfinv(offset), kind)
        return draw * constant(stddev, draw.dtype) + constant(mean, draw.dtype)

    def bernoulli(self, key: Any, shape: tuple[int, ...], probability: Any) -> Any:
        """Return booleans that are true with `probability`."""
        return _unit(key, shape, tf.float32) < constant(probability, tf.float32)


def _seed(key: Any) -> Any:
    return tf.bitcast(key, tf.int32)


def _words(key: Any, shape: Any) -> Any:
    return tf.random.stateless_uniform(shape, _seed(key), minval=None, maxval=None, dtype=tf.uint32, alg=_ALGORITHM)


def _shifted(words: Any, distance: int) -> Any:
    return tf.bitwise.right_shift(words, tf.constant(distance, tf.uint32))


def _wide(key: Any, shape: Any) -> Any:
    """Return float64 draws from [0, 1) of 53 bits."""
    high, low = tf.unstack(_words(key, (2, *shape)))
    high, low = (_shifted(word, by) for word, by in ((high, 5), (low, 6)))
    return tf.cast(high, tf.float64) * 2.0**-27 + tf.cast(low, tf.float64) * 2.0**-53


def _unit(key: Any, shape: tuple[int, ...], kind: Any) -> Any:
    """Return draws from [0, 1)."""
    if kind == tf.float64:
        return _wide(key, shape)
    unit = tf.cast(_shifted(_words(key, shape), 8), tf.float32) * 2.0**-24
    steps = _STEPS.get(kind)
    if steps is None:
        return unit
    # Rounded to nearest, the largest draws would become 1.
    return tf.cast(tf.floor(unit * np.float32(steps)) / np.float32(steps), kind)
