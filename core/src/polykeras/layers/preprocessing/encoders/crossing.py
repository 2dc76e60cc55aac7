"""Two columns of indices crossed: each pair of indices hashed into a bucket.

The hash is ``FingerprintCat64`` of FarmHash's family over the indices themselves, from a fixed start.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras import ops

_START = 0xDECAFCAFFE
_FACTOR = np.uint64(0xC6A4A7935BD1E995)
_SHIFT = np.uint64(47)
_MOST_PAIRS = 1 << 22  # 16 MiB of buckets inside of a model


class Crossing:
    """Buckets of pairs.

    Args:
        num_bins: Number of buckets.

    >>> Crossing(1000003).encode(np.array([[0], [1]]), np.array([[5], [0]])).tolist()
    [[988958], [39642]]
    """

    def __init__(self, num_bins: int) -> None:
        if isinstance(num_bins, bool) or not isinstance(num_bins, (int, np.integer)) or num_bins < 1:
            raise ValueError(
                f"Features cannot be crossed into this many buckets.\nReceived: crossing_dim={num_bins!r}.\n"
                "Allowed: integers from 1 up.\nPass one."
            )
        self.num_bins = int(num_bins)

    def encode(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Return the buckets of pairs of indices, arrays of one shape."""
        mixed = np.full(first.shape, _START, np.uint64)
        for part in (first, second):
            mixed = _mixed(mixed, part.astype("int64").view(np.uint64))
        return (mixed % np.uint64(self.num_bins)).astype("int64")

    def encode_tensor(self, first: Any, second: Any, depths: tuple[int | None, int | None]) -> Any:
        """Return the buckets of pairs of tensors of indices, from a table of all pairs.

        Args:
            first: Indices below the first of `depths`.
            second: Indices below the second, of the same shape.
            depths: How many indices each has.

        Raises:
            ValueError: If the pairs are too many for a table, or nobody knows how many there are.
        """
        rows, columns = depths
        if rows is None or columns is None or rows * columns > _MOST_PAIRS:
            raise ValueError(
                "These features are not crossed inside of a model.\n"
                f"Received: indices of {rows or 'unknown'} and {columns or 'unknown'} values.\n"
                f"Allowed on tensors: at most {_MOST_PAIRS} pairs of them.\n"
                "Map the data with the feature space first, and make the model from the encoded features."
            )
        pairs = np.arange(rows * columns)
        table = self.encode(pairs // columns, pairs % columns).astype("int32")
        # An unknown value without an index of its own is -1, and falls to the first one here.
        at = ops.maximum(first, 0) * columns + ops.maximum(second, 0)
        return ops.take(ops.convert_to_tensor(table), at)


def _mixed(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return two arrays of words mixed into one."""
    result = low ^ _FACTOR
    result = result ^ (_shift_mix(high * _FACTOR) * _FACTOR)
    result = result * _FACTOR
    return _shift_mix(_shift_mix(result) * _FACTOR)


def _shift_mix(words: np.ndarray) -> np.ndarray:
    mixed: np.ndarray = words ^ (words >> _SHIFT)
    return mixed
