"""Ledgers by rows, on what `polykeras.data` has for these, and tapes by batches, with nothing but the contract."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
from ledger import Ledger, Tape

from polykeras.data import ArrayAdapter
from polykeras.plugins import DataAdapter, DataRequest


def claim(request: DataRequest) -> DataAdapter | None:
    """Return an adapter over a ledger or a tape, or ``None`` for anything else."""
    if not isinstance(request.x, (Ledger, Tape)):
        return None
    if request.y is not None:
        raise ValueError(
            f"A {type(request.x).__name__} brings its own targets.\nReceived: y of type {type(request.y).__name__}.\n"
            "Allowed: y left out.\nPut the targets into its last column."
        )
    if isinstance(request.x, Tape):
        return TapeAdapter(request.x)
    count, columns = request.x.size
    inputs = Lines(request.x, 0, count, range(columns - 1))
    targets = Lines(request.x, 0, count, range(columns - 1, columns))
    return ArrayAdapter((inputs, targets), request.batch_size or 32, shuffle=request.shuffle)


class Lines:
    """Columns of some lines of a ledger, read as they are asked for."""

    dtype = np.dtype("float32")
    ndim = 2

    def __init__(self, book: Ledger, start: int, stop: int, columns: range) -> None:
        self._book, self._start, self._stop, self._columns = book, start, stop, columns
        self.shape = (stop - start, len(columns))

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, chosen: slice | np.ndarray) -> np.ndarray:
        numbers = np.arange(self._start, self._stop)[chosen]
        return self._book.lines(numbers.tolist())[:, list(self._columns)].astype(self.dtype)

    def window(self, start: int, stop: int) -> Lines:
        """Return some of these lines."""
        return Lines(self._book, self._start + start, self._start + stop, self._columns)


class TapeAdapter:
    """Portions of a tape, each a batch."""

    num_batches = None
    batch_size = None
    what = "a Tape"

    def __init__(self, tape: Tape, part: tuple[int, int] = (0, 1)) -> None:
        self._tape = tape
        self._part = part

    def epoch(self, seed: int | None, start_batch: int = 0) -> Iterator[Any]:
        """Yield the batches of this part from `start_batch` on."""
        del seed  # a tape has one order
        index, count = self._part
        for portion in itertools.islice(self._tape.play(), index + start_batch * count, None, count):
            yield portion[:, :-1].astype("float32"), portion[:, -1:].astype("float32")

    def shard(self, index: int, count: int) -> TapeAdapter:
        """Return the part with every `count`-th portion from `index` on."""
        own_index, own_count = self._part
        return TapeAdapter(self._tape, (own_index + index * own_count, own_count * count))
