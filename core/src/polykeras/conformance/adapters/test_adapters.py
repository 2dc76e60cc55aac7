"""What every data adapter holds: host batches in a steady order, from any batch on, in parts that make the whole."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from polykeras import tree
from polykeras.conformance.adapters.adapter_case import AdapterCase, check_batch, needs, rows
from polykeras.conformance.adapters.pytest_plugin import Subject
from polykeras.data import choice
from polykeras.plugins import DataRequest
from polykeras.plugins.discovery import LoadedAdapter
from polykeras.plugins.installed import Entry

SEEDS = range(4)
WORKERS = 2
CORE = "polykeras.plugins"
LOADED = """
import importlib, json, sys
importlib.import_module({module!r})
print(json.dumps(sorted({{name.partition('.')[0] for name in sys.modules}})))
"""


class Nobodys:
    """Data of a type that no adapter knows."""


def over(case: AdapterCase, subject: Subject, *, shuffle: bool = False) -> Any:
    """Return the adapter over a source made anew."""
    request = case.request()._replace(shuffle=shuffle)
    found = [adapter for plugin in subject.plugins if (adapter := plugin.adapt(request)) is not None]
    assert len(found) == 1, f"{len(found)} of its plugins claim the source"
    return found[0]


def epoch(adapter: Any, seed: int | None = None, start: int = 0) -> list[Any]:
    """Return the batches of one epoch."""
    return list(adapter.epoch(seed, start))


def check_epoch(ours: list[Any], theirs: Any, tolerance: float) -> None:
    """The batches are these, in this order."""
    assert len(ours) == len(theirs)
    for mine, other in zip(ours, theirs, strict=True):
        check_batch(mine, other, tolerance)


def test_core_finds_it_for_the_source(case: AdapterCase, subject: Subject) -> None:
    served = choice.plugins_for(type(case.request().x))
    assert {plugin.distribution for plugin in served} >= {plugin.distribution for plugin in subject.plugins}
    first = next(plugin for plugin in served if plugin.adapt(case.request()) is not None)
    assert isinstance(first, LoadedAdapter)
    assert first.distribution == subject.plugins[0].distribution


def test_batches_in_order(case: AdapterCase, subject: Subject) -> None:
    check_epoch(epoch(over(case, subject)), case.batches, case.tolerance)


def test_each_source_gives_the_same(case: AdapterCase, subject: Subject) -> None:
    first, second = (epoch(over(case, subject), 3) for _ in range(2))
    check_epoch(second, first, 0.0)


def test_counts(case: AdapterCase, subject: Subject) -> None:
    adapter = over(case, subject)
    assert adapter.num_batches in {None, len(case.batches)}
    size = adapter.batch_size
    lengths = [len(tree.flatten(batch)[0]) for batch in case.batches]
    assert size is None or (all(length == size for length in lengths[:-1]) and lengths[-1] <= size)


def test_samples_of_a_batch_are_as_many_in_every_array(case: AdapterCase, subject: Subject) -> None:
    for batch in epoch(over(case, subject)):
        assert len({len(leaf) for leaf in tree.flatten(batch)}) == 1


@needs("replays")
def test_every_epoch_is_whole(case: AdapterCase, subject: Subject) -> None:
    adapter = over(case, subject)
    started = adapter.epoch(0)
    next(started)
    check_epoch(epoch(adapter), case.batches, case.tolerance)  # beside one that is not at its end
    if hasattr(started, "close"):
        started.close()
    check_epoch(epoch(adapter), case.batches, case.tolerance)


@needs("replays")
def test_from_every_batch_on(case: AdapterCase, subject: Subject) -> None:
    adapter = over(case, subject)
    for start in range(len(case.batches) + 1):
        check_epoch(epoch(adapter, None, start), list(case.batches)[start:], case.tolerance)


@needs("shuffles")
def test_a_seed_is_an_order(case: AdapterCase, subject: Subject) -> None:
    orders = [epoch(over(case, subject, shuffle=True), seed) for seed in SEEDS]
    assert all(rows(order) == rows(orders[0]) for order in orders)
    flat = {tuple(np.ascontiguousarray(leaf).tobytes() for leaf in tree.flatten(order)) for order in orders}
    assert len(flat) > 1, "every seed gives one order"
    for seed, order in zip(SEEDS, orders, strict=True):
        check_epoch(epoch(over(case, subject, shuffle=True), seed), order, 0.0)


@needs("shuffles")
def test_no_sample_is_lost_or_doubled_by_an_order(case: AdapterCase, subject: Subject) -> None:
    adapter = over(case, subject)
    assert rows(epoch(over(case, subject, shuffle=True), 1)) == rows(epoch(adapter))


@needs("shuffles", "replays")
def test_an_order_from_every_batch_on(case: AdapterCase, subject: Subject) -> None:
    adapter = over(case, subject, shuffle=True)
    whole = epoch(adapter, 2)
    for start in range(len(whole) + 1):
        check_epoch(epoch(adapter, 2, start), whole[start:], 0.0)


@needs("shards")
def test_parts_make_the_whole(case: AdapterCase, subject: Subject) -> None:
    parts = [over(case, subject).shard(index, WORKERS) for index in range(WORKERS)]
    taken = [epoch(part) for part in parts]
    assert sorted(row for batches in taken for row in rows(batches)) == rows(epoch(over(case, subject)))
    for part, batches in zip(parts, taken, strict=True):
        assert part.num_batches in {None, len(batches)}


@needs("shards")
def test_one_part_is_all(case: AdapterCase, subject: Subject) -> None:
    check_epoch(epoch(over(case, subject).shard(0, 1)), case.batches, case.tolerance)


def test_it_leaves_to_others_what_is_theirs(foreign: DataRequest, subject: Subject) -> None:
    assert [plugin.adapt(foreign) for plugin in subject.plugins] == [None] * len(subject.plugins)


@pytest.mark.parametrize("x", [Nobodys(), Nobodys, None], ids=["object", "class", "nothing"])
def test_it_does_not_claim_what_nobody_knows(x: object, subject: Subject) -> None:
    assert [plugin.adapt(DataRequest(x)) for plugin in subject.plugins] == [None] * len(subject.plugins)


def test_its_plugin_loads_none_of_the_packages_it_serves(entry: Entry, subject: Subject) -> None:
    if entry.name in loaded_by(CORE):
        pytest.skip("Python's own, or core's.")
    assert entry.name not in loaded_by(entry.value.partition(":")[0])


def loaded_by(module: str) -> list[str]:
    """Return the packages that a fresh process has loaded after it imported `module`."""
    command = [sys.executable, "-c", LOADED.format(module=module)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - this interpreter
    assert done.returncode == 0, done.stderr
    names: list[str] = json.loads(done.stdout.splitlines()[-1])
    return names
