"""Batches by number, their orders, and that they travel to workers."""

from __future__ import annotations

import pickle
from itertools import chain

import numpy as np
import pytest

from polykeras import utils
from polykeras.data.choice import adapter_for
from polykeras.plugins import DataRequest


def windows(**options):
    return utils.timeseries_dataset_from_array(np.arange(40), np.arange(40) * 10, 4, **options)


def starts(dataset):
    return [batch[0][:, 0].tolist() for batch in dataset]


def test_epochs_differ_and_come_again_with_the_seed():
    dataset, twin = (windows(batch_size=8, shuffle=True, seed=3) for _ in range(2))
    epochs = [starts(dataset) for _ in range(3)]
    assert len({str(epoch) for epoch in epochs}) == 3
    assert [starts(twin) for _ in range(3)] == epochs
    assert all(sorted(chain(*epoch)) == list(range(37)) for epoch in epochs)
    assert starts(windows(batch_size=8, shuffle=True, seed=4)) != epochs[0]


def test_fresh_seeds_differ_and_follow_the_global_one():
    assert starts(windows(shuffle=True)) != starts(windows(shuffle=True))
    found = []
    for _ in range(2):
        utils.set_random_seed(9)
        found.append(starts(windows(shuffle=True)))
    assert found[0] == found[1]


def test_a_pass_that_is_not_finished_keeps_the_order():
    dataset = windows(batch_size=8, shuffle=True, seed=3)
    first = next(iter(dataset))[0]
    np.testing.assert_array_equal(dataset[0][0], first)


def test_without_shuffling_every_epoch_is_in_order():
    dataset = windows(batch_size=8)
    assert starts(dataset) == starts(dataset)
    assert list(chain(*starts(dataset))) == list(range(37))


def test_batches_by_index():
    dataset = windows(batch_size=8)
    assert (len(dataset), dataset.num_batches, len(dataset[4][0])) == (5, 5, 5)
    np.testing.assert_array_equal(dataset[-1][1], dataset[4][1])
    for index in (5, -6):
        with pytest.raises(IndexError, match=f"index {index}"):
            dataset[index]


def test_single_samples():
    dataset = windows(batch_size=None)
    assert len(dataset) == 37
    window, target = dataset[2]
    assert (window.tolist(), target) == ([2, 3, 4, 5], 20)


def test_a_copy_goes_on_with_the_same_order():
    dataset = windows(batch_size=8, shuffle=True, seed=3)
    list(dataset)
    copy = pickle.loads(pickle.dumps(dataset))
    assert len(pickle.dumps(dataset)) == len(pickle.dumps(copy))
    assert [starts(copy) for _ in range(2)] == [starts(dataset) for _ in range(2)]


def test_what_is_known_of_batches():
    inputs, targets = windows(batch_size=8).element_spec
    assert (inputs.shape, inputs.dtype, targets.shape) == ((None, 4), np.dtype("int64"), (None,))
    alone = utils.timeseries_dataset_from_array(np.zeros((9, 2), "float32"), None, 3, batch_size=None).element_spec
    assert (alone.shape, alone.dtype) == ((3, 2), np.dtype("float32"))


@pytest.mark.parametrize("workers", [{"workers": 3}, {"workers": 2, "use_multiprocessing": True}])
def test_workers_give_the_same_epochs(workers):
    dataset, twin = (windows(batch_size=8, shuffle=True, seed=3) for _ in range(2))
    for name, value in workers.items():
        setattr(dataset, name, value)
    adapter = adapter_for(DataRequest(dataset, shuffle=False))
    for _ in range(2):
        adapter.begin_epoch()
        found = [batch[0][:, 0].tolist() for batch in adapter.epoch(0)]
        adapter.end_epoch()
        assert found == starts(twin)
