"""`PyDataset`: batches by index, made here, by threads or by processes.

Promises: the order of batches depends on the seed alone, with any number of workers; an error is raised when its
batch is due, as the one it was, with the number of the batch; what a fit started ends with it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

from keras_data_py_dataset.processes import Processes
from keras_data_py_dataset.threads import made_by_threads
from keras_data_py_dataset.worker import made
from polykeras.data import BatchSource, PyDataset, refuse_beside
from polykeras.plugins import DataRequest
from polykeras.random.fold import SHUFFLE
from polykeras.random.host import host_key, permutation

_HOOKS = ("on_epoch_begin", "on_epoch_end")
_OWN = ("workers", "use_multiprocessing", "max_queue_size", *_HOOKS, "__getitem__")


def claim(request: DataRequest) -> PyDatasetAdapter | None:
    """Return an adapter over a `PyDataset`, of polykeras or of Keras, or ``None`` when `x` is none."""
    x = request.x
    if isinstance(x, type) or not (isinstance(x, PyDataset) or all(hasattr(x, name) for name in _OWN)):
        return None
    refuse_beside(request, "a PyDataset")
    return PyDatasetAdapter(x, shuffle=request.shuffle)


class PyDatasetAdapter(BatchSource):
    """Adapter over a `PyDataset`.

    Args:
        dataset: What makes batches by index.
        shuffle: Whether each epoch permutes the batches.
        part: Index and count of the part that this adapter gives.
    """

    what = "a PyDataset"

    def __init__(self, dataset: Any, *, shuffle: bool, part: tuple[int, int] = (0, 1)) -> None:
        self._dataset = dataset
        self._shuffle = shuffle
        count = dataset.num_batches
        super().__init__(count, endless=count is None, part=part)
        self._processes: Processes | None = None

    def begin_epoch(self) -> None:
        """Tell the dataset."""
        self._dataset.on_epoch_begin()
        self._forget_copies("on_epoch_begin")

    def end_epoch(self) -> None:
        """Tell the dataset."""
        self._dataset.on_epoch_end()
        self._forget_copies("on_epoch_end")

    def _forget_copies(self, hook: str) -> None:
        """Have the workers get the dataset anew, if its class has a `hook` that may have changed it."""
        own = getattr(type(self._dataset), hook)
        if self._processes is not None and own is not getattr(PyDataset, hook):
            self._processes.renew()

    def epoch(self, seed: int | None, start_batch: int = 0) -> Iterator[Any]:
        """Return the batches of this part from `start_batch` on; the same seed gives the same order."""
        index, count = self.part
        numbers = itertools.islice(self._order(seed), index + start_batch * count, None, count)
        dataset = self._dataset
        workers = int(dataset.workers)
        if dataset.use_multiprocessing and workers > 0:
            if self._processes is None:
                self._processes = Processes(dataset, workers)
            return self._processes.batches(numbers, int(dataset.max_queue_size))
        if workers > 1:
            return made_by_threads(lambda number: made(dataset, number), numbers, workers, int(dataset.max_queue_size))
        return (made(dataset, number) for number in numbers)

    def _order(self, seed: int | None) -> Iterable[int]:
        total = self._dataset.num_batches
        if total is None:
            return itertools.count()
        if self._shuffle and seed is not None:
            return [int(number) for number in permutation(host_key(seed, 0, SHUFFLE), total)]
        return range(total)

    def shard(self, index: int, count: int) -> PyDatasetAdapter:
        """Return the part with every `count`-th batch from `index` on."""
        return PyDatasetAdapter(self._dataset, shuffle=self._shuffle, part=self.within(index, count))
