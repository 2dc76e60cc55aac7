"""Loaders of PyTorch: batches as the loader collates them, made by its own workers.

Promises: batches are PyTorch's own tensors, pinned or not, which its backend takes as they are and others share through
DLPack; rows of tensors are taken a batch at a time; an error says which batch it was. Refuses: datasets without a
loader, and what a loader brings itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch.utils.data

from polykeras.data import BatchSource, check_batch, refuse_beside
from polykeras.data.batch_source import length_of
from polykeras.plugins import DataRequest

_WHAT = "a DataLoader"


def claim(request: DataRequest) -> DataLoaderAdapter | None:
    """Return an adapter over a loader, or ``None`` when `x` is none.

    Raises:
        ValueError: `x` is a dataset without a loader, or targets or weights stand beside a loader.
    """
    x = request.x
    if isinstance(x, torch.utils.data.DataLoader):
        refuse_beside(request, _WHAT)
        return DataLoaderAdapter(x)
    if isinstance(x, torch.utils.data.Dataset):
        kind = type(x)
        raise ValueError(
            "A PyTorch dataset has no batches.\n"
            f"Received: x of type {kind.__module__}.{kind.__qualname__}.\nAllowed: a DataLoader over it.\n"
            "Pass `torch.utils.data.DataLoader(dataset, batch_size=32)`."
        )
    return None


class DataLoaderAdapter(BatchSource):
    """Adapter over a loader.

    Args:
        loader: Whose elements are batches.
        part: Index and count of the part that this adapter gives.
    """

    what = _WHAT

    def __init__(self, loader: torch.utils.data.DataLoader[Any], part: tuple[int, int] = (0, 1)) -> None:
        self._loader = loader
        super().__init__(length_of(loader), loader.batch_size, part=part)

    def batches(self, seed: int | None) -> Iterator[Any]:
        """Yield every batch of an epoch, in the loader's own order."""
        del seed  # a loader that shuffles says so itself, with a generator of its own
        number = 0
        try:
            for batch in rows_at_once(self._loader) if can_be_indexed(self._loader) else self._loader:
                yield check_batch(batch, _WHAT, number)
                number += 1
        except Exception as error:
            error.add_note(f"This was batch {number} of {_WHAT}.")
            raise

    def shard(self, index: int, count: int) -> DataLoaderAdapter:
        """Return the part with every `count`-th batch from `index` on."""
        return DataLoaderAdapter(self._loader, self.within(index, count))


def can_be_indexed(loader: torch.utils.data.DataLoader[Any]) -> bool:
    """Return whether the batches of `loader` are rows of tensors, stacked in this process and nothing else."""
    return (
        type(loader) is torch.utils.data.DataLoader
        and type(loader.dataset) is torch.utils.data.TensorDataset
        and loader.collate_fn is torch.utils.data.default_collate
        and loader.batch_sampler is not None
        and loader.num_workers == 0
        and not loader.pin_memory
    )


def rows_at_once(loader: torch.utils.data.DataLoader[Any]) -> Iterator[list[torch.Tensor]]:
    """Yield the batches that `loader` would, of the same rows, indexed at once and not row by row."""
    tensors = loader.dataset.tensors
    # What a loader draws before its sampler does: the order, and what is drawn after it, are those of the loader.
    torch.empty((), dtype=torch.int64).random_(generator=loader.generator)
    for indices in loader.batch_sampler:
        rows = torch.tensor(indices)
        yield [tensor[rows] for tensor in tensors]
