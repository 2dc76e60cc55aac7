"""Sources for the conformance suite: datasets by index, with and without workers, generators and iterables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from polykeras.conformance.adapters import AdapterCase
from polykeras.data import PyDataset
from polykeras.plugins import DataRequest

X = np.arange(14, dtype="float32").reshape(7, 2)
Y = np.arange(7)
BATCHES = [(X[start : start + 3], Y[start : start + 3]) for start in range(0, 7, 3)]


class Rows(PyDataset):
    """Three batches."""

    def __len__(self) -> int:
        """Return how many."""
        return len(BATCHES)

    def __getitem__(self, index: int) -> Any:
        """Return one."""
        return BATCHES[index]


class Stream:
    """Starts anew each time."""

    def __iter__(self) -> Iterator[Any]:
        """Yield the batches."""
        return iter(BATCHES)


CASES = [
    AdapterCase("by index", lambda: DataRequest(Rows()), BATCHES, shuffles=True),
    AdapterCase("by threads", lambda: DataRequest(Rows(workers=3, max_queue_size=2)), BATCHES, shuffles=True),
    AdapterCase("a generator", lambda: DataRequest(batch for batch in BATCHES), BATCHES, replays=False, shards=False),
    AdapterCase("an iterable", lambda: DataRequest(Stream()), BATCHES),
]
FOREIGN = [DataRequest([X]), DataRequest("text"), DataRequest({"a": X}), DataRequest(X), DataRequest(Rows)]
