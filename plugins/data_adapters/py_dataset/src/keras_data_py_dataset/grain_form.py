"""A `PyDataset` as a dataset of Grain.

Promises the batches of one epoch, in the order that the dataset is in when they are read. Grain shuffles, repeats and
splits by itself; what it does is not told to the `PyDataset`.
"""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any


def grain_dataset(dataset: Any) -> Any:
    """Return a `grain.IterDataset` whose elements are those of `dataset`.

    Args:
        dataset: A `PyDataset` with an end. Its `class_names` and `file_paths` become the result's.

    Raises:
        ImportError: Grain is not installed.
    """
    if importlib.util.find_spec("grain") is None:
        raise ImportError(
            "Datasets of Grain need its package.\nReceived: a Python without the package `grain`.\n"
            "Allowed: any release from 0.2.10 on.\nInstall it with `pip install grain`, or leave out the format."
        )
    grain: Any = importlib.import_module("grain")
    made = grain.MapDataset.source(_Source(dataset)).to_iter_dataset()
    for name in ("class_names", "file_paths"):
        if hasattr(dataset, name):
            setattr(made, name, getattr(dataset, name))
    return made


class _Source:
    """What Grain reads from: items by number, which it may ask for in any order and from other processes."""

    def __init__(self, dataset: Any) -> None:
        self._dataset = dataset

    def __len__(self) -> int:
        return len(self._dataset)

    def __getitem__(self, index: Any) -> Any:
        return self._dataset[int(index)]
