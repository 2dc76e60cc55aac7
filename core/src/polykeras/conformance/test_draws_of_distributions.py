"""The functions of `polykeras.random` follow their distributions, by a native function and by core's own body."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from scipy import stats

from polykeras import ops, random
from polykeras.backend.resolved import Backend
from polykeras.conformance.checking import host
from polykeras.conformance.providers import FLOATS, key_of
from polykeras.ops import abstract, keras_tensor
from polykeras.random import rejection

MANY = 8192
LEAST_P = 1e-4
"""Seeds are fixed: a test that passes does so always, and one in 10,000 right ones would have failed when written."""


class Asked(NamedTuple):
    """A function, its parameters and the distribution that SciPy has for it."""

    draw: str
    parameters: tuple[Any, ...]
    expected: Any
    derived: bool = True
    """Whether `polykeras.random.rejection` has a body for it."""

    @property
    def discrete(self) -> bool:
        """Whether it gives whole numbers."""
        return hasattr(self.expected, "pmf")


ASKED = [
    Asked("uniform", (-2.0, 3.0), stats.uniform(-2, 5), derived=False),
    Asked("normal", (3.0, 0.5), stats.norm(3, 0.5), derived=False),
    Asked("truncated_normal", (1.0, 2.0), stats.truncnorm(-2, 2, 1, 2), derived=False),
    Asked("gamma", (0.3,), stats.gamma(0.3)),
    Asked("gamma", (1.0,), stats.gamma(1)),
    Asked("gamma", (40.0,), stats.gamma(40)),
    Asked("beta", (0.5, 2.0), stats.beta(0.5, 2)),
    Asked("beta", (5.0, 3.0), stats.beta(5, 3)),
    Asked("binomial", (7.0, 0.3), stats.binom(7, 0.3)),
    Asked("binomial", (30.0, 0.8), stats.binom(30, 0.8)),
    Asked("binomial", (200.0, 0.3), stats.binom(200, 0.3)),
    Asked("randint", (-3, 9), stats.randint(-3, 9), derived=False),
]
IDS = [f"{asked.draw}{asked.parameters}" for asked in ASKED]


def _far(asked: Asked, drawn: np.ndarray) -> float:
    """Return the probability of draws as far from the distribution as these."""
    if not asked.discrete:
        return float(stats.kstest(drawn, asked.expected.cdf).pvalue)
    low, high = (int(bound) for bound in asked.expected.support())
    assert np.array_equal(drawn, np.round(drawn))
    assert low <= drawn.min() <= drawn.max() <= high
    seen = np.bincount(drawn.astype(int) - low, minlength=high - low + 1)
    expected = asked.expected.pmf(np.arange(low, high + 1)) * drawn.size
    common = expected >= 5
    rest = [seen[~common].sum()], [max(expected[~common].sum(), 1e-9)]
    if rest[1][0] < 1:
        assert rest[0][0] <= 5
        rest = [], []
    counts, wanted = np.append(seen[common], rest[0]), np.append(expected[common], rest[1])
    return float(stats.chisquare(counts, wanted * counts.sum() / wanted.sum()).pvalue)


@pytest.mark.parametrize("asked", ASKED, ids=IDS)
def test_draws_follow_the_distribution(here: Backend, asked: Asked) -> None:
    del here
    drawn = host(getattr(random, asked.draw)((MANY,), *asked.parameters, seed=5)).astype("float64")
    assert _far(asked, drawn) > LEAST_P
    assert abs(np.corrcoef(drawn[:-1], drawn[1:])[0, 1]) < 6 / MANY**0.5


@pytest.mark.parametrize(
    "asked", [asked for asked in ASKED if asked.derived], ids=[i for a, i in zip(ASKED, IDS, strict=True) if a.derived]
)
def test_the_body_of_core_follows_it_too(here: Backend, asked: Asked) -> None:
    body = getattr(rejection, asked.draw)
    parameters = [ops.convert_to_tensor(value, "float32") for value in asked.parameters]
    drawn = host(body(here.random, key_of(here, 6), (MANY,), "float32", *parameters)).astype("float64")
    assert _far(asked, drawn) > LEAST_P


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(
    ("draw", "parameters", "low", "high"),
    [
        ("truncated_normal", (0.0, 1.0), -2.0, 2.0),
        ("gamma", (2.0,), 0.0, 40.0),
        ("beta", (2.0, 1.0), 0.0, 1.0),
        ("binomial", (5, 0.5), 0.0, 5.0),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_floats(here: Backend, draw: str, parameters: Any, low: float, high: float, dtype: str) -> None:
    with here.precision_scope(frozenset({dtype})):
        result = getattr(random, draw)((3, 64), *parameters, dtype=dtype, seed=1)
        assert here.tensors.dtype_name(result) == dtype
        drawn = host(result).astype("float64")
    assert drawn.shape == (3, 64)
    assert low <= drawn.min() < drawn.max() <= high


@pytest.mark.parametrize(
    ("dtype", "low", "high"),
    [("uint8", 0, 256), ("int8", -128, 128), ("int16", -300, 300), ("uint32", 0, 2**31 - 1), ("int32", -(2**31), 0)],
)
def test_whole_numbers(here: Backend, dtype: str, low: int, high: int) -> None:
    result = random.randint((1024,), low, high, dtype=dtype, seed=2)
    assert here.tensors.dtype_name(result) == dtype
    drawn = host(result).astype("int64")
    assert low <= drawn.min() <= drawn.max() < high
    # The least and the greatest of n draws are about a part in n from the bounds; 12 such parts are not by chance.
    assert drawn.min() < low + 12 * (high - low) / 1024
    assert drawn.max() >= high - 12 * (high - low) / 1024 - 1


def test_bounds_of_whole_numbers_broadcast(here: Backend) -> None:
    del here
    drawn = host(random.randint((64, 3), np.array([0, 10, 5]), np.array([2, 13, 5]), seed=2))
    assert [sorted(set(column)) for column in drawn.T.tolist()] == [[0, 1], [10, 11, 12], [5]]


def test_parameters_broadcast_and_their_ranges_are_held(here: Backend) -> None:
    del here
    inf, nan = np.inf, np.nan
    shapes = host(random.gamma((2000, 3), [0.5, 2.0, -1.0], seed=3))
    np.testing.assert_allclose(shapes.mean(0), [0.5, 2.0, nan], rtol=0.2)
    beta = host(random.beta((4, 2), [[1.0], [0.0], [nan], [2.0]], [3.0, -inf], seed=3))
    np.testing.assert_array_equal(np.isnan(beta), [[False, True], [True, True], [True, True], [False, True]])
    counts = host(random.binomial((7,), [5, 5, 5, 0, -1, nan, 5], [-0.1, 1.0, 0.0, 0.5, 0.5, 0.5, 1.1], seed=3))
    np.testing.assert_array_equal(counts, [nan, 5, 0, 0, nan, nan, nan])


@pytest.mark.parametrize("shape", [(), (2, 0, 3)], ids=str)
def test_shapes(here: Backend, shape: tuple[int, ...]) -> None:
    del here
    for asked in {asked.draw: asked for asked in ASKED}.values():
        assert host(getattr(random, asked.draw)(shape, *asked.parameters, seed=1)).shape == shape


def test_categories(here: Backend) -> None:
    probabilities = np.array([[0.5, 0.0, 0.2, 0.3], [0.0, 0.0, 1.0, 0.0]])
    with np.errstate(divide="ignore"):
        logits = np.log(probabilities).astype("float32") + np.array([[3.0], [-80.0]], "float32")
    result = random.categorical(logits, MANY, seed=4)
    assert here.tensors.dtype_name(result) == "int32"
    counts = np.array([np.bincount(row, minlength=4) for row in host(result)])
    assert host(result).shape == (2, MANY)
    assert counts[1].tolist() == [0, 0, MANY, 0]
    assert counts[0, 1] == 0
    assert stats.chisquare(counts[0, [0, 2, 3]], MANY * probabilities[0, [0, 2, 3]]).pvalue > LEAST_P
    for dtype, size in (("int64", 3), ("uint8", 0)):
        other = random.categorical(ops.cast(logits, "float16"), size, dtype=dtype, seed=4)
        assert host(other).shape == (2, size)
        assert here.tensors.dtype_name(other) == here.tensors.dtype_name(ops.zeros(1, dtype))


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_shuffling_moves_whole_slices(here: Backend, axis: int) -> None:
    del here
    x = np.arange(120).reshape(20, 6)
    shuffled = np.moveaxis(host(random.shuffle(x, axis=axis, seed=5)), axis, 0)
    rows = np.moveaxis(x, axis, 0)
    assert not np.array_equal(shuffled, rows)
    assert sorted(map(tuple, shuffled)) == sorted(map(tuple, rows))


def test_every_order_is_as_likely(here: Backend) -> None:
    del here
    generator = random.SeedGenerator(3)
    orders = [tuple(host(random.shuffle(np.arange(3), seed=generator)).tolist()) for _ in range(240)]
    counts = [orders.count(order) for order in sorted(set(orders))]
    assert len(counts) == 6
    assert stats.chisquare(counts).pvalue > LEAST_P
    assert host(random.shuffle(np.zeros((0, 2)), seed=1)).shape == (0, 2)


def test_streams_are_independent(here: Backend) -> None:
    """Keys of neighbouring seeds, counters and streams draw numbers that have nothing to do with each other."""
    keys = [(seed, counter, stream) for seed in (0, 1, 2, 2**31) for counter in (0, 1, 2) for stream in (0, 1)]
    rows = np.stack([host(here.random.uniform(key_of(here, *key), (1024,), "float32", 0.0, 1.0)) for key in keys])
    correlations = np.corrcoef(rows) - np.eye(len(keys))
    assert np.abs(correlations).max() < 6 / 1024**0.5
    # Across the keys too, each place is uniform: not only within a row.
    assert stats.kstest(rows[:, ::16].ravel(), stats.uniform.cdf).pvalue > LEAST_P
    shifted = [np.corrcoef(rows[0][lag:], rows[2][: 1024 - lag])[0, 1] for lag in range(1, 8)]
    assert np.abs(shifted).max() < 6 / 1000**0.5


@pytest.mark.parametrize(
    ("call", "shape", "dtype"),
    [
        (lambda x: random.gamma(ops.shape(x), 0.5), (None, 3), "float32"),
        (lambda x: random.beta(ops.shape(x), x, x), (None, 3), "float32"),
        (lambda x: random.binomial(ops.shape(x), 4, 0.5), (None, 3), "float32"),
        (lambda x: random.truncated_normal(ops.shape(x), dtype="float16"), (None, 3), "float16"),
        (lambda x: random.randint(ops.shape(x), 0, 4), (None, 3), "int32"),
        (lambda x: random.categorical(x, 5), (None, 5), "int32"),
        (lambda x: random.shuffle(x, seed=3), (None, 3), "float32"),
    ],
    ids=["gamma", "beta", "binomial", "truncated_normal", "randint", "categorical", "shuffle"],
)
def test_sizes_may_be_unknown(here: Backend, call: Callable[[Any], Any], shape: Any, dtype: str) -> None:
    del here
    with abstract.abstract_scope():
        result = call(keras_tensor.KerasTensor((None, 3)))
    assert (tuple(result.shape), result.dtype) == (shape, dtype)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: random.gamma((2,), 1.0, dtype="int32"), "`gamma` draws real numbers only"),
        (lambda: random.normal((2,), dtype="int32"), "`normal` draws real numbers only"),
        (lambda: random.randint((2,), 0, 3, dtype="float32"), "`randint` draws whole numbers only"),
        (lambda: random.categorical(np.zeros(3), 2), "`categorical` draws for rows of logits"),
        (lambda: random.shuffle(np.zeros(3), axis=1), "`shuffle` cannot reorder along axis 1"),
        (lambda: random.gamma((3,), np.ones((2, 3))), "`gamma` cannot draw"),
    ],
)
def test_refusals(here: Backend, call: Callable[[], Any], message: str) -> None:
    del here
    with pytest.raises(ValueError, match=message) as caught:
        call()
    assert len(str(caught.value).splitlines()) == 4
