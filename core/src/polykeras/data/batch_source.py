"""Sources that come in batches of their own: what they have in common, and what makes no sense beside them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from polykeras.data.leaves import lists_as_arrays
from polykeras.plugins.info import DataRequest


def refuse_beside(request: DataRequest, what: str) -> None:
    """Refuse what a user passed beside a source that yields whole batches; `batch_size` is passed over, as in Keras.

    Args:
        request: What the user passed.
        what: The source in words, with its article, such as ``"a DataLoader"``.

    Raises:
        ValueError: Targets or weights were passed.
    """
    given = {"y": request.y, "sample_weight": request.sample_weight}
    extra = [name for name, value in given.items() if value is not None]
    if extra:
        raise ValueError(
            f"{what[0].upper()}{what[1:]} brings its own targets and weights.\n"
            f"Received: {', '.join(extra)} beside it.\n"
            "Allowed: x alone, whose batches are x, (x,), (x, y) or (x, y, sample_weight).\n"
            "Leave them out, and have the source yield them."
        )


def check_batch(batch: Any, what: str, number: int) -> tuple[Any, ...]:
    """Return what a source yielded as a tuple of one to three structures of arrays.

    A list of three items or fewer is read as a tuple, as Keras does.

    Args:
        batch: What was yielded.
        what: The source in words, with its article.
        number: Which batch it is, from 0.

    Raises:
        ValueError: There are more items, or none.
    """
    if not isinstance(batch, (tuple, list)) or hasattr(batch, "_fields"):
        batch = (batch,)
    if not 1 <= len(batch) <= _MOST or batch[0] is None:
        raise ValueError(
            f"Batch {number} of {what} cannot be taken apart.\n"
            f"Received: a {type(batch).__name__} of {len(batch)} items"
            f"{', the first of which is None' if batch else ''}.\n"
            "Allowed: x, (x,), (x, y) or (x, y, sample_weight).\nPut several inputs in one tuple, list or dict."
        )
    return tuple(batch)


_MOST = 3


def own_arrays(batch: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return a batch whose lists of numbers are arrays, and whose arrays hold numbers; tensors stay where they are."""
    return tuple(lists_as_arrays(part) for part in batch)


class BatchSource:
    """Base class of adapters over sources that come in batches: counts, skipping and parts.

    A subclass has `batches`, and says in `what` what it serves.

    Args:
        num_batches: Batches per epoch, or ``None`` when unknown.
        batch_size: Samples per full batch, or ``None`` when unknown.
        endless: Whether the source is known never to end.
        part: Index and count of the part that this adapter gives.
    """

    what = "a source of batches"

    def __init__(
        self,
        num_batches: int | None,
        batch_size: int | None = None,
        *,
        endless: bool = False,
        part: tuple[int, int] = (0, 1),
    ) -> None:
        self.whole = num_batches
        self.batch_size = batch_size
        self.endless = endless
        self.part = part

    @property
    def num_batches(self) -> int | None:
        """Return how many batches an epoch of this part has, ``None`` when unknown."""
        index, count = self.part
        return None if self.whole is None else len(range(index, self.whole, count))

    def batches(self, seed: int | None) -> Iterator[Any]:
        """Yield every batch of an epoch, whatever the part."""
        del seed
        yield from ()

    def epoch(self, seed: int | None, start_batch: int = 0) -> Iterator[Any]:
        """Yield the batches of this part from `start_batch` on."""
        index, count = self.part
        whole = self.batches(seed)
        if (index, count, start_batch) == (0, 1, 0):
            return whole
        return itertools.islice(whole, index + start_batch * count, None, count)

    def within(self, index: int, count: int) -> tuple[int, int]:
        """Return the part that is part `index` of `count` of this part."""
        own_index, own_count = self.part
        return own_index + index * own_count, own_count * count


def length_of(value: Any) -> int | None:
    """Return ``len(value)``, or ``None`` where it has none or none that is a number."""
    try:
        return int(np.int64(len(value)))
    except TypeError:
        return None
