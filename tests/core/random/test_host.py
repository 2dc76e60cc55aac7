"""Host draws: recorded bits, distributions, and the promises that do not depend on chance."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from polykeras.random import host
from polykeras.random.fold import DRAW, INIT, SHUFFLE
from polykeras.random.host import host_key

KEY = host_key(1337, 0)
COUNT = 200_000

# SHA-256 of the little-endian bytes of (100, 100) draws from KEY: they must never change again.
RECORDED = [
    ("uniform", "float64", "78085b8e8d9b8bb28164444cb1ae2033"),
    ("uniform", "float32", "7e435b362fade32863abbde1e768da23"),
    ("normal", "float64", "93d9d7b570f9e04986802cd5b91397f8"),
    ("normal", "float32", "61a0ccc167747212ac811b850b0151a9"),
    ("truncated_normal", "float64", "875687e8799173f27e987c990e67aa24"),
    ("truncated_normal", "float32", "5e78cbfe7460227472d7e34269d0c6b1"),
]


def digest(values: np.ndarray) -> str:
    return hashlib.sha256(values.astype(values.dtype.newbyteorder("<")).tobytes()).hexdigest()[:32]


@pytest.mark.parametrize(("draw", "dtype", "recorded"), RECORDED)
def test_recorded_bits(draw, dtype, recorded):
    assert digest(getattr(host, draw)(KEY, (100, 100), dtype)) == recorded


def test_recorded_bits_of_integers():
    assert digest(host.bits(KEY, (100, 100))) == "0408433b9d3f320b853975e2f1f869e0"
    assert digest(host.permutation(KEY, 10_000)) == "5197fd75ec34c3936005ae88f10c0a24"


# Moments of the standard distributions: mean, variance, fourth central moment.
MOMENTS = [
    ("uniform", 0.5, 1 / 12, 1 / 80),
    ("normal", 0.0, 1.0, 3.0),
    ("truncated_normal", 0.0, 0.87962566103423978**2, 1.4161),
]


@pytest.mark.parametrize(("draw", "mean", "variance", "fourth"), MOMENTS)
def test_moments(draw, mean, variance, fourth):
    x = getattr(host, draw)(KEY, (COUNT,), "float64")
    # Five standard errors each; the key is fixed, so this passes always or never.
    assert abs(x.mean() - mean) < 5 * np.sqrt(variance / COUNT)
    assert abs(((x - mean) ** 2).mean() - variance) < 5 * np.sqrt((fourth - variance**2) / COUNT)
    assert ((x - mean) ** 4).mean() == pytest.approx(fourth, rel=0.03)


@pytest.mark.parametrize("draw", ["uniform", "normal", "truncated_normal"])
def test_neighbouring_counters_and_seeds_are_uncorrelated(draw):
    keys = [host_key(1, 0), host_key(1, 1), host_key(2, 0), host_key(1, 0, DRAW), host_key(1, 0, SHUFFLE)]
    correlation = np.corrcoef([getattr(host, draw)(key, (COUNT,), "float64") for key in keys])
    assert np.abs(correlation - np.eye(len(keys))).max() < 5 / np.sqrt(COUNT)


@pytest.mark.parametrize("draw", ["uniform", "normal", "truncated_normal"])
@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_narrow_dtypes_are_the_float64_draw_rounded(draw, dtype):
    wide = getattr(host, draw)(KEY, (1000,), "float64")
    narrow = getattr(host, draw)(KEY, (1000,), dtype)
    assert narrow.dtype == dtype
    limit = np.nextafter(np.ones((), dtype), np.zeros((), dtype)) if draw == "uniform" else np.inf
    np.testing.assert_array_equal(narrow, np.minimum(wide.astype(dtype), limit))


@pytest.mark.parametrize("draw", ["uniform", "normal", "truncated_normal", "bits"])
def test_a_longer_draw_begins_with_the_shorter(draw):
    # 20,000 words are more than one block.
    np.testing.assert_array_equal(getattr(host, draw)(KEY, (20_000,))[:9000], getattr(host, draw)(KEY, (9000,)))


def test_uniform_never_reaches_its_upper_bound():
    # Half precision rounds about one draw in 4096 up to 1.
    drawn = host.uniform(KEY, (100_000,), "float16")
    assert drawn.max() < 1
    assert drawn.min() >= 0


def test_uniform_of_an_empty_range():
    assert host.uniform(KEY, (3,), "float32", 2.0, 2.0).tolist() == [2.0, 2.0, 2.0]


def test_truncated_normal_is_truncated():
    drawn = host.truncated_normal(KEY, (COUNT,), "float64", mean=3.0, stddev=0.5)
    assert drawn.min() >= 2.0
    assert drawn.min() == pytest.approx(2.0, abs=0.001)
    assert drawn.max() <= 4.0
    assert drawn.max() == pytest.approx(4.0, abs=0.001)


def test_normal_is_scaled_and_shifted():
    base = host.normal(KEY, (10,), "float64")
    np.testing.assert_array_equal(host.normal(KEY, (10,), "float64", 2.0, 3.0), 2.0 + 3.0 * base)


@pytest.mark.parametrize("shape", [(), (0,), (2, 0, 3), (1,)])
@pytest.mark.parametrize("draw", ["uniform", "normal", "truncated_normal", "bits"])
def test_shapes(draw, shape):
    assert getattr(host, draw)(KEY, shape).shape == shape


@pytest.mark.parametrize("count", [0, 1, 2, 3, 255, 256, 257, 1000])
def test_permutation_is_one(count):
    drawn = host.permutation(KEY, count)
    assert drawn.dtype == np.int64
    assert sorted(drawn) == list(range(count))


def test_permutations_are_equally_likely():
    counts = {}
    trials = 6000
    for counter in range(trials):
        order = tuple(host.permutation(host_key(3, counter, SHUFFLE), 3).tolist())
        counts[order] = counts.get(order, 0) + 1
    assert len(counts) == 6
    chi_square = sum((count - trials / 6) ** 2 / (trials / 6) for count in counts.values())
    assert chi_square < 20.5  # 99.9% of the chi-square distribution with 5 degrees of freedom


def test_streams_have_keys_of_their_own():
    assert host_key(1, 2) == host_key(1, 2, INIT) != host_key(1, 2, DRAW)


REFUSED = [
    (lambda: host.uniform(KEY, (1,), "bfloat16"), "float64, float32, float16"),
    (lambda: host.normal(KEY, (1,), "int32"), "float64, float32, float16"),
    (lambda: host.uniform(KEY, (1,), minval=1.0, maxval=0.0), "minval <= maxval"),
    (lambda: host.permutation(KEY, -1), "Allowed: 0 to"),
    (lambda: host_key(-1), r"\[0, 2\*\*32\)"),
]


@pytest.mark.parametrize(("call", "message"), REFUSED)
def test_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
