"""Batches of arrays in memory: order, shuffling, parts, structures, and what is refused."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import polykeras as keras
from polykeras import ops, tree
from polykeras.data import choice
from polykeras.plugins.errors import AdapterNotFound
from polykeras.plugins.info import DataRequest
from polykeras.plugins.protocols import DataAdapter

ROWS = 10
X = np.arange(ROWS, dtype="float32")[:, None] * [1.0, 10.0]
Y = np.arange(ROWS)


class Pair(NamedTuple):
    """A named structure of inputs."""

    left: Any
    right: Any


def _adapter(x: Any = X, y: Any = Y, weight: Any = None, batch_size: int | None = 4, *, shuffle: bool = False) -> Any:
    return choice.adapter_for(DataRequest(x, y, weight, batch_size, shuffle))


def _batches(adapter: Any, seed: int | None = None, start: int = 0) -> list[Any]:
    return list(adapter.epoch(seed, start))


def _seen(adapter: Any, seed: int | None = None, start: int = 0) -> list[int]:
    """Return the targets in the order in which they come, after checking that the inputs go with them."""
    batches = _batches(adapter, seed, start)
    for x, y in batches:
        np.testing.assert_array_equal(x, X[y])
    return [int(label) for _, y in batches for label in y]


def _four_parts(message: str) -> bool:
    lines = message.split("\n")
    return len(lines) >= 4 and lines[1].startswith("Received: ") and lines[2].startswith("Allowed: ")


def test_batches_come_in_order_and_the_last_is_partial() -> None:
    adapter = _adapter()
    assert isinstance(adapter, DataAdapter)
    assert (adapter.num_batches, adapter.batch_size) == (3, 4)
    assert [len(y) for _, y in _batches(adapter)] == [4, 4, 2]
    # Without shuffling the seed orders nothing, and each epoch is a whole one.
    assert _seen(adapter) == _seen(adapter, 3) == list(range(ROWS))


@pytest.mark.parametrize(("asked", "size", "count"), [(None, 32, 1), (1, 1, 10), (10, 10, 1), (np.int64(3), 3, 4)])
def test_batch_sizes(asked: Any, size: int, count: int) -> None:
    adapter = _adapter(batch_size=asked)
    assert (adapter.batch_size, adapter.num_batches, len(_batches(adapter))) == (size, count, count)


def test_ordered_batches_share_the_memory_of_the_arrays() -> None:
    assert all(np.shares_memory(x, X) for x, _ in _batches(_adapter()))


def test_a_seed_gives_an_order() -> None:
    adapter = _adapter(shuffle=True)
    orders = [_seen(adapter, seed) for seed in range(5)]
    assert all(sorted(order) == list(range(ROWS)) for order in orders)
    assert len({tuple(order) for order in orders}) == 5
    assert _seen(_adapter(shuffle=True), 3) == orders[3]
    assert _seen(adapter, None) == list(range(ROWS))


@settings(max_examples=60, deadline=None)
@given(
    rows=st.integers(1, 40),
    size=st.integers(1, 50),
    seed=st.none() | st.integers(0, 2**32 - 1),
    shuffle=st.booleans(),
    start=st.integers(0, 5),
    count=st.integers(1, 4),
)
def test_starting_late_and_sharding_lose_nothing(
    rows: int, size: int, seed: int | None, shuffle: bool, start: int, count: int
) -> None:
    labels = np.arange(rows)
    adapter = _adapter(labels, None, batch_size=size, shuffle=shuffle)
    whole = [batch[0].tolist() for batch in _batches(adapter, seed)]
    assert len(whole) == adapter.num_batches
    assert sorted(itertools.chain(*whole)) == labels.tolist()
    assert [batch[0].tolist() for batch in _batches(adapter, seed, start)] == whole[start:]
    parts = [
        [row for batch in _batches(adapter.shard(index, count), seed) for row in batch[0].tolist()]
        for index in range(count)
    ]
    assert sorted(itertools.chain(*parts)) == labels.tolist()
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


def test_a_part_of_a_part() -> None:
    part = _adapter(shuffle=True).shard(1, 2).shard(0, 2)
    assert sorted(_seen(part, 1)) == [1, 5, 9]


@pytest.mark.parametrize(("fraction", "cut"), [(0.2, 8), (0.25, 7), (0.5, 5)])
def test_splits_hold_out_the_last_samples(fraction: float, cut: int) -> None:
    first, last = _adapter(shuffle=True).split(fraction)
    assert sorted(_seen(first, 1)) == list(range(cut))
    assert _seen(first, 1) != list(range(cut))
    assert _seen(last, 1) == list(range(cut, ROWS))


def test_a_part_splits_within_itself() -> None:
    first, last = _adapter().shard(0, 2).split(0.4)
    assert (_seen(first), _seen(last)) == ([0, 2, 4], [6, 8])


@pytest.mark.parametrize("fraction", [1e-20, 0.99])
def test_a_split_leaves_samples_on_both_sides(fraction: float) -> None:
    with pytest.raises(ValueError, match="cannot be split") as caught:
        _adapter(X[:3], Y[:3]).split(fraction)
    assert _four_parts(str(caught.value))


STRUCTURES = {
    "array": X,
    "list of arrays": [X, Y],
    "tuple of arrays": (X, Y),
    "dict": {"b": X, "a": Y},
    "nested": {"b": [X, (Y,)], "a": Y},
    "named tuple": Pair(X, {"z": Y}),
}


@pytest.mark.parametrize("x", STRUCTURES.values(), ids=STRUCTURES)
@pytest.mark.parametrize("shuffle", [False, True])
def test_structures_stay_as_they_are(x: Any, shuffle: bool) -> None:
    adapter = _adapter(x, {"t": Y}, weight=Y / 2.0, shuffle=shuffle)
    batches = _batches(adapter, 5)
    for inputs, targets, weights in batches:
        rows = targets["t"]
        expected = tree.map_structure(lambda leaf, rows=rows: leaf[rows], x)
        assert tree.flatten_with_spec(inputs)[1] == tree.flatten_with_spec(expected)[1]
        for own, wanted in zip(tree.flatten(inputs), tree.flatten(expected), strict=True):
            np.testing.assert_array_equal(own, wanted)
        np.testing.assert_array_equal(weights, rows / 2.0)
    assert sum(len(batch[2]) for batch in batches) == ROWS


def test_only_what_was_given_is_in_a_batch() -> None:
    assert [len(_batches(_adapter(X, y, weight))[0]) for y, weight in [(None, None), (Y, None), (Y, Y)]] == [1, 2, 3]
    x, y, weight = _batches(_adapter(X, None, Y))[0]
    assert (len(x), y, weight.tolist()) == (4, None, [0, 1, 2, 3])
    assert _batches(_adapter(X, {"a": Y, "b": None}))[0][1]["b"] is None


LISTS = {
    "ints": ([1, 2, 3], "int64", (3,)),
    "floats": ([1.0, 2.5, 3.0], "float32", (3,)),
    "mixed": ([1, 2.5, 3], "float32", (3,)),
    "bools": ([True, False], "bool", (2,)),
    "rows": ([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], "float32", (3, 2)),
    "tuples": (((1, 2), (3, 4)), "int64", (2, 2)),
    "NumPy numbers": ([np.float32(1.0), np.float32(2.0)], "float32", (2,)),
}


@pytest.mark.parametrize(("values", "dtype", "shape"), LISTS.values(), ids=LISTS)
def test_lists_of_numbers_are_arrays(values: Any, dtype: str, shape: tuple[int, ...]) -> None:
    (batch,) = _batches(_adapter(values, None))[0]
    assert (batch.dtype, batch.shape) == (dtype, shape)
    np.testing.assert_array_equal(batch, np.asarray(values))
    np.testing.assert_array_equal(_batches(_adapter({"a": values}, None))[0][0]["a"], batch)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16", "int32", "uint8", "bool"])
def test_tensors_of_the_backend(dtype: str) -> None:
    tensor = ops.cast(ops.convert_to_tensor(X), dtype)
    batches = _batches(_adapter(tensor, ops.convert_to_tensor(Y)))
    assert all(isinstance(x, np.ndarray) and x.dtype.name == dtype for x, _ in batches)
    np.testing.assert_array_equal(np.concatenate([x for x, _ in batches]), X.astype(batches[0][0].dtype))


def test_weights_are_data_too() -> None:
    # A trainable weight's tensor may be one that records gradients.
    (batch,) = _batches(_adapter(keras.Variable(X).value, None, batch_size=ROWS))[0]
    np.testing.assert_array_equal(batch, X)


def test_memory_maps_are_read_batch_by_batch(tmp_path: Path) -> None:
    path = tmp_path / "x.npy"
    np.save(path, X)
    mapped = np.load(path, mmap_mode="r")
    batches = _batches(_adapter(mapped))
    assert all(np.shares_memory(x, mapped) for x, _ in batches)
    assert _seen(_adapter(mapped, shuffle=True), 2) == _seen(_adapter(shuffle=True), 2)


REFUSED = {
    "objects": ({"x": np.array([{}, {}], object), "y": None}, "not numbers"),
    "strings": ({"x": np.array(["a", "b"]), "y": None}, "not numbers"),
    "bytes": ({"x": np.array([b"a", b"b"]), "y": None}, "not numbers"),
    "dates": ({"x": np.array(["2020-01-01"], "datetime64[D]"), "y": None}, "not numbers"),
    "targets of strings": ({"y": np.array(list("abcdefghij"))}, "not numbers"),
    "lengths of x and y": ({"y": Y[:7]}, "different numbers of samples"),
    "lengths in x": ({"x": {"a": X, "b": X[:3]}, "y": None}, "different numbers of samples"),
    "lengths of weights": ({"weight": Y[:1]}, "different numbers of samples"),
    "empty": ({"x": X[:0], "y": Y[:0]}, "empty"),
    "scalar": ({"x": np.float32(1.0), "y": None}, "no axis of samples"),
    "number": ({"x": 3.0, "y": None}, "no axis of samples"),
    "scalar target": ({"y": np.array(1)}, "no axis of samples"),
    "ragged": ({"x": [[1, 2], [3]], "y": None}, "rows of different lengths"),
    "no batch": ({"batch_size": 0}, "batch size"),
    "negative": ({"batch_size": -4}, "batch size"),
    "half": ({"batch_size": 2.5}, "batch size"),
    "flag": ({"batch_size": True}, "batch size"),
}


@pytest.mark.parametrize(("arguments", "words"), REFUSED.values(), ids=REFUSED)
def test_refusals_say_what_is_allowed(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        _adapter(**arguments)
    assert _four_parts(str(caught.value)), str(caught.value)


class Stranger:
    """A type that no adapter knows."""


@pytest.mark.parametrize(
    "x",
    [Stranger(), [Stranger()], "text", ["a", "b"], [], {}, {"a": None}, object()],
    ids=lambda x: f"{type(x).__name__}",
)
def test_strangers_find_no_adapter(x: Any) -> None:
    with pytest.raises(AdapterNotFound, match="No data adapter") as caught:
        _adapter(x, None)
    assert _four_parts(str(caught.value))
    assert type(x).__name__ in str(caught.value)


def test_the_choice_is_made_once_per_type(monkeypatch: pytest.MonkeyPatch) -> None:
    class Rows(np.ndarray):
        pass

    choice.forget()
    searches: list[int] = []
    entries = choice.discovery.adapter_entries
    monkeypatch.setattr(choice.discovery, "adapter_entries", lambda: searches.append(1) or entries())
    for _ in range(3):
        assert _seen(_adapter(X.view(Rows))) == list(range(ROWS))
    assert len(searches) == 1
    assert choice.plugins_for(Rows) is choice.plugins_for(Rows)
    choice.forget()
    _adapter(X.view(Rows), None)
    assert len(searches) == 2
