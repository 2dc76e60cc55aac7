"""The method of measuring, with a clock that the tests turn themselves."""

from __future__ import annotations

import gc
import itertools
import math
from collections import Counter

import pytest

from benchmarks import method
from benchmarks.method import Bar, Estimate, alternate, difference, estimate, interval_rank, orders, ratio, repeats_for


class FakeClock:
    """A clock that moves only when a block says that it worked."""

    def __init__(self):
        self.now = 0.0
        self.log = []

    def __call__(self):
        return self.now

    def block(self, name, seconds):
        def run():
            self.log.append(name)
            self.now += seconds

        return run


# Ranks from the usual tables of the sign test, two-sided 5%: Conover, Practical Nonparametric Statistics.
RANKS = [(6, 1), (8, 1), (9, 2), (10, 2), (12, 3), (15, 4), (20, 6), (25, 8), (30, 10), (50, 18)]


@pytest.mark.parametrize(("count", "rank"), RANKS)
def test_rank_is_the_one_of_the_tables(count, rank):
    assert interval_rank(count) == rank


@pytest.mark.parametrize("count", range(6, 60))
def test_rank_is_the_largest_that_covers(count):
    def coverage(rank):
        return 1 - 2 * sum(math.comb(count, below) for below in range(rank)) / 2**count

    rank = interval_rank(count)
    assert coverage(rank) >= 0.95
    assert coverage(rank + 1) < 0.95


@pytest.mark.parametrize("count", range(6))
def test_too_few_values_for_an_interval(count):
    with pytest.raises(ValueError, match=f"Received: {count} values"):
        interval_rank(count)


def test_estimate_takes_median_and_ranks():
    values = [float(value) for value in (9, 1, 15, 3, 5, 7, 2, 4, 6, 8, 10, 12, 14, 11, 13)]
    assert estimate(values) == Estimate(median=8.0, low=4.0, high=12.0, pairs=15)


def test_ratio_pairs_rounds_and_not_medians():
    theirs = [1.0, 10.0, 1.0, 10.0, 1.0, 10.0, 1.0]
    ours = [2 * value for value in theirs]
    assert ratio(ours, theirs) == Estimate(2.0, 2.0, 2.0, 7)
    assert difference(ours, theirs).high == 10.0


def test_pairs_must_be_whole():
    with pytest.raises(ValueError, match="shorter"):
        ratio([1.0] * 8, [1.0] * 7)


VERDICTS = [
    (Estimate(1.30, 1.16, 1.40, 15), True, "FAIL"),
    (Estimate(1.30, 1.15, 1.40, 15), False, "ok"),  # equal is not over
    (Estimate(1.30, 1.05, 1.90, 15), False, "ok"),  # the median is over, the evidence is not
    (Estimate(0.90, 0.80, 1.00, 40), False, "ok"),
    (Estimate(9.00, 8.00, 9.90, 14), False, "too few pairs"),
]


@pytest.mark.parametrize(("measured", "failed", "word"), VERDICTS)
def test_bar_fails_only_on_evidence(measured, failed, word):
    assert Bar(1.15).judge(measured) == (word, failed)


def test_orders_of_two_alternate_who_is_first():
    assert orders("AB", 5) == [("A", "B"), ("B", "A"), ("A", "B"), ("B", "A"), ("A", "B")]


def test_orders_of_three_are_balanced():
    positions = Counter((name, place) for order in orders("ABC", 12) for place, name in enumerate(order))
    assert set(positions.values()) == {4}
    neighbours = Counter(pair for order in orders("ABC", 12) for pair in itertools.pairwise(order))
    assert set(neighbours.values()) == {4}


def test_alternate_times_each_block_once_per_round_after_its_warmup():
    clock = FakeClock()
    blocks = {"A": clock.block("A", 0.25), "B": clock.block("B", 0.5)}
    assert alternate(blocks, 3, warmups=2, clock=clock) == {"A": [0.25] * 3, "B": [0.5] * 3}
    assert "".join(clock.log) == "ABAB" + "ABBAAB"


def test_alternate_collects_outside_the_clock_and_leaves_the_collector_as_it_was(monkeypatch):
    clock = FakeClock()
    events = clock.log
    monkeypatch.setattr(method.gc, "collect", lambda: events.append("gc"))
    frozen = gc.get_freeze_count()
    seen = []

    def block():
        events.append("block")
        seen.append((gc.isenabled(), gc.get_freeze_count() > frozen))

    alternate({"A": block}, 2, clock=lambda: events.append("clock") or 0.0)
    assert events == ["block", "gc", *["gc", "clock", "block", "clock"] * 2]
    assert seen[1:] == [(True, True)] * 2
    assert gc.get_freeze_count() == 0


def test_alternate_unfreezes_when_a_block_raises():
    calls = iter([None, ZeroDivisionError()])

    def block():
        outcome = next(calls)
        if outcome is not None:
            raise outcome

    with pytest.raises(ZeroDivisionError):
        alternate({"A": block}, 1, clock=lambda: 0.0)
    assert gc.get_freeze_count() == 0


@pytest.mark.parametrize(("seconds", "repeats"), [(0.2, 1), (0.1, 1), (0.0625, 2), (0.03125, 4), (2.0**-13, 1024)])
def test_repeats_make_a_block_long_enough(seconds, repeats):
    clock = FakeClock()
    assert repeats_for(clock.block("A", seconds), 0.1, clock=clock) == repeats
