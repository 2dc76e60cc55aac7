"""Batches for a loop: an adapter, class weights, and epochs of a given number of steps."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from polykeras.backend.run_limits import limited_steps
from polykeras.data.choice import adapter_for
from polykeras.data.class_weight import with_class_weight
from polykeras.plugins.info import DataRequest
from polykeras.plugins.protocols import DataAdapter
from polykeras.random.fold import SHUFFLE, fold
from polykeras.random.global_seed import next_seed


class Batches:
    """A source of batches for several epochs.

    Args:
        adapter: Where the batches come from.
        steps: Steps per epoch; as many as there are batches for ``None``.
        class_weight: Class index to weight.
        shuffle: Whether each epoch has an order of its own.
    """

    def __init__(
        self,
        adapter: DataAdapter,
        steps: int | None = None,
        class_weight: Mapping[int, float] | None = None,
        *,
        shuffle: bool = False,
    ) -> None:
        self.adapter = adapter
        whole = steps if steps is not None else adapter.num_batches
        self.steps = limited_steps(whole)
        self._cut = self.steps != whole
        self._fixed = steps is not None
        self._class_weight = class_weight
        self._seed = next_seed() if shuffle else None
        self._rest: Iterator[Any] | None = None
        self._passes = 0

    def first(self) -> Any:
        """Return one batch, to learn shapes and dtypes from."""
        for batch in self.adapter.epoch(None):
            return batch
        raise ValueError(
            "The data source has no batches.\nReceived: an empty source.\nAllowed: at least one batch.\n"
            "Check how the data were loaded or filtered."
        )

    def epoch(self, number: int) -> Iterator[Any]:
        """Yield the batches of epoch `number`, in an order of its own."""
        if not self._fixed:
            return itertools.islice(self._pass(number), self.steps) if self._cut else self._pass(number)
        return itertools.islice(self._endless(), self.steps)

    def _pass(self, number: int) -> Iterator[Any]:
        batches = self.adapter.epoch(None if self._seed is None else fold(self._seed, number, SHUFFLE)[0])
        if self._class_weight is None:
            return batches
        weights = self._class_weight
        return (with_class_weight(batch, weights) for batch in batches)

    def _endless(self) -> Iterator[Any]:
        """Yield batches on from where the last epoch stopped, pass after pass."""
        while True:
            if self._rest is None:
                self._rest = self._pass(self._passes)
                self._passes += 1
            batch = next(self._rest, None)
            if batch is None:
                self._rest = None
            else:
                yield batch


def batches_of(
    x: Any,
    y: Any,
    sample_weight: Any,
    *,
    batch_size: int | None,
    shuffle: bool = False,
    steps: int | None = None,
    class_weight: Mapping[int, float] | None = None,
) -> Batches:
    """Return the batches of what a user passed to a loop."""
    if x is None:
        raise ValueError(
            "There are no inputs.\nReceived: x=None.\nAllowed: arrays, or a source of batches.\nPass the data as `x`."
        )
    adapter = adapter_for(DataRequest(x, y, sample_weight, batch_size, bool(shuffle)))
    return Batches(adapter, steps, class_weight, shuffle=bool(shuffle))


def split_batches(batches: Batches, fraction: float) -> tuple[Batches, Batches]:
    """Return the batches without the last `fraction` of the samples, and those samples.

    Raises:
        ValueError: If the fraction is not in (0, 1), or the source cannot be split.
    """
    if not 0.0 < fraction < 1.0:
        raise ValueError(
            f"The validation split is not usable.\nReceived: validation_split={fraction!r}.\n"
            "Allowed: a number in (0, 1).\nPass the fraction of samples to hold out."
        )
    split = getattr(batches.adapter, "split", None)
    if split is None:
        raise ValueError(
            "This source cannot be split.\n"
            f"Received: validation_split={fraction} for {type(batches.adapter).__name__}.\n"
            "Allowed: `validation_split` with arrays in memory.\nPass `validation_data`."
        )
    train, validation = split(fraction)
    steps = batches.steps if batches._fixed else None
    shuffle = batches._seed is not None
    return Batches(train, steps, batches._class_weight, shuffle=shuffle), Batches(validation)
