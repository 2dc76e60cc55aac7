"""Pipelines of Grain.

Promises: without `batch_size` the elements are batches, as in Keras; with it they are samples, of which so many make a
batch. A batch is x, (x,), (x, y) or (x, y, sample_weight); a dict is columns, whose roles `columns` tells. A
`MapDataset` has an order for each seed, the one that arrays have; other pipelines keep their own. Refuses: elements
that a filter took out of a `MapDataset`, targets beside a pipeline, samples of several shapes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from keras_data_hugging_face.columns import beside, parts_of, taken
from keras_data_hugging_face.values import stacked
from polykeras import tree
from polykeras.data import BatchSource, check_batch, refuse_beside
from polykeras.data.batch_size import checked_size
from polykeras.data.batch_source import own_arrays
from polykeras.plugins import DataRequest
from polykeras.random.fold import SHUFFLE
from polykeras.random.host import host_key, permutation


def over_map(request: DataRequest) -> MapAdapter:
    """Return an adapter over a `grain.MapDataset`."""
    return MapAdapter(request)


def over_iterable(request: DataRequest) -> PipelineAdapter:
    """Return an adapter over a `grain.IterDataset` or a `grain.DataLoader`."""
    return PipelineAdapter(request)


class PipelineAdapter(BatchSource):
    """Adapter over what yields elements.

    Args:
        request: What the user passed.
        part: Index and count of the part that this adapter gives, by batches.
    """

    def __init__(self, request: DataRequest, part: tuple[int, int] = (0, 1)) -> None:
        self.what = f"a pipeline of Grain ({type(request.x).__name__})"
        refuse_beside(beside(request), self.what)
        self._request = request
        self._size = None if request.batch_size is None else checked_size(request.batch_size)
        super().__init__(None, self._size, part=part)

    def batches(self, seed: int | None) -> Iterator[Any]:
        """Yield the batches, in the order of the pipeline."""
        for number, batch in enumerate(self._gathered(self._elements(seed))):
            yield self._taken(batch, number)

    def _elements(self, seed: int | None) -> Iterable[Any]:
        del seed
        elements: Iterable[Any] = self._request.x
        return elements

    def _gathered(self, elements: Iterable[Any]) -> Iterator[Any]:
        if self._size is None:
            yield from elements
            return
        samples: list[Any] = []
        for element in elements:
            samples.append(element)
            if len(samples) == self._size:
                yield together(samples)
                samples = []
        if samples:
            yield together(samples)

    def _taken(self, batch: Any, number: int) -> tuple[Any, ...]:
        if not isinstance(batch, Mapping):
            return own_arrays(check_batch(batch, self.what, number))
        parts = parts_of(self._request, list(batch))
        return taken(dict(zip(batch, own_arrays(tuple(batch.values())), strict=True)), parts)

    def shard(self, index: int, count: int) -> PipelineAdapter:
        """Return the part with every `count`-th batch from `index` on."""
        return type(self)(self._request, self.within(index, count))


class MapAdapter(PipelineAdapter):
    """Adapter over elements by index."""

    def __init__(self, request: DataRequest, part: tuple[int, int] = (0, 1)) -> None:
        super().__init__(request, part)
        self._length = len(request.x)
        # A pipeline that repeats for ever is as long as an index can be.
        self.endless = self._length == sys.maxsize
        if not self.endless:
            self.whole = self._length if self._size is None else -(-self._length // self._size)

    def _elements(self, seed: int | None) -> Iterator[Any]:
        order: Iterable[Any] = range(self._length)
        if self._request.shuffle and seed is not None and not self.endless:
            order = permutation(host_key(seed, 0, SHUFFLE), self._length)
        for index in order:
            element = self._request.x[int(index)]
            if element is None:
                raise ValueError(
                    "An element of a MapDataset is not there.\n"
                    f"Received: None for element {int(index)} of {self._length}, as a filter leaves it.\n"
                    "Allowed: pipelines that have an element for every index.\n"
                    "Make batches after the filter, with `to_iter_dataset().batch(...)`."
                )
            yield element


def together(samples: list[Any]) -> Any:
    """Return samples as one batch: each leaf of theirs stacked.

    Raises:
        ValueError: They have several structures, or a leaf has several shapes.
    """
    flat, structure = tree.flatten_with_spec(samples[0])
    others = [tree.flatten_with_spec(sample) for sample in samples[1:]]
    if any(other[1] != structure for other in others):
        raise ValueError(
            "Samples of a pipeline cannot make one batch.\nReceived: samples of several structures.\n"
            "Allowed: one structure of arrays for all samples.\nMap them to one, or pass batches and no `batch_size`."
        )
    columns = zip(flat, *(other[0] for other in others), strict=True)
    names = _paths(samples[0], len(flat))
    return tree.unflatten(structure, [stacked(name, column) for name, column in zip(names, columns, strict=True)])


def _paths(sample: Any, count: int) -> list[str]:
    """Return what errors call the leaves of a sample."""
    if isinstance(sample, Mapping) and len(sample) == count:
        return sorted(sample)
    return [str(number) for number in range(count)]
