"""Draws on the host, with the same bits on every backend, machine and NumPy release.

Promises: a draw is a function of its key, shape, dtype and parameters alone, and a longer draw
begins with the shorter one. Every element takes one 64-bit word of Philox-4x64-10 (Salmon et al.,
SC'11, 2011), read with ``random_raw``, the part of NumPy's generators whose output is frozen
(NEP 19); its distributions are not, so they are made here, with exactly rounded arithmetic only.
The draw is made in float64; float32 and float16 are that same draw rounded, so a model keeps its
initial weights when its dtype changes.
Refuses: other dtypes, and speed at any price. Draws inside a training step belong to backends.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from polykeras.random.fold import INIT, fold
from polykeras.random.quantile import normal_quantile

Array: TypeAlias = npt.NDArray[Any]
Raw: TypeAlias = npt.NDArray[np.uint64]
Floats: TypeAlias = npt.NDArray[np.float64]

DTYPES: Final = ("float64", "float32", "float16")
_BLOCK = 8192  # words at a time: intermediate arrays stay in the processor's cache
_TWO_SIGMA_MASS = 0.95449973610364158560  # P(|Z| < 2)
_LARGEST_PERMUTATION = 2**40


class HostKey(NamedTuple):
    """What a host draw is keyed by: the folded words, and the stream they were folded in.

    The stream is kept beside the words, so keys of two streams differ even where words agree.
    """

    word0: int
    word1: int
    stream: int


def host_key(seed: int, counter: int = 0, stream: int = INIT) -> HostKey:
    """Return the key of draw number `counter` of the seed `seed`.

    Args:
        seed: Integer in [0, 2**32).
        counter: Number of the draw, in [0, 2**32).
        stream: One of the streams named in `polykeras.random.fold`.

    Raises:
        ValueError: An argument is outside its range.
    """
    word0, word1 = fold(seed, counter, stream)
    return HostKey(word0, word1, stream)


def bits(key: HostKey, shape: Sequence[int]) -> npt.NDArray[np.uint32]:
    """Return uniform 32-bit words of `shape`: the upper halves of Philox's words."""
    return _draw(key, shape, np.dtype(np.uint32), lambda words: words >> np.uint64(32))


def uniform(
    key: HostKey,
    shape: Sequence[int],
    dtype: str = "float32",
    minval: float = 0.0,
    maxval: float = 1.0,
) -> Array:
    """Return draws from ``[minval, maxval)``, `maxval` excluded after rounding to `dtype` too.

    ``minval + (maxval - minval) * u`` with ``u`` a multiple of 2**-53.

    Args:
        key: From `host_key`.
        shape: Shape of the result.
        dtype: ``"float64"``, ``"float32"`` or ``"float16"``.
        minval: Lower bound, included.
        maxval: Upper bound, excluded unless it equals `minval`.

    Returns:
        An array of `shape` and `dtype`.

    Raises:
        ValueError: `minval` exceeds `maxval`, or `dtype` is another.
    """
    if not minval <= maxval:
        raise ValueError(
            f"A uniform draw has no range: minval={minval}, maxval={maxval}.\n"
            "Allowed: minval <= maxval.\n"
            "Exchange the two bounds."
        )
    target = _float_dtype(dtype)
    last = np.nextafter(target.type(maxval), target.type(minval))
    width = float(maxval) - float(minval)

    def transform(words: Raw) -> Array:
        unit = (words >> np.uint64(11)).astype(np.float64) * 2.0**-53
        drawn: Array = (minval + width * unit).astype(target)
        np.minimum(drawn, last, out=drawn)
        return drawn

    return _draw(key, shape, target, transform)


def normal(
    key: HostKey,
    shape: Sequence[int],
    dtype: str = "float32",
    mean: float = 0.0,
    stddev: float = 1.0,
) -> Array:
    """Return draws from the normal distribution, by its quantile function.

    Args:
        key: From `host_key`.
        shape: Shape of the result.
        dtype: ``"float64"``, ``"float32"`` or ``"float16"``.
        mean: Mean.
        stddev: Standard deviation.

    Returns:
        An array of `shape` and `dtype`; no element is farther than 8.3 `stddev` from `mean`.

    Raises:
        ValueError: `dtype` is another.
    """
    return _draw(
        key,
        shape,
        _float_dtype(dtype),
        lambda words: mean + stddev * normal_quantile(_offset(words)),
    )


def truncated_normal(
    key: HostKey,
    shape: Sequence[int],
    dtype: str = "float32",
    mean: float = 0.0,
    stddev: float = 1.0,
) -> Array:
    """Return draws from the normal distribution kept within two standard deviations.

    The quantile function is applied to the middle 95.45% of probabilities: exact, and one word
    per element, where rejection would need an unknown number.

    Args:
        key: From `host_key`.
        shape: Shape of the result.
        dtype: ``"float64"``, ``"float32"`` or ``"float16"``.
        mean: Mean.
        stddev: Standard deviation of the distribution before truncation; after it, 0.8796 of that.

    Returns:
        An array of `shape` and `dtype` inside ``mean -/+ 2 * stddev``.

    Raises:
        ValueError: `dtype` is another.
    """
    return _draw(
        key,
        shape,
        _float_dtype(dtype),
        lambda words: mean + stddev * normal_quantile(_offset(words) * _TWO_SIGMA_MASS),
    )


def permutation(key: HostKey, count: int) -> npt.NDArray[np.int64]:
    """Return the integers below `count` in random order.

    Random words carry their index in the low bits and are sorted: distinct words have one order,
    whatever the sorting algorithm. Two indices with equal random parts keep their order; with
    `count` up to 2**24 that befalls a given pair with a probability of at most 2**-40.

    Args:
        key: From `host_key`.
        count: How many, at most 2**40.

    Raises:
        ValueError: `count` is negative or too large.
    """
    if not 0 <= count <= _LARGEST_PERMUTATION:
        raise ValueError(
            f"A permutation of {count} elements cannot be drawn.\n"
            f"Allowed: 0 to {_LARGEST_PERMUTATION}.\n"
            "Shuffle a larger source by blocks."
        )
    width = np.uint64(max(count - 1, 0).bit_length())
    words = _philox(key).random_raw(count) >> width << width
    words |= np.arange(count, dtype=np.uint64)
    words.sort()
    words &= (np.uint64(1) << width) - np.uint64(1)
    return words.astype(np.int64)


def _offset(words: Raw) -> Floats:
    """Return odd multiples of 2**-53 inside (-0.5, 0.5): symmetric, and never 0."""
    return ((words >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52 - 0.5


def _philox(key: HostKey) -> np.random.Philox:
    low = key.word0 | key.word1 << 32
    return np.random.Philox(key=np.array([low, key.stream], np.uint64))


def _draw(key: HostKey, shape: Sequence[int], dtype: np.dtype[Any], transform: Callable[[Raw], Array]) -> Array:
    sizes = tuple(shape)
    flat = np.empty(math.prod(sizes), dtype)
    source = _philox(key)
    for start in range(0, flat.size, _BLOCK):
        part = flat[start : start + _BLOCK]
        part[...] = transform(source.random_raw(part.size))
    return flat.reshape(sizes)


def _float_dtype(dtype: str) -> np.dtype[Any]:
    if dtype not in DTYPES:
        raise ValueError(
            f"The host cannot draw real numbers of dtype {dtype!r}.\n"
            f"Allowed: {', '.join(DTYPES)}.\n"
            "Draw float32 and cast the result."
        )
    return np.dtype(dtype)
