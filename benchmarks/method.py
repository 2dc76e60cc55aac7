"""The method: alternating blocks in one process, a median with its 95% interval, and bars.

Promises: contestants run in turn, so that a slow minute of the machine hits all of them; the orders
within a round are balanced, so that nobody always runs after the same neighbour; the interval is the
order-statistic interval of the median, exact for any distribution and without random numbers; a bar
fails only if the lower end of that interval exceeds the limit.
Refuses: an interval from fewer values than can carry one, and a verdict from fewer than 15 pairs.
"""

from __future__ import annotations

import gc
import itertools
import math
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

LEAST_PAIRS = 15
"""Fewer pairs than this give an interval but no verdict."""
LEAST_BLOCK_SECONDS = 0.1
"""A shorter block is dominated by the clock, the scheduler and the fixed cost of a call."""
CONFIDENCE = 0.95

Clock = Callable[[], float]
Block = Callable[[], object]


class Estimate(NamedTuple):
    """A median with an interval that covers the true median with at least 95% confidence.

    Attributes:
        median: Sample median.
        low: Lower end of the interval.
        high: Upper end of the interval.
        pairs: Number of values.
    """

    median: float
    low: float
    high: float
    pairs: int


class Verdict(NamedTuple):
    """What a bar says of an estimate.

    Attributes:
        word: ``"ok"``, ``"FAIL"`` or ``"too few pairs"``.
        failed: True only for ``"FAIL"``.
    """

    word: str
    failed: bool


class Bar(NamedTuple):
    """A limit that fails only on evidence: when the 95% lower bound exceeds it.

    Attributes:
        limit: Largest accepted value, in the unit of the estimate.
    """

    limit: float

    def judge(self, estimate: Estimate) -> Verdict:
        """Return the verdict on `estimate`."""
        if estimate.pairs < LEAST_PAIRS:
            return Verdict("too few pairs", failed=False)
        failed = estimate.low > self.limit
        return Verdict("FAIL" if failed else "ok", failed=failed)


def interval_rank(count: int, confidence: float = CONFIDENCE) -> int:
    """Return the rank `k`, from 1, such that the k-th smallest and k-th largest value enclose the median.

    The number of values below the median is binomial(count, 1/2); `k` is the largest rank for which
    ``1 - 2 P(B < k) >= confidence``. For 15 values it is 4, which covers 96.5%.

    Args:
        count: Number of values, at least 6 for 95%.
        confidence: Least coverage, in (0, 1).

    Raises:
        ValueError: If even the smallest and the largest value cover less than `confidence`.
    """
    tail, rank = 0.0, 0
    for below in range(count):
        tail += math.comb(count, below) / 2.0**count
        if 1.0 - 2.0 * tail < confidence:
            break
        rank = below + 1
    if rank == 0:
        message = (
            f"An interval for the median cannot be given.\nReceived: {count} values.\n"
            f"Allowed: enough values to cover it with confidence {confidence}, 6 for 0.95.\n"
            "Measure more pairs (--pairs)."
        )
        raise ValueError(message)
    return rank


def estimate(values: Sequence[float]) -> Estimate:
    """Return the median of `values` with its order-statistic interval."""
    ordered = sorted(values)
    rank = interval_rank(len(ordered))
    return Estimate(statistics.median(ordered), ordered[rank - 1], ordered[-rank], len(ordered))


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> Estimate:
    """Return the median of ``ours[i] / theirs[i]`` over rounds, with its interval."""
    return estimate([a / b for a, b in zip(ours, theirs, strict=True)])


def difference(ours: Sequence[float], theirs: Sequence[float]) -> Estimate:
    """Return the median of ``ours[i] - theirs[i]`` over rounds, with its interval."""
    return estimate([a - b for a, b in zip(ours, theirs, strict=True)])


def orders(names: Sequence[str], rounds: int) -> list[tuple[str, ...]]:
    """Return the order of the contestants in each round: every permutation in turn.

    Two contestants run A B, B A, A B, ...: each is as often first as second.
    """
    cycle = itertools.cycle(itertools.permutations(names))
    return [next(cycle) for _ in range(rounds)]


def alternate(
    blocks: Mapping[str, Block], rounds: int, *, warmups: int = 1, clock: Clock = time.perf_counter
) -> dict[str, list[float]]:
    """Run all blocks once per round and return their times in seconds, one per round.

    After the warm-up everything alive is frozen out of the garbage collector, and each block starts
    from an empty nursery: a contestant pays for collecting its own garbage, as it does in real use,
    and not for the size of its neighbours' heaps.

    Args:
        blocks: What to time, by name; a block returns when its work is done, not when it is queued.
        rounds: How many times each block is timed.
        warmups: How many times each block runs untimed before that.
        clock: Source of the time, in seconds.
    """
    for _ in range(warmups):
        for block in blocks.values():
            block()
    times: dict[str, list[float]] = {name: [] for name in blocks}
    gc.collect()
    gc.freeze()
    try:
        for order in orders(tuple(blocks), rounds):
            for name in order:
                gc.collect()
                start = clock()
                blocks[name]()
                times[name].append(clock() - start)
    finally:
        gc.unfreeze()
    return times


def repeats_for(call: Block, seconds: float = LEAST_BLOCK_SECONDS, *, clock: Clock = time.perf_counter) -> int:
    """Return how often `call` must run for a block of at least `seconds`: a power of two."""
    repeats = 1
    while True:
        start = clock()
        for _ in range(repeats):
            call()
        if clock() - start >= seconds:
            return repeats
        repeats *= 2
