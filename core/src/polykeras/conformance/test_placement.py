"""Batches of host arrays go to the device in their structure, and what the framework does not store is narrowed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from polykeras import tree
from polykeras.backend.resolved import Backend
from polykeras.conformance.providers import values

ONES = np.ones(2, "float32")
STRUCTURES: list[Any] = [
    (np.zeros((2, 3), "float32"),),
    (np.ones((2, 3), "float32"), np.arange(2, dtype="int32")),
    ({"a": ONES, "b": [np.zeros(1, "uint8"), np.array([True])]}, ONES[:, None], ONES),
]


@pytest.mark.parametrize("batch", STRUCTURES, ids=["x", "x and y", "nested"])
def test_structures_are_kept(here: Backend, batch: Any) -> None:
    placed = here.tensors.place(batch)
    here.tensors.wait(placed)
    assert tree.flatten_with_spec(placed)[1] == tree.flatten_with_spec(batch)[1]
    for ours, theirs in zip(tree.flatten(placed), tree.flatten(batch), strict=True):
        np.testing.assert_array_equal(values(here, ours), theirs)


@pytest.mark.parametrize("dtype", ["float64", "int64", "uint64", "float32", "float16", "int8", "bool"])
def test_a_step_sees_what_the_framework_stores(here: Backend, dtype: str) -> None:
    seen: list[str] = []

    def step(batch: Any) -> Any:
        seen.append(here.tensors.dtype_name(batch[0]))
        return batch[0]

    host = np.array([0, 1, 1]).astype(dtype)
    result = here.training.compile_step(step, [], jit=None)(here.tensors.place((host,)))
    assert set(seen) == {here.tensors.canonical_dtype(dtype)}
    np.testing.assert_array_equal(values(here, result), host)
