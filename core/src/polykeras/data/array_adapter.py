"""Batches of what has rows: slices in order, or rows of a permutation.

Promises: an order is a function of the seed alone, the same for every source of as many rows; batches in order share
the memory of arrays. Refuses: arrays of different lengths, empty ones, scalars.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

import numpy as np

from polykeras import tree
from polykeras.data.batch_size import checked_size
from polykeras.data.leaves import arrays_of
from polykeras.data.rows import window
from polykeras.plugins.info import DataRequest
from polykeras.random.fold import SHUFFLE
from polykeras.random.host import host_key, permutation


class ArrayAdapter:
    """Adapter over ``(x,)``, ``(x, y)`` or ``(x, y, sample_weight)`` of arrays of one length.

    Args:
        arrays: The tuple of structures of arrays, or of `polykeras.data.rows`.
        batch_size: Samples per batch.
        shuffle: Whether each epoch permutes the samples.
        rows: The samples that belong to this adapter; all of them for ``None``.
    """

    def __init__(
        self, arrays: tuple[Any, ...], batch_size: int, *, shuffle: bool, rows: np.ndarray | None = None
    ) -> None:
        self._structure = arrays
        self._flat, self._treedef = tree.flatten_with_spec(arrays)
        self._rows = rows
        self.length = len(self._flat[0]) if rows is None else len(rows)
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.num_batches = -(-self.length // batch_size)

    @classmethod
    def over(cls, request: DataRequest, x: Any) -> Self:
        """Return an adapter over `x`, which is the request's, converted, and its targets and weights.

        Args:
            request: What the user passed.
            x: Structure of arrays or of rows.

        Raises:
            ValueError: If the arrays are empty or of different lengths, or the batch size is not positive.
        """
        y = None if request.y is None else arrays_of(request.y)
        weight = None if request.sample_weight is None else arrays_of(request.sample_weight)
        parts: tuple[Any, ...] = (x,)
        if y is not None or weight is not None:
            parts = (x, y) if weight is None else (x, y, weight)
        _check_lengths(parts)
        return cls(parts, checked_size(request.batch_size), shuffle=request.shuffle)

    @property
    def inputs(self) -> Any:
        """Return the inputs of all samples."""
        return self._structure[0]

    @property
    def targets(self) -> Any:
        """Return the targets of all samples, for checks before training."""
        return self._structure[1] if len(self._structure) > 1 else None

    def epoch(self, seed: int | None, start_batch: int = 0) -> Iterator[Any]:
        """Yield the batches of one epoch; the same seed gives the same order."""
        order = self._rows
        if self.shuffle and seed is not None:
            drawn = permutation(host_key(seed, 0, SHUFFLE), self.length)
            order = drawn if order is None else order[drawn]
        size = self.batch_size
        for start in range(start_batch * size, self.length, size):
            chosen: Any = slice(start, start + size) if order is None else order[start : start + size]
            yield tree.unflatten(self._treedef, [None if a is None else a[chosen] for a in self._flat])

    def shard(self, index: int, count: int) -> ArrayAdapter:
        """Return every `count`-th sample from `index` on."""
        rows = np.arange(self.length) if self._rows is None else self._rows
        return ArrayAdapter(self._structure, self.batch_size, shuffle=self.shuffle, rows=rows[index::count])

    def split(self, fraction: float) -> tuple[ArrayAdapter, ArrayAdapter]:
        """Return the first samples and the last `fraction` of them, the latter in order.

        Raises:
            ValueError: If a part would be empty.
        """
        cut = int(self.length * (1.0 - fraction))
        if cut < 1 or cut >= self.length:
            raise ValueError(
                f"The data cannot be split.\nReceived: {self.length} samples and validation_split={fraction}.\n"
                "Allowed: a fraction that leaves samples on both sides.\nChange the fraction, or pass validation_data."
            )
        return self._part(0, cut, shuffle=self.shuffle), self._part(cut, self.length, shuffle=False)

    def _part(self, start: int, stop: int, *, shuffle: bool) -> ArrayAdapter:
        if self._rows is not None:
            return ArrayAdapter(self._structure, self.batch_size, shuffle=shuffle, rows=self._rows[start:stop])
        part = tree.map_structure(lambda leaf: None if leaf is None else window(leaf, start, stop), self._structure)
        return ArrayAdapter(tuple(part), self.batch_size, shuffle=shuffle)


def _check_lengths(parts: tuple[Any, ...]) -> None:
    flat = [leaf for leaf in tree.flatten(parts) if leaf is not None]
    scalars = [leaf for leaf in flat if leaf.ndim == 0]
    lengths = [len(leaf) for leaf in flat if leaf.ndim > 0]
    if scalars:
        raise ValueError(
            "An array has no axis of samples.\nReceived: a scalar.\n"
            "Allowed: arrays whose first axis counts the samples.\nAdd an axis, for example with `x[None]`."
        )
    if len(set(lengths)) > 1:
        names = ("x", "y", "sample_weight")
        told = "; ".join(
            f"{name}: {', '.join(str(len(leaf)) for leaf in tree.flatten(part) if leaf is not None)}"
            for name, part in zip(names, parts, strict=False)
            if part is not None
        )
        raise ValueError(
            f"The arrays have different numbers of samples.\nReceived: {told}.\n"
            "Allowed: one number of samples for all.\nCut or complete the arrays."
        )
    if lengths[0] == 0:
        raise ValueError(
            "The arrays are empty.\nReceived: 0 samples.\nAllowed: at least one sample.\n"
            "Check how the data were loaded or filtered."
        )
