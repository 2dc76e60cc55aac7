"""The suite for data adapters finds what it is there to find: one adapter that is right, and one wrong in each way."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from polykeras.conformance.adapters import AdapterCase
from polykeras.conformance.adapters import test_adapters as suite
from polykeras.conformance.adapters.pytest_plugin import Subject
from polykeras.plugins import DataRequest

X = np.arange(24, dtype="float32").reshape(12, 2)
SIZE = 3


class Adapter:
    """Batches of the rows of an array."""

    batch_size = SIZE

    def __init__(self, x, *, shuffle=False):
        self.x = x
        self.shuffle = shuffle

    @property
    def num_batches(self):
        return -(-len(self.x) // SIZE)

    def epoch(self, seed, start_batch=0):
        x = self.x
        if self.shuffle and seed is not None:
            x = np.random.default_rng(seed).permutation(x)
        for start in range(start_batch * SIZE, len(x), SIZE):
            yield (x[start : start + SIZE],)

    def shard(self, index, count):
        return type(self)(self.x[index::count], shuffle=self.shuffle)


class OtherOrderEachTime(Adapter):
    drawn = np.random.default_rng(0)

    def epoch(self, seed, start_batch=0):
        yield from Adapter(self.drawn.permutation(self.x)).epoch(seed, start_batch)


class DeafToSeeds(Adapter):
    def epoch(self, seed, start_batch=0):
        return super().epoch(0, start_batch)


class LosesSamples(Adapter):
    def epoch(self, seed, start_batch=0):
        if self.shuffle and seed is not None:
            yield from Adapter(np.random.default_rng(seed).choice(self.x, len(self.x))).epoch(None, start_batch)
        else:
            yield from super().epoch(seed, start_batch)


class StartsAnew(Adapter):
    def epoch(self, seed, start_batch=0):
        return super().epoch(seed)


class OneForAll(Adapter):
    running = None

    def epoch(self, seed, start_batch=0):
        if self.running is None:
            self.running = super().epoch(seed, start_batch)
        return self.running


class CountsWrong(Adapter):
    num_batches = 7


class WrongSize(Adapter):
    batch_size = 5


class NoTuple(Adapter):
    def epoch(self, seed, start_batch=0):
        return ([x] for (x,) in super().epoch(seed, start_batch))


class Wider(Adapter):
    def epoch(self, seed, start_batch=0):
        return ((x.astype("float64"),) for (x,) in super().epoch(seed, start_batch))


class NoArrays(Adapter):
    def epoch(self, seed, start_batch=0):
        return ((x.tolist(),) for (x,) in super().epoch(seed, start_batch))


class PartsOverlap(Adapter):
    def shard(self, index, count):
        return self


class PartIsEmpty(Adapter):
    def shard(self, index, count):
        return type(self)(self.x[:0])


CASE = AdapterCase("rows", lambda: DataRequest(X), [(X[i : i + SIZE],) for i in range(0, 12, SIZE)], shuffles=True)
QUESTIONS = [
    suite.test_batches_in_order,
    suite.test_each_source_gives_the_same,
    suite.test_counts,
    suite.test_every_epoch_is_whole,
    suite.test_from_every_batch_on,
    suite.test_a_seed_is_an_order,
    suite.test_no_sample_is_lost_or_doubled_by_an_order,
    suite.test_an_order_from_every_batch_on,
    suite.test_parts_make_the_whole,
    suite.test_one_part_is_all,
]


def subject(kind):
    """Return what is asked: a plugin whose adapters are of `kind`."""

    def adapt(request):
        return kind(request.x, shuffle=request.shuffle) if isinstance(request.x, np.ndarray) else None

    return Subject([], [SimpleNamespace(adapt=adapt)], [CASE], [])


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_right_adapter_passes(question):
    question(CASE, subject(Adapter))


@pytest.mark.parametrize(
    ("kind", "question"),
    [
        (OtherOrderEachTime, suite.test_batches_in_order),
        (OtherOrderEachTime, suite.test_each_source_gives_the_same),
        (NoTuple, suite.test_batches_in_order),
        (Wider, suite.test_batches_in_order),
        (NoArrays, suite.test_batches_in_order),
        (CountsWrong, suite.test_counts),
        (WrongSize, suite.test_counts),
        (OneForAll, suite.test_every_epoch_is_whole),
        (StartsAnew, suite.test_from_every_batch_on),
        (StartsAnew, suite.test_an_order_from_every_batch_on),
        (DeafToSeeds, suite.test_a_seed_is_an_order),
        (OtherOrderEachTime, suite.test_a_seed_is_an_order),
        (LosesSamples, suite.test_no_sample_is_lost_or_doubled_by_an_order),
        (PartsOverlap, suite.test_parts_make_the_whole),
        (PartIsEmpty, suite.test_parts_make_the_whole),
        (PartIsEmpty, suite.test_one_part_is_all),
    ],
)
def test_a_wrong_one_fails(kind, question):
    with pytest.raises(AssertionError):
        question(CASE, subject(kind))


def test_two_plugins_that_claim_one_source_fail():
    both = subject(Adapter)._replace(plugins=subject(Adapter).plugins * 2)
    with pytest.raises(AssertionError, match="2 of its plugins"):
        suite.test_batches_in_order(CASE, both)


def test_claiming_what_is_others_fails():
    greedy = Subject([], [SimpleNamespace(adapt=lambda _: Adapter(X))], [CASE], [])
    with pytest.raises(AssertionError):
        suite.test_it_leaves_to_others_what_is_theirs(DataRequest("text"), greedy)
