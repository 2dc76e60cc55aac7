"""Batches for a loop: an adapter, class weights, and epochs of a given number of steps."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from polykeras.backend.resolved import Backend
from polykeras.backend.run_limits import limited_steps
from polykeras.data.ahead import ahead
from polykeras.data.choice import adapter_for
from polykeras.data.class_weight import with_class_weight
from polykeras.data.hosted import for_backend
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
        start: Number of the first epoch.
        anew: Whether each epoch of `steps` starts at the source's first batch, not where the last one stopped.
    """

    def __init__(
        self,
        adapter: DataAdapter,
        steps: int | None = None,
        class_weight: Mapping[int, float] | None = None,
        *,
        shuffle: bool = False,
        start: int = 0,
        anew: bool = False,
    ) -> None:
        self.adapter = adapter
        whole = steps if steps is not None else adapter.num_batches
        self.steps = limited_steps(whole)
        self._cut = self.steps != whole
        self._fixed = steps is not None
        self._class_weight = class_weight
        self._seed = next_seed() if shuffle else None
        self._start = start
        self._anew = anew
        # The pass under way, and the epoch that it belongs to where it belongs to one.
        self._under_way: tuple[int | None, Iterator[Any]] | None = None
        self._begun = False
        self._begin: Callable[[], None] | None = getattr(adapter, "begin_epoch", None)
        self._end: Callable[[], None] | None = getattr(adapter, "end_epoch", None)

    def first(self, backend: Backend) -> Any:
        """Return the batch that the first epoch begins with, to learn shapes and dtypes from; it is not lost.

        Args:
            backend: Whose tensors stay as they are; the others become arrays.

        Raises:
            ValueError: There is none.
        """
        self._begin_epoch()
        number, stream = self._stream(self._start)
        for batch in stream:
            self._under_way = (number, itertools.chain([batch], stream))
            return for_backend(batch, backend)
        raise ValueError(
            "The data source has no batches.\nReceived: an empty source.\nAllowed: at least one batch.\n"
            "Check how the data were loaded or filtered."
        )

    def epoch(self, number: int, backend: Backend | None = None) -> Iterator[Any]:
        """Return the batches of epoch `number`, in an order of its own.

        Args:
            number: The epoch's number.
            backend: Where batches are placed, ahead of use; they stay as the source yields them for ``None``.
        """
        self._begin_epoch()
        self._begun = False
        _, stream = self._stream(number)
        if self._fixed and not self._anew:
            self._under_way = (None, stream)
        if self._fixed or self._cut:
            stream = itertools.islice(stream, self.steps)
        if backend is None:
            return stream
        place = backend.tensors.place
        return ahead(stream, lambda batch: place(for_backend(batch, backend)), self._end)

    def _begin_epoch(self) -> None:
        """Tell the source that an epoch begins, once."""
        if self._begin is not None and not self._begun:
            self._begin()
        self._begun = True

    def _stream(self, number: int) -> tuple[int | None, Iterator[Any]]:
        """Return the pass that epoch `number` reads from: the one under way if it is its own, else a new one."""
        under_way, self._under_way = self._under_way, None
        if under_way is not None and under_way[0] in (None, number):
            return under_way
        if self._fixed:
            return (number if self._anew else None), self._endless()
        return number, self._pass(number)

    def _pass(self, number: int) -> Iterator[Any]:
        batches = self.adapter.epoch(None if self._seed is None else fold(self._seed, number, SHUFFLE)[0])
        if self._class_weight is None:
            return batches
        weights = self._class_weight
        return (with_class_weight(batch, weights) for batch in batches)

    def _endless(self) -> Iterator[Any]:
        """Yield batches pass after pass, as long as a pass has any."""
        given = 0
        for number in itertools.count():
            before = given
            for batch in self._pass(number):
                given += 1
                yield batch
            if given == before:
                raise ValueError(
                    "The data source ended early.\n"
                    f"Received: {given} batches in all, and none when asked again.\n"
                    f"Allowed: as many as the epochs have steps, {self.steps} each, or a source to read again.\n"
                    "Ask for fewer steps or epochs, or pass a source that starts anew, such as a PyDataset."
                )


def batches_of(
    x: Any,
    y: Any,
    sample_weight: Any,
    *,
    batch_size: int | None,
    shuffle: bool = False,
    steps: int | None = None,
    class_weight: Mapping[int, float] | None = None,
    names: tuple[str, ...] | None = None,
    start: int = 0,
    anew: bool = False,
    steps_name: str = "steps",
) -> Batches:
    """Return the batches of what a user passed to a loop.

    Args:
        x: Inputs, or a source of batches.
        y: Targets.
        sample_weight: Weights per sample.
        batch_size: Samples per batch.
        shuffle: Whether each epoch has an order of its own.
        steps: Steps per epoch.
        class_weight: Class index to weight.
        names: Names of the model's inputs where they are a dict.
        start: Number of the first epoch.
        anew: Whether each epoch of `steps` starts at the source's first batch.
        steps_name: What the caller calls `steps`, for errors.

    Raises:
        ValueError: There is no `x`, or the source never ends and `steps` is not given.
    """
    if x is None:
        raise ValueError(
            "There are no inputs.\nReceived: x=None.\nAllowed: arrays, or a source of batches.\nPass the data as `x`."
        )
    adapter = adapter_for(DataRequest(x, y, sample_weight, batch_size, bool(shuffle), names))
    if steps is None and getattr(adapter, "endless", False):
        raise ValueError(
            "The data source never ends.\n"
            f"Received: a source of type {type(x).__module__}.{type(x).__qualname__} without a number of batches, "
            f"and {steps_name}=None.\n"
            f"Allowed: sources that never end, with a number of steps.\nPass `{steps_name}`."
        )
    return Batches(adapter, steps, class_weight, shuffle=bool(shuffle), start=start, anew=anew)


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
        what = getattr(batches.adapter, "what", type(batches.adapter).__name__)
        raise ValueError(
            "This source cannot be split.\n"
            f"Received: validation_split={fraction} for {what}, whose samples are known only when they are read.\n"
            "Allowed: `validation_split` with arrays and frames in memory.\nPass `validation_data`."
        )
    train, validation = split(fraction)
    steps = batches.steps if batches._fixed else None
    shuffle = batches._seed is not None
    return (
        Batches(train, steps, batches._class_weight, shuffle=shuffle, start=batches._start),
        Batches(validation),
    )
