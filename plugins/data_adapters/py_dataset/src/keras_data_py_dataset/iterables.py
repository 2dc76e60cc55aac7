"""Generators, and any object that yields batches when it is iterated over.

Promises: what a generator has yielded may be overwritten by it, for arrays are copied; an object that is no iterator
is iterated over anew in each epoch. Refuses: parts of an iterator, which is read once, and iterators at their end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

import numpy as np

from polykeras import tree
from polykeras.data import BatchSource, check_batch, refuse_beside
from polykeras.data.batch_source import length_of, own_arrays
from polykeras.data.leaves import is_array
from polykeras.plugins import DataRequest

_NO_BATCHES = (str, bytes, bytearray, list, tuple, type, Mapping, AbstractSet)


def claim(request: DataRequest) -> IterableAdapter | None:
    """Return an adapter over a generator or an iterable, or ``None`` when `x` is neither."""
    x = request.x
    if isinstance(x, _NO_BATCHES) or not isinstance(x, Iterable) or is_array(x):
        return None
    adapter = IterableAdapter(x)
    refuse_beside(request, adapter.what)
    return adapter


class IterableAdapter(BatchSource):
    """Adapter over something that yields batches.

    Args:
        source: An iterator, which is read once, or an object that can be iterated over again and again.
        part: Index and count of the part that this adapter gives.
    """

    def __init__(self, source: Iterable[Any], part: tuple[int, int] = (0, 1)) -> None:
        self._source = source
        self.once = isinstance(source, Iterator)
        self.what = "a generator" if self.once else f"an iterable of type {type(source).__name__}"
        super().__init__(None if self.once else length_of(source), part=part)
        self._read = 0

    def batches(self, seed: int | None) -> Iterator[Any]:
        """Yield the batches; those of an iterator from where it is."""
        del seed
        before = self._read
        number = 0
        try:
            for batch in self._source:
                number = self._read if self.once else self._read - before
                self._read += 1
                yield tree.map_structure(_kept, own_arrays(check_batch(batch, self.what, number)))
                number += 1
        except Exception as error:
            error.add_note(f"This was batch {number} of {self.what}.")
            raise
        if self.once and self._read == before:
            raise ValueError(
                "The generator is at its end.\n"
                f"Received: one that has given {self._read} batches in all, and has no more for this epoch.\n"
                "Allowed: as many batches as all epochs and the validations together take.\n"
                "Pass `steps_per_epoch` or `validation_steps`, or a source that starts anew, such as a PyDataset."
            )

    def shard(self, index: int, count: int) -> IterableAdapter:
        """Return the part with every `count`-th batch from `index` on.

        Raises:
            ValueError: The source is an iterator, and there is more than one part.
        """
        if self.once and count > 1:
            raise ValueError(
                "A generator cannot be split among workers.\n"
                f"Received: part {index} of {count} of an iterator, which is read once.\n"
                "Allowed: objects that can be iterated over again, of which each worker reads its own part.\n"
                "Pass a PyDataset, or an object whose `__iter__` starts anew."
            )
        return IterableAdapter(self._source, self.within(index, count))


def _kept(leaf: Any) -> Any:
    # Batches are read ahead, and a generator may fill the same array again and again.
    return np.array(leaf) if type(leaf) is np.ndarray else leaf
