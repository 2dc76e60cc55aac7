"""`split_dataset`: a left and a right part of a source of data.

Promises parts of the kind that was passed, whatever the backend: arrays, and structures of them, give arrays; a
`PyDataset` gives two; a dataset of a framework that has `take` and `skip` gives what these give; any other object
with a length and items by number gives objects with a length and items by number, which loaders take. Sizes, and the
split for a seed, are Keras'. Refuses sources of unknown or no end.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import numpy as np

from polykeras import tree
from polykeras.data import PyDataset, arrays_of
from polykeras.data.leaves import is_array
from polykeras.data.rows import window
from polykeras.random.global_seed import next_seed
from polykeras.utils.dataset_formats import in_format
from polykeras.utils.sample_dataset import ArraySpec


class Part:
    """Items of a sequence, by numbers of its own.

    Args:
        whole: Object with items by number.
        numbers: Which, in order.
    """

    def __init__(self, whole: Any, numbers: list[int]) -> None:
        self.whole = whole
        self.numbers = numbers

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, index: int) -> Any:
        """Return item number `index` of this part."""
        return self.whole[self.numbers[index]]


class BatchPart(PyDataset):
    """Batches of a `PyDataset`, by numbers of its own, with the workers of the whole.

    Hooks of the whole are not called: one that shuffles would carry batches from one part into the other.

    Args:
        whole: The dataset.
        numbers: Which batches, in order.
    """

    def __init__(self, whole: PyDataset, numbers: list[int]) -> None:
        super().__init__(whole.workers, whole.use_multiprocessing, whole.max_queue_size)
        self.whole = whole
        self.numbers = numbers

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, index: int) -> Any:
        """Return batch number `index` of this part."""
        return self.whole[self.numbers[index]]


def split_dataset(
    dataset: Any,
    left_size: float | None = None,
    right_size: float | None = None,
    shuffle: bool = False,
    seed: int | None = None,
    preferred_backend: str | None = None,
) -> tuple[Any, Any]:
    """Return the first and the last part of a source of data, each of the kind of the source.

    Args:
        dataset: Arrays of one length, alone or in lists, tuples and dicts, where tensors and other array-likes become
            NumPy arrays; a `PyDataset`, which is split by batches; a
            dataset with `take`, `skip` and a known `cardinality`, such as a `tf.data.Dataset`; or an object with
            `__len__` and `__getitem__`, such as a `torch.utils.data.Dataset`.
        left_size: Samples of the left part, or their share in (0, 1); what the right part leaves for ``None``.
        right_size: Samples of the right part, or their share in (0, 1); what the left part leaves for ``None``.
        shuffle: Whether samples are shuffled before they are split.
        seed: Where the order comes from; a fresh one for ``None``.
        preferred_backend: ``None``. Arrays can be had in a format that an installed data adapter makes, such as
            ``"tensorflow"`` for two `tf.data.Dataset` of samples.

    Returns:
        The left and the right part.

    Raises:
        ValueError: Sizes are not usable, a part would be empty, or the source has no known length.

    >>> import numpy as np
    >>> left, right = split_dataset((np.arange(5), np.arange(5) * 10), left_size=0.6)
    >>> right
    (array([3, 4]), array([30, 40]))
    """
    rows = _arrays(dataset)
    count = _length(dataset, rows)
    left, right = _sizes(count, left_size, right_size)
    order: list[int] | None = None
    if shuffle:
        order = list(range(count))
        # Python's generator, not for secrets: Keras splits in its order.
        random.Random(next_seed() if seed is None else seed).shuffle(order)  # noqa: S311
    if rows is not None:
        return _of_arrays(rows, order, count, left, right, preferred_backend)
    if preferred_backend is not None:
        raise ValueError(
            "Only arrays can be split into another kind.\n"
            f"Received: preferred_backend={preferred_backend!r} for a {type(dataset).__name__}.\n"
            "Allowed: preferred_backend=None, which gives parts of the kind of the source.\nLeave it out."
        )
    if isinstance(dataset, PyDataset) or hasattr(dataset, "__getitem__"):
        numbers = list(range(count)) if order is None else order
        return _part(dataset, numbers[:left]), _part(dataset, numbers[count - right :])
    if shuffle:
        dataset = dataset.shuffle(count, seed=seed, reshuffle_each_iteration=False)
    return dataset.take(left), dataset.skip(count - right)


def _part(dataset: Any, numbers: list[int]) -> Any:
    if isinstance(dataset, (list, tuple)):
        return [dataset[number] for number in numbers]
    return (BatchPart if isinstance(dataset, PyDataset) else Part)(dataset, numbers)


def _arrays(dataset: Any) -> Any:
    """Return structures of arrays as such, and ``None`` for anything else."""
    leaves = tree.flatten(dataset)
    if not leaves or not all(is_array(leaf) for leaf in leaves):
        return None
    rows = arrays_of(dataset)
    lengths = {len(leaf) if leaf.shape else None for leaf in tree.flatten(rows)}
    if len(lengths) > 1 or None in lengths:
        raise ValueError(
            "The arrays cannot be split together.\n"
            f"Received: arrays of the shapes {', '.join(str(leaf.shape) for leaf in tree.flatten(rows))}.\n"
            "Allowed: arrays with one number of rows.\nCut or complete them."
        )
    return rows


def _length(dataset: Any, rows: Any) -> int:
    if rows is not None:
        return len(tree.flatten(rows)[0])
    count: Any = None
    if isinstance(dataset, PyDataset):
        count = dataset.num_batches
    elif isinstance(dataset, (str, bytes, Mapping)):
        count = None
    elif hasattr(dataset, "__getitem__") and hasattr(dataset, "__len__"):
        count = len(dataset)
    elif all(hasattr(dataset, name) for name in ("take", "skip", "cardinality")):
        known = int(dataset.cardinality())
        count = known if known >= 0 else None
    if count is None:
        kind = type(dataset)
        raise ValueError(
            "The data cannot be split.\n"
            f"Received: a {kind.__module__}.{kind.__qualname__}, of no known length.\n"
            "Allowed: arrays in lists, tuples and dicts; a PyDataset with an end; objects with `__len__` and "
            "`__getitem__`; datasets with `take`, `skip` and a known `cardinality`.\n"
            "Gather the samples in arrays, or tell the dataset its cardinality."
        )
    return int(count)


def _sizes(count: int, left: Any, right: Any) -> tuple[int, int]:
    """Return the numbers of samples in both parts."""
    if left is None and right is None:
        raise _sizes_error(count, left, right)
    of_left, of_right = (None if size is None else _samples(count, size, left, right) for size in (left, right))
    if of_left is None:
        of_left = count - (of_right or 0)
    if of_right is None:
        of_right = count - of_left
    if of_left < 1 or of_right < 1 or of_left + of_right > count:
        raise _sizes_error(count, left, right)
    return of_left, of_right


def _samples(count: int, size: Any, left: Any, right: Any) -> int:
    if isinstance(size, (float, np.floating)) and 0 < size < 1:
        return round(float(size) * count)
    if isinstance(size, (int, np.integer)) and not isinstance(size, bool) and 0 < size < count:
        return int(size)
    raise _sizes_error(count, left, right)


def _sizes_error(count: int, left: Any, right: Any) -> ValueError:
    return ValueError(
        "The data cannot be split into parts of these sizes.\n"
        f"Received: left_size={left!r} and right_size={right!r} for {count} samples.\n"
        f"Allowed: one of them or both, integers from 1 to {count - 1} or fractions in (0, 1), with samples in "
        "both parts and no more than there are.\nChange the sizes."
    )


def _of_arrays(
    rows: Any, order: list[int] | None, count: int, left: int, right: int, form: str | None
) -> tuple[Any, Any]:
    def part(start: int, stop: int) -> Any:
        if order is None:
            return tree.map_structure(lambda leaf: window(leaf, start, stop), rows)
        chosen = np.asarray(order[start:stop])
        return tree.map_structure(lambda leaf: leaf[chosen], rows)

    parts = (part(0, left), part(count - right, count))
    if form is None:
        return parts
    made = [in_format(_Rows(one), form) for one in parts]
    return made[0], made[1]


class _Rows(PyDataset):
    """Rows of a structure of arrays, one by one."""

    def __init__(self, arrays: Any) -> None:
        super().__init__()
        self._arrays = arrays
        self.element_spec = tree.map_structure(lambda leaf: ArraySpec(leaf.shape[1:], np.dtype(leaf.dtype)), arrays)

    def __len__(self) -> int:
        return len(tree.flatten(self._arrays)[0])

    def __getitem__(self, index: int) -> Any:
        return tree.map_structure(lambda leaf: leaf[index], self._arrays)
