"""The process-wide seed: reproducible once set, never the same seed twice, safe between threads."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from polykeras.random.global_seed import (
    check_seed,
    get_random_seed,
    make_default_seed,
    next_seed,
    set_random_seed,
    times_set,
)


def test_a_set_seed_repeats_everything():
    def draws():
        set_random_seed(7)
        return [next_seed() for _ in range(5)], random.random(), np.random.rand()  # noqa: NPY002, S311

    before = times_set()
    assert draws() == draws()
    assert times_set() == before + 2
    assert get_random_seed() == 7


def test_other_seeds_give_other_seeds():
    firsts = []
    for seed in range(100):
        set_random_seed(seed)
        firsts.append(next_seed())
    assert len(set(firsts)) == 100


def test_no_seed_is_handed_out_twice_between_threads():
    with ThreadPoolExecutor(8) as pool:
        seeds = list(pool.map(lambda _: next_seed(), range(20_000)))
    assert len(set(seeds)) == len(seeds)
    assert all(0 <= seed < 2**32 for seed in seeds)


def test_default_seeds_come_from_the_system():
    set_random_seed(1)
    first = [make_default_seed() for _ in range(4)]
    set_random_seed(1)
    assert [make_default_seed() for _ in range(4)] != first


@pytest.mark.parametrize("seed", [0, 2**32 - 1, np.int64(5), np.uint32(5)])
def test_seeds(seed):
    assert check_seed(seed) == seed
    assert type(check_seed(seed)) is int


@pytest.mark.parametrize("seed", [-1, 2**32, 1.0, "1", True, None, np.array([1, 2])])
def test_no_seeds(seed):
    with pytest.raises(ValueError, match=r"(?s)no seed.*Allowed: an integer in \[0, 2\*\*32\)"):
        set_random_seed(seed)
