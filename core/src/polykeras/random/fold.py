"""The hash that makes a key out of a seed and a counter, written down once for every backend.

Promises: for each stream, `fold` is a bijection of the pair ``(seed, counter)``, so two different
pairs never share a key, and the words are the same on every backend (`VECTORS` are the witness).
Refuses: seeds, counters and streams outside [0, 2**32). Not for cryptography.

The hash is Threefry-2x32 with 20 rounds (J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw,
"Parallel random numbers: as easy as 1, 2, 3", SC'11, 2011), with ``(stream, DOMAIN)`` for its key
and ``(seed, counter)`` for its count.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

Word: TypeAlias = Any
"""32-bit words: a Python int, or an array of uint32 or int64 of any framework."""
Words: TypeAlias = "npt.NDArray[np.uint32]"

DOMAIN = 0x706F6C79
"""Second key word, ASCII ``"poly"``: sets these keys apart from anybody else's Threefry."""
MASK = 0xFFFFFFFF

DRAW = 0
"""Stream of draws made by layers and by `polykeras.random`."""
INIT = 1
"""Stream of initial weights."""
SHUFFLE = 2
"""Stream of the order of samples."""
DATA = 3
"""Stream of augmentation and sampling in data pipelines."""
GLOBAL = 4
"""Stream of the seeds handed to objects made without one."""

_PARITY = 0x1BD11BDA
_ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
_GROUPS = 5


class Vector(NamedTuple):
    """One reference value: ``fold(seed, counter, stream) == (word0, word1)``."""

    seed: int
    counter: int
    stream: int
    word0: int
    word1: int


VECTORS: tuple[Vector, ...] = (
    Vector(0x00000000, 0x00000000, 0x00000000, 0xF6DD80D3, 0x370E5B74),
    Vector(0x00000000, 0x00000001, 0x00000000, 0xB31860D7, 0x33FD0E57),
    Vector(0x00000001, 0x00000000, 0x00000000, 0xCCCEC3A9, 0xD897EBCA),
    Vector(0x00000539, 0x00000000, 0x00000000, 0xADACDD9C, 0x4C2826BF),
    Vector(0x00000539, 0x00000001, 0x00000000, 0xFC67A55D, 0x6D9D779E),
    Vector(0x00000539, 0x00000000, 0x00000001, 0x20BBD64E, 0x80D6EA2C),
    Vector(0x00000539, 0x00000000, 0x00000002, 0xA3587230, 0x7DA7030A),
    Vector(0xFFFFFFFF, 0xFFFFFFFF, 0x00000000, 0x4C54DE33, 0x142359F5),
    Vector(0xFFFFFFFF, 0x00000000, 0xFFFFFFFF, 0x825AB50D, 0x2CBF0387),
    Vector(0x243F6A88, 0x85A308D3, 0x00000003, 0xB1E49AF4, 0xBBA68A78),
    Vector(0x80000000, 0x7FFFFFFF, 0x00000004, 0xEFFBD684, 0x77133CEE),
)
"""What every backend's own `fold` must reproduce."""


def threefry_words(key0: Word, key1: Word, count0: Word, count1: Word, *, mask: int | None = None) -> tuple[Word, Word]:
    """Return the two words of Threefry-2x32-20, with operators only.

    The body uses ``+ ^ << >> | &`` and nothing else, so it runs on any framework's arrays.

    Args:
        key0: First key word, of the same kind as the count.
        key1: Second key word, of the same kind as the count.
        count0: First word of the count, of any shape.
        count1: Second word of the count, of the same shape.
        mask: ``None`` for words that wrap by themselves (uint32 arrays); `MASK` for wider signed
            words that hold values in [0, 2**32): Python ints, and int64 arrays of frameworks
            whose uint32 has no arithmetic. Left shifts reach 2**61 there, so int64 is enough.

    Returns:
        Two words of the shape of the count.
    """
    keys = (key0, key1, key0 ^ key1 ^ _PARITY)
    x0 = _wrap(count0 + keys[0], mask)
    x1 = _wrap(count1 + keys[1], mask)
    for group in range(_GROUPS):
        for distance in _ROTATIONS[group % 2]:
            x0 = _wrap(x0 + x1, mask)
            x1 = x0 ^ (_wrap(x1 << distance, mask) | (x1 >> (32 - distance)))
        x0 = _wrap(x0 + keys[(group + 1) % 3], mask)
        x1 = _wrap(x1 + keys[(group + 2) % 3] + (group + 1), mask)
    return x0, x1


def _wrap(word: Word, mask: int | None) -> Word:
    return word if mask is None else word & mask


def fold(seed: int, counter: int, stream: int = DRAW) -> tuple[int, int]:
    """Return the key of draw number `counter` of the generator `seed`, as two 32-bit words.

    ``Threefry-2x32-20(key=(stream, DOMAIN), count=(seed, counter))``.

    Args:
        seed: First word of a seed generator's state, in [0, 2**32).
        counter: Second word of that state, in [0, 2**32).
        stream: What the draw is for, in [0, 2**32); `DRAW` unless said otherwise.

    Returns:
        Two integers in [0, 2**32).

    Raises:
        ValueError: An argument is outside its range.

    >>> fold(0, 0)
    (4141711571, 923687796)
    """
    if not (0 <= seed <= MASK and 0 <= counter <= MASK and 0 <= stream <= MASK):
        raise ValueError(
            f"A key needs three 32-bit words, not seed={seed}, counter={counter}, stream={stream}.\n"
            "Allowed: integers in [0, 2**32) for each.\n"
            "Take a seed that fits; reducing a larger one would let two seeds share their draws."
        )
    word0, word1 = threefry_words(stream, DOMAIN, seed, counter, mask=MASK)
    return word0, word1


def fold_array(seeds: npt.ArrayLike, counters: npt.ArrayLike, stream: int = DRAW) -> tuple[Words, Words]:
    """Return the keys of many ``(seed, counter)`` pairs at once.

    Args:
        seeds: Unsigned words of any shape, convertible to uint32.
        counters: Unsigned words that broadcast against `seeds`.
        stream: What the draws are for, in [0, 2**32).

    Returns:
        Two uint32 arrays of the broadcast shape, elementwise equal to `fold`.
    """
    seeds, counters = np.broadcast_arrays(np.asarray(seeds, np.uint32), np.asarray(counters, np.uint32))
    shape = seeds.shape
    # NumPy scalars warn when they wrap and arrays do not, hence ravel before and reshape after.
    keys = np.array([[stream], [DOMAIN]], np.uint32)
    word0, word1 = threefry_words(keys[0], keys[1], seeds.ravel(), counters.ravel())
    return word0.reshape(shape), word1.reshape(shape)
