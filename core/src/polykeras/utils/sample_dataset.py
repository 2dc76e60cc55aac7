"""Batches of samples that are read by number: what the data sets from directories and from series are.

Promises: the order of an epoch is a function of the seed and of the number of the epoch alone; a pass over all
batches, or an epoch of `fit`, is followed by another order; batches are NumPy arrays, made anew each time, by any
number of threads or processes. Refuses batches that are not there, and labels that do not fit the samples.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from polykeras.data import PyDataset
from polykeras.random.fold import SHUFFLE
from polykeras.random.global_seed import check_seed, next_seed
from polykeras.random.host import host_key, permutation


@dataclass(frozen=True)
class ArraySpec:
    """What is known of the arrays in all batches; no tuple, so that a structure has it for a leaf.

    Attributes:
        shape: Sizes; ``None`` for those that differ.
        dtype: The dtype; `object` for text.
    """

    shape: tuple[int | None, ...]
    dtype: np.dtype[Any]


class Samples(Protocol):
    """Samples that are read when they are needed; must be picklable, and readable by several threads at once."""

    @property
    def spec(self) -> ArraySpec:
        """What is known of one sample."""
        ...

    def __len__(self) -> int: ...

    def take(self, numbers: npt.NDArray[np.int64], batch: int) -> npt.NDArray[Any]:
        """Return the samples of these numbers along a first axis; errors tell `batch`, the number of the batch."""
        ...


class SampleDataset(PyDataset):
    """Batches of samples with their targets; a `PyDataset`, so that `workers` and the like can be set on it.

    Args:
        samples: What is read.
        targets: Targets of the samples, with the same numbers; ``None`` for batches of inputs alone.
        batch_size: Samples per batch; ``None`` for single samples without an axis of batches.
        shuffle: Whether the samples of each epoch come in another order.
        seed: Integer in [0, 2**32) that the orders come from; a fresh one for ``None``.
        class_names: Names of the classes, in the order of their labels.
        file_paths: Files that the samples come from, in the order of their numbers.
        workers: Threads that `fit` makes batches with.

    Raises:
        ValueError: `batch_size` or `seed` is not usable.
    """

    def __init__(
        self,
        samples: Samples,
        targets: Samples | None = None,
        *,
        batch_size: int | None = 32,
        shuffle: bool = False,
        seed: int | None = None,
        class_names: Sequence[str] | None = None,
        file_paths: Sequence[str] | None = None,
        workers: int = 1,
    ) -> None:
        super().__init__(workers=workers, max_queue_size=max(2, workers))
        self.batch_size = checked_batch_size(batch_size)
        self.class_names = None if class_names is None else list(class_names)
        self.file_paths = [] if file_paths is None else list(file_paths)
        self._samples = samples
        self._targets = targets
        self._seed = (next_seed() if seed is None else check_seed(seed)) if shuffle else None
        self._epoch = 0
        self._order: npt.NDArray[np.int64] | None = None

    def __len__(self) -> int:
        size = self.batch_size or 1
        return (len(self._samples) + size - 1) // size

    def __getitem__(self, index: int) -> Any:
        """Return batch number `index` of this epoch: inputs, or a tuple of inputs and targets.

        Raises:
            IndexError: There is no such batch.
        """
        if not -len(self) <= index < len(self):
            raise IndexError(
                f"There is no such batch.\nReceived: index {index}.\nAllowed: 0 to {len(self) - 1}.\n"
                "Count batches with `len(dataset)`."
            )
        size = self.batch_size or 1
        start = index % len(self) * size
        numbers = self.order[start : start + size]
        parts = [part.take(numbers, index) for part in (self._samples, self._targets) if part is not None]
        if self.batch_size is None:
            parts = [part[0] for part in parts]
        return parts[0] if self._targets is None else tuple(parts)

    def __iter__(self) -> Iterator[Any]:
        """Yield the batches of one epoch; when all were read, the next pass has another order."""
        yield from super().__iter__()
        self.on_epoch_end()

    def __getstate__(self) -> dict[str, Any]:
        # A copy in a worker draws the order for itself: cheaper than sending it.
        return self.__dict__ | {"_order": None}

    @property
    def order(self) -> npt.NDArray[np.int64]:
        """Numbers of the samples in the order of this epoch."""
        order = self._order
        if order is None:
            count = len(self._samples)
            seed = self._seed
            order = np.arange(count) if seed is None else permutation(host_key(seed, self._epoch, SHUFFLE), count)
            self._order = order
        return order

    @property
    def element_spec(self) -> Any:
        """What is known of every batch: an `ArraySpec` in place of each array."""
        axis = () if self.batch_size is None else (None,)
        specs = [part.spec for part in (self._samples, self._targets) if part is not None]
        made = tuple(ArraySpec((*axis, *spec.shape), spec.dtype) for spec in specs)
        return made[0] if self._targets is None else made

    def on_epoch_end(self) -> None:
        """Go on to the order of the next epoch."""
        if self._seed is not None:
            self._epoch += 1
            self._order = None


def checked_batch_size(size: int | None) -> int | None:
    """Return `size` if it is one, or ``None``.

    Raises:
        ValueError: It is neither.
    """
    if size is None:
        return None
    if isinstance(size, bool) or not isinstance(size, (int, np.integer)) or size < 1:
        raise ValueError(
            f"The batch size is not usable.\nReceived: batch_size={size!r}.\n"
            "Allowed: integers from 1 up, and None for single samples.\nPass one of these."
        )
    return int(size)
