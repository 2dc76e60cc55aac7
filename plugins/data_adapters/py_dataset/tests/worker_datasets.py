"""Datasets for workers, in a module of their own so that processes can import them."""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import Any

import numpy as np

from polykeras.data import PyDataset

FRAMEWORKS = ("jax", "torch", "tensorflow", "pandas", "keras", "pyarrow")
COUNT = 12


class Rows(PyDataset):
    """Batches that say which they are, and who made them; the first ones take the longest."""

    size = 1 << 15

    def __len__(self) -> int:
        return COUNT

    def __getitem__(self, index: int) -> Any:
        time.sleep(0.002 * (COUNT - index))
        return np.full((2, self.size), index, "float32"), np.array([os.getpid(), threading.get_ident() % 1000])


class Small(Rows):
    """Batches that go in a message."""

    size = 2


class Shuffled(Small):
    """Begins each epoch one later."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.offset = 0

    def on_epoch_end(self) -> None:
        self.offset += 100

    def __getitem__(self, index: int) -> Any:
        return np.full((2, 2), index + self.offset, "float32"), np.zeros(2)


class Modules(PyDataset):
    """Tells which frameworks its process has imported."""

    def __len__(self) -> int:
        return 1

    def __getitem__(self, index: int) -> Any:
        return np.array([[name in sys.modules for name in FRAMEWORKS]]), np.zeros(1)


class Strange(PyDataset):
    """Raises what cannot be sent to another process."""

    def __len__(self) -> int:
        return 2

    def __getitem__(self, index: int) -> Any:
        error = OSError("strange")
        error.lock = threading.Lock()  # type: ignore[attr-defined]
        raise error


class Exits(PyDataset):
    """Ends its process as it is."""

    def __len__(self) -> int:
        return 2

    def __getitem__(self, index: int) -> Any:
        os._exit(3)


class Endless(PyDataset):
    """Never ends."""

    num_batches = None

    def __getitem__(self, index: int) -> Any:
        return np.full((2, 2), index, "float32"), np.zeros(2)


class Unsendable(Small):
    """Has an attribute that cannot be pickled."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.lock = threading.Lock()


class Slow(PyDataset):
    """Takes very long for a batch."""

    def __len__(self) -> int:
        return 2

    def __getitem__(self, index: int) -> Any:
        time.sleep(3600)
        return np.zeros((1, 1)), np.zeros(1)
