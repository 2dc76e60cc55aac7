"""The written-down hash: published values, our own vectors, and the bijection that keeps seeds apart."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polykeras.random.fold import DOMAIN, MASK, VECTORS, fold, fold_array, threefry_words

# Known-answer tests of Random123 1.14 (tests/kat_vectors): count, key, answer of threefry2x32 with 20 rounds.
PUBLISHED = [
    ((0x00000000, 0x00000000), (0x00000000, 0x00000000), (0x6B200159, 0x99BA4EFE)),
    ((0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (0x1CB996FC, 0xBB002BE7)),
    ((0x243F6A88, 0x85A308D3), (0x13198A2E, 0x03707344), (0xC4923A9C, 0x483DF7A0)),
]
words = st.integers(0, MASK)


def unfold(word0: int, word1: int, stream: int) -> tuple[int, int]:
    """Run the rounds backwards, written from the paper and independently of `fold`."""
    keys = (stream, DOMAIN, 0x1BD11BDA ^ stream ^ DOMAIN)
    rotations = (13, 15, 26, 6, 17, 29, 16, 24)
    x0, x1 = word0, word1
    for group in reversed(range(5)):
        x0 = (x0 - keys[(group + 1) % 3]) & MASK
        x1 = (x1 - keys[(group + 2) % 3] - group - 1) & MASK
        for turn in reversed(range(4)):
            distance = rotations[(4 * group + turn) % 8]
            x1 ^= x0
            x1 = (x1 >> distance | x1 << (32 - distance)) & MASK
            x0 = (x0 - x1) & MASK
    return (x0 - keys[0]) & MASK, (x1 - keys[1]) & MASK


@pytest.mark.parametrize(("count", "key", "answer"), PUBLISHED)
def test_published_values(count, key, answer):
    assert threefry_words(*key, *count, mask=MASK) == answer


@pytest.mark.parametrize("dtype", [np.uint32, np.int64, np.uint64])
def test_published_values_on_arrays(dtype):
    counts, keys, answers = (np.array(column, dtype).T for column in zip(*PUBLISHED, strict=True))
    mask = None if dtype is np.uint32 else MASK
    np.testing.assert_array_equal(threefry_words(*keys, *counts, mask=mask), answers)


@pytest.mark.parametrize("vector", VECTORS)
def test_reference_vectors(vector):
    assert fold(vector.seed, vector.counter, vector.stream) == (vector.word0, vector.word1)


@given(words, words, words)
def test_fold_can_be_undone_so_two_seeds_never_share_a_key(seed, counter, stream):
    assert unfold(*fold(seed, counter, stream), stream) == (seed, counter)


def test_fold_array_is_fold():
    seeds = np.array([[v.seed] for v in VECTORS], np.uint32)
    counters = np.arange(3, dtype=np.uint32)
    got = np.stack(fold_array(seeds, counters, 2), axis=-1)
    want = [[fold(v.seed, counter, 2) for counter in range(3)] for v in VECTORS]
    assert got.dtype == np.uint32
    np.testing.assert_array_equal(got, want)


def test_fold_array_takes_scalars():
    assert tuple(int(word) for word in fold_array(1337, 1)) == fold(1337, 1)


def test_a_million_keys_are_distinct():
    word0, word1 = fold_array(np.arange(1000, dtype=np.uint32)[:, None], np.arange(1000, dtype=np.uint32))
    keys = word0.astype(np.uint64) << np.uint64(32) | word1
    assert np.unique(keys).size == 1_000_000


@pytest.mark.parametrize("arguments", [(-1, 0, 0), (2**32, 0, 0), (0, -1, 0), (0, 2**32, 0), (0, 0, -1), (0, 0, 2**32)])
def test_words_outside_the_range_are_refused(arguments):
    with pytest.raises(ValueError, match=r"(?s)three 32-bit words.*Allowed: integers in \[0, 2\*\*32\)"):
        fold(*arguments)
