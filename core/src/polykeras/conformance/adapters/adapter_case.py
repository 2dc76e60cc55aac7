"""What an author tells of a source: how to make it, and which batches an adapter over it gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np

from polykeras import tree
from polykeras.plugins import DataRequest

Question = TypeVar("Question", bound=Callable[..., None])


class AdapterCase(NamedTuple):
    """One source.

    Attributes:
        name: Told in the test's id.
        request: Makes the source anew, and says what a user passes with it.
        batches: What an epoch in order gives: tuples of structures of NumPy arrays, first axes being samples.
        shuffles: Whether the adapter orders samples itself when ``shuffle=True`` is asked for.
        replays: Whether an epoch can be had again, and from any batch on; false for a source that is read once.
        shards: Whether the source can be split among workers.
        tolerance: How far values may be from those of `batches`, relative and absolute; 0 for bit by bit.
    """

    name: str
    request: Callable[[], DataRequest]
    batches: Sequence[Any]
    shuffles: bool = False
    replays: bool = True
    shards: bool = True
    tolerance: float = 0.0


def needs(*abilities: str) -> Callable[[Question], Question]:
    """Mark a question as one that only cases with these abilities are asked.

    Args:
        abilities: Names of fields of `AdapterCase`.
    """

    def marked(question: Question) -> Question:
        question.needs = abilities  # type: ignore[attr-defined]
        return question

    return marked


def on_host(batch: Any) -> Any:
    """Return a batch with NumPy arrays for leaves.

    Raises:
        AssertionError: A leaf is on another device than the host, or no array.
    """

    def array(leaf: Any) -> np.ndarray:
        if isinstance(leaf, np.ndarray):
            return leaf
        assert hasattr(leaf, "__dlpack__"), f"a leaf of a batch is neither a NumPy array nor DLPack: {type(leaf)}"
        return np.from_dlpack(leaf)  # refuses what is not on the host

    return tree.map_structure(array, batch)


def check_batch(ours: Any, theirs: Any, tolerance: float = 0.0) -> None:
    """The batches have one structure, and arrays of the same shapes, dtypes and values.

    Raises:
        AssertionError: They do not.
    """
    assert isinstance(ours, tuple), f"a batch is a tuple, not {type(ours)}"
    ours, theirs = on_host(ours), on_host(theirs)
    assert tree.flatten_with_spec(ours)[1] == tree.flatten_with_spec(theirs)[1]
    for mine, other in zip(tree.flatten(ours), tree.flatten(theirs), strict=True):
        assert mine.dtype == other.dtype
        np.testing.assert_allclose(mine, other, rtol=tolerance, atol=tolerance, equal_nan=True)


def rows(batches: Sequence[Any]) -> list[bytes]:
    """Return the samples of batches as bytes, in no order, so that two ways to take them can be compared."""
    found: list[bytes] = []
    for batch in batches:
        arrays = tree.flatten(on_host(batch))
        found += [
            b"|".join(np.ascontiguousarray(array[i]).tobytes() for array in arrays) for i in range(len(arrays[0]))
        ]
    return sorted(found)
