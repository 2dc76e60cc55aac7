"""Sources for the conformance suite: loaders over map-style and iterable datasets, with and without workers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch.utils.data import DataLoader, IterableDataset, TensorDataset

from polykeras.conformance.adapters import AdapterCase
from polykeras.plugins import DataRequest

X = np.arange(14, dtype="float32").reshape(7, 2)
Y = np.arange(7)
WEIGHT = np.linspace(0.0, 1.0, 7)
STARTS = range(0, 7, 3)
PAIRS: list[Any] = [(X[start : start + 3], Y[start : start + 3]) for start in STARTS]


class Stream(IterableDataset):
    """Samples one after the other."""

    def __iter__(self) -> Iterator[Any]:
        """Yield the samples."""
        return iter(zip(X, Y, strict=True))


class Named(torch.utils.data.Dataset):
    """Samples that are pairs of a dict and a target."""

    def __len__(self) -> int:
        """Return how many."""
        return len(X)

    def __getitem__(self, index: int) -> Any:
        """Return one."""
        return {"left": X[index], "right": Y[index]}, Y[index]


def _arrays(*parts: np.ndarray) -> TensorDataset:
    return TensorDataset(*(torch.from_numpy(part) for part in parts))


CASES = [
    AdapterCase(
        "inputs alone",
        lambda: DataRequest(DataLoader(_arrays(X), batch_size=3)),
        [(X[start : start + 3],) for start in STARTS],
    ),
    AdapterCase("inputs and targets", lambda: DataRequest(DataLoader(_arrays(X, Y), batch_size=3)), PAIRS),
    AdapterCase(
        "weights",
        lambda: DataRequest(DataLoader(_arrays(X, Y, WEIGHT), batch_size=3)),
        [(X[start : start + 3], Y[start : start + 3], WEIGHT[start : start + 3]) for start in STARTS],
    ),
    AdapterCase("by a worker", lambda: DataRequest(DataLoader(_arrays(X, Y), batch_size=3, num_workers=1)), PAIRS),
    AdapterCase("of unknown length", lambda: DataRequest(DataLoader(Stream(), batch_size=3)), PAIRS),
    AdapterCase(
        "a structure",
        lambda: DataRequest(DataLoader(Named(), batch_size=3)),
        [({"left": x, "right": y}, y) for x, y in PAIRS],
    ),
]
FOREIGN = [DataRequest(torch.ones(3)), DataRequest(torch.nn.Linear(1, 1)), DataRequest("text")]
