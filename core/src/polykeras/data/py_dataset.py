"""`PyDataset`: batches by index, made by Python code, with workers if asked for."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any


class PyDataset:
    """Base class of datasets that make batch number `index` when it is asked for.

    Subclass it, override `__getitem__` to return ``(x, y)`` or ``(x, y, sample_weight)``, and `__len__`, or
    `num_batches` where it is not known.

    Args:
        workers: Threads or processes that make batches; 1 thread is the caller's own.
        use_multiprocessing: Whether the workers are processes. The dataset is then pickled and sent to them.
        max_queue_size: Batches that may be made ahead.

    >>> class Squares(PyDataset):
    ...     def __len__(self):
    ...         return 3
    ...
    ...     def __getitem__(self, index):
    ...         return [index], [index**2]
    >>> list(Squares())
    [([0], [0]), ([1], [1]), ([2], [4])]
    """

    # Read from the class by subclasses that do not call `super().__init__`.
    _workers = 1
    _use_multiprocessing = False
    _max_queue_size = 10

    def __init__(self, workers: int = 1, use_multiprocessing: bool = False, max_queue_size: int = 10) -> None:
        self.workers = workers
        self.use_multiprocessing = use_multiprocessing
        self.max_queue_size = max_queue_size

    @property
    def workers(self) -> int:
        """Threads or processes that make batches."""
        return self._workers

    @workers.setter
    def workers(self, value: int) -> None:
        self._workers = _positive("workers", value, least=0)

    @property
    def use_multiprocessing(self) -> bool:
        """Whether the workers are processes."""
        return self._use_multiprocessing

    @use_multiprocessing.setter
    def use_multiprocessing(self, value: bool) -> None:
        self._use_multiprocessing = bool(value)

    @property
    def max_queue_size(self) -> int:
        """Batches that may be made ahead."""
        return self._max_queue_size

    @max_queue_size.setter
    def max_queue_size(self, value: int) -> None:
        self._max_queue_size = _positive("max_queue_size", value, least=1)

    def __getitem__(self, index: int) -> Any:
        """Return batch number `index`."""
        raise NotImplementedError(
            f"{type(self).__name__} does not make batches.\nReceived: index {index} without a `__getitem__`.\n"
            "Allowed: a method `__getitem__(index)` that returns (x, y) or (x, y, sample_weight).\n"
            f"Override it in {type(self).__name__}."
        )

    @property
    def num_batches(self) -> int | None:
        """Batches per epoch; ``None`` where the dataset never ends."""
        length = getattr(self, "__len__", None)
        if length is None:
            raise NotImplementedError(
                f"{type(self).__name__} does not say how many batches it has.\n"
                "Received: a PyDataset without `__len__`.\n"
                "Allowed: `__len__`, or a property `num_batches`, None for no end.\n"
                f"Define one in {type(self).__name__}."
            )
        return int(length())

    def on_epoch_begin(self) -> None:
        """Do what is to be done before the first batch of an epoch is made."""

    def on_epoch_end(self) -> None:
        """Do what is to be done after an epoch, for example shuffle."""

    def __iter__(self) -> Iterator[Any]:
        """Yield the batches in order."""
        count = self.num_batches
        for index in itertools.count() if count is None else range(count):
            yield self[index]


def _positive(name: str, value: Any, *, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ValueError(
            f"`{name}` is not usable.\nReceived: {name}={value!r}.\nAllowed: integers from {least} up.\nPass one."
        )
    return value


Sequence = PyDataset
"""The name that Keras 2 had for it."""
