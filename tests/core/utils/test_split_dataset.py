"""Left and right parts, of the kind of what was split; sizes and shuffles against Keras 3.15.1 with 10 samples."""

from __future__ import annotations

import numpy as np
import pytest

from polykeras import utils

X, Y = np.arange(10.0).reshape(10, 1), np.arange(10) * 10


class Batches(utils.PyDataset):
    def __len__(self):
        return 5

    def __getitem__(self, index):
        return X[index * 2 : index * 2 + 2]


class ByNumber:
    def __len__(self):
        return 10

    def __getitem__(self, index):
        return X[index], int(Y[index])


class TakeAndSkip:
    """What is asked of a dataset of a framework."""

    def __init__(self, items, count=None):
        self.items = items
        self.count = len(items) if count is None else count

    def cardinality(self):
        return self.count

    def take(self, count):
        return TakeAndSkip(self.items[:count])

    def skip(self, count):
        return TakeAndSkip(self.items[count:])

    def shuffle(self, count, seed, reshuffle_each_iteration):
        assert not reshuffle_each_iteration
        return TakeAndSkip(self.items[::-1])


@pytest.mark.parametrize(
    ("left", "right", "counts"),
    [
        (0.8, None, (8, 2)), (3, None, (3, 7)), (None, 0.25, (8, 2)), (0.25, None, (2, 8)), (None, 4, (6, 4)),
        (0.5, 0.2, (5, 2)), (3, 4, (3, 4)), (3, 0.5, (3, 5)), (np.int64(2), np.float32(0.5), (2, 5)),
    ],
)  # fmt: skip
def test_sizes_are_those_of_keras(left, right, counts):
    first, last = utils.split_dataset(Y, left, right)
    assert (first.tolist(), last.tolist()) == (Y[: counts[0]].tolist(), Y[10 - counts[1] :].tolist())


@pytest.mark.parametrize(
    ("left", "right"),
    [(None, None), (0, None), (1.0, None), (11, None), (10, None), (-1, None), (0.8, 0.3), (7, 4), (0.01, None),
     (None, 0.99), ("a", None), (True, None), (0.0, None)],
)  # fmt: skip
def test_sizes_that_are_refused(left, right):
    with pytest.raises(ValueError, match=r"Received: left_size=.*for 10 samples"):
        utils.split_dataset(Y, left, right)


def test_arrays_stay_arrays_in_their_structure():
    left, right = utils.split_dataset({"x": (X, Y), "y": [Y]}, left_size=0.3)
    assert (list(left), type(left["x"]), type(left["y"])) == (["x", "y"], tuple, list)
    np.testing.assert_array_equal(right["x"][0], X[3:])
    assert np.shares_memory(left["x"][0], X)


def test_the_shuffle_for_a_seed_is_that_of_keras():
    left, right = utils.split_dataset((X, Y), left_size=0.5, shuffle=True, seed=1)
    assert left[0][:, 0].tolist() == [6, 8, 9, 7, 5]
    assert right[0][:, 0].tolist() == [3, 0, 4, 1, 2]
    np.testing.assert_array_equal(right[1], right[0][:, 0] * 10)


def test_fresh_seeds_follow_the_global_one():
    found = []
    for _ in range(2):
        utils.set_random_seed(4)
        found.append([utils.split_dataset(Y, 5, shuffle=True)[0].tolist() for _ in range(2)])
    assert found[0] == found[1]
    assert found[0][0] != found[0][1]


def test_a_py_dataset_is_split_by_batches():
    whole = Batches(workers=3, max_queue_size=7)
    left, right = utils.split_dataset(whole, left_size=3)
    assert isinstance(right, utils.PyDataset)
    assert (len(left), len(right), right.workers, right.max_queue_size) == (3, 2, 3, 7)
    np.testing.assert_array_equal(np.concatenate(list(right)), X[6:])


def test_items_by_number_are_split_by_number():
    left, right = utils.split_dataset(ByNumber(), right_size=2, shuffle=True, seed=1)
    assert [right[index][1] for index in range(len(right))] == [10, 20]
    assert len(left) == 8


def test_a_list_of_anything_is_split_into_lists():
    assert utils.split_dataset(["a", "b", "c"], 2) == (["a", "b"], ["c"])


@pytest.mark.parametrize(("shuffle", "expected"), [(False, ([0, 1], [2, 3, 4])), (True, ([4, 3], [2, 1, 0]))])
def test_datasets_that_take_and_skip(shuffle, expected):
    parts = utils.split_dataset(TakeAndSkip([*range(5)]), left_size=2, shuffle=shuffle, seed=1)
    assert tuple(part.items for part in parts) == expected


@pytest.mark.parametrize(
    ("dataset", "message"),
    [
        ((X, Y[:5]), r"shapes \(10, 1\), \(5,\)"),
        (np.array(3), r"shapes \(\)"),
        (iter([1, 2]), "no known length"),
        (TakeAndSkip([1], count=-1), "no known length"),
        ({"a": "text"}, "no known length"),
    ],
)
def test_what_cannot_be_split(dataset, message):
    with pytest.raises(ValueError, match=message):
        utils.split_dataset(dataset, left_size=0.5)


def test_only_arrays_become_another_kind():
    with pytest.raises(ValueError, match="for a Batches"):
        utils.split_dataset(Batches(), 2, preferred_backend="abacus")
    with pytest.raises(ValueError, match="format='abacus'"):
        utils.split_dataset(Y, 2, preferred_backend="abacus")
