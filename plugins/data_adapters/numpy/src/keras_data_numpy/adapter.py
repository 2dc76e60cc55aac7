"""Batches of arrays in memory: slices in order, or rows of a permutation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

import numpy as np

from polykeras import tree
from polykeras.backend.config import floatx
from polykeras.backend.resolved import resolved_backends
from polykeras.plugins import DataRequest
from polykeras.random.fold import SHUFFLE
from polykeras.random.host import host_key, permutation

_DEFAULT_BATCH = 32


class ArrayAdapter:
    """Adapter over ``(x,)``, ``(x, y)`` or ``(x, y, sample_weight)`` of arrays of one length.

    Args:
        arrays: The tuple of structures of arrays.
        batch_size: Samples per batch.
        shuffle: Whether each epoch permutes the samples.
        rows: The samples that belong to this adapter; all of them for ``None``.
    """

    def __init__(
        self, arrays: tuple[Any, ...], batch_size: int, *, shuffle: bool, rows: np.ndarray | None = None
    ) -> None:
        self._structure = arrays
        self._flat, self._treedef = tree.flatten(arrays)
        self._rows = rows
        self.length = len(self._flat[0]) if rows is None else len(rows)
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.num_batches = -(-self.length // batch_size)

    @classmethod
    def claim(cls, request: DataRequest) -> Self | None:
        """Return an adapter over the request's arrays, or ``None`` when `x` is no structure of arrays.

        Raises:
            ValueError: If the arrays are empty or of different lengths, or the batch size is not positive.
        """
        leaves = tree.leaves(request.x)
        if not leaves or any(isinstance(leaf, str) or not _is_array(leaf) for leaf in leaves):
            return None
        x = _arrays(request.x)
        y = None if request.y is None else _arrays(request.y)
        weight = None if request.sample_weight is None else _arrays(request.sample_weight)
        parts: tuple[Any, ...] = (x,)
        if y is not None or weight is not None:
            parts = (x, y) if weight is None else (x, y, weight)
        _check_lengths(parts)
        size = _DEFAULT_BATCH if request.batch_size is None else request.batch_size
        if isinstance(size, bool) or not isinstance(size, (int, np.integer)) or size < 1:
            raise ValueError(
                f"The batch size is not usable.\nReceived: batch_size={size!r}.\nAllowed: integers from 1 up.\n"
                "Pass one, or leave it out for 32."
            )
        return cls(parts, int(size), shuffle=request.shuffle)

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
        if self._rows is not None:
            return (
                ArrayAdapter(self._structure, self.batch_size, shuffle=self.shuffle, rows=self._rows[:cut]),
                ArrayAdapter(self._structure, self.batch_size, shuffle=False, rows=self._rows[cut:]),
            )
        first = tuple(tree.map_leaves(lambda a: None if a is None else a[:cut], self._structure))
        last = tuple(tree.map_leaves(lambda a: None if a is None else a[cut:], self._structure))
        return (
            ArrayAdapter(first, self.batch_size, shuffle=self.shuffle),
            ArrayAdapter(last, self.batch_size, shuffle=False),
        )


def _is_array(leaf: Any) -> bool:
    return isinstance(leaf, (int, float, np.generic)) or hasattr(leaf, "__array__") or hasattr(leaf, "__dlpack__")


def _arrays(structure: Any) -> Any:
    """Turn lists of numbers into arrays, and native tensors into arrays over the same memory."""
    if isinstance(structure, dict):
        return {key: _arrays(value) for key, value in structure.items()}
    if isinstance(structure, (list, tuple)):
        if structure and all(isinstance(item, (int, float, np.generic)) for item in tree.leaves(structure)):
            return _numbers(structure)
        items = [_arrays(item) for item in structure]
        return type(structure)(*items) if hasattr(structure, "_fields") else type(structure)(items)
    return None if structure is None else _checked(_host(structure))


def _numbers(values: Any) -> np.ndarray:
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(
            "A list of numbers cannot be an array.\nReceived: rows of different lengths.\n"
            "Allowed: nested lists whose rows have one length at each level.\nPad the rows, and pass a mask."
        ) from error
    # Python floats are floatx wherever they become tensors.
    return array.astype(floatx()) if array.dtype == np.float64 else _checked(array)


def _checked(array: np.ndarray) -> np.ndarray:
    if array.dtype.kind in "OSUMm":
        raise ValueError(
            f"The data are not numbers.\nReceived: an array of dtype {array.dtype}.\n"
            "Allowed: booleans, integers and floats.\nEncode them as numbers first, for example with `numpy.unique`."
        )
    return array


def _host(value: Any) -> np.ndarray:
    if isinstance(value, np.ndarray):
        return np.asarray(value)  # a view, without what a class of arrays of its own may do
    if hasattr(value, "__dlpack__"):
        try:
            return np.from_dlpack(value.detach() if hasattr(value, "detach") else value)
        except (BufferError, RuntimeError, TypeError, ValueError):
            # On another device, or of a dtype that NumPy has no DLPack for: copy through the host.
            for backend in resolved_backends():
                if backend.tensors.is_tensor(value):
                    return backend.tensors.to_host(value)
    return np.asarray(value)


def _check_lengths(parts: tuple[Any, ...]) -> None:
    flat = [leaf for leaf in tree.leaves(parts) if leaf is not None]
    scalars = [leaf for leaf in flat if np.ndim(leaf) == 0]
    lengths = [len(leaf) for leaf in flat if np.ndim(leaf) > 0]
    if scalars:
        raise ValueError(
            "An array has no axis of samples.\nReceived: a scalar.\n"
            "Allowed: arrays whose first axis counts the samples.\nAdd an axis, for example with `x[None]`."
        )
    if len(set(lengths)) > 1:
        names = ("x", "y", "sample_weight")
        told = "; ".join(
            f"{name}: {', '.join(str(len(leaf)) for leaf in tree.leaves(part) if leaf is not None)}"
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
