"""Encoder by hash: a value's bucket, which needs no vocabulary and is the same everywhere and forever."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras.layers.preprocessing.encoders.encoder import Encoder, not_on_tensors
from polykeras.layers.preprocessing.encoders.farmhash import fingerprint64
from polykeras.layers.preprocessing.encoders.tensor_hash import MOST_BUCKETS, buckets_of_integers


class HashingEncoder(Encoder):
    """The fingerprint of a value's text modulo the number of buckets; an integer's text is its decimal digits.

    Args:
        num_bins: Number of buckets.
        strings: Whether the values are strings, which tensors cannot hold.

    >>> HashingEncoder(1000).encode(np.array([3, 4, 3])).tolist()
    [921, 543, 921]
    """

    class_name = "Hashing"

    def __init__(self, num_bins: int, strings: bool = False) -> None:
        if isinstance(num_bins, bool) or not isinstance(num_bins, (int, np.integer)) or num_bins < 1:
            raise ValueError(
                f"Values cannot be hashed into this many buckets.\nReceived: num_bins={num_bins!r}.\n"
                "Allowed: integers from 1 up.\nPass one."
            )
        self.num_bins = int(num_bins)
        self.strings = strings

    @property
    def depth(self) -> int | None:
        """Return the number of buckets."""
        return self.num_bins

    def encode(self, values: np.ndarray) -> np.ndarray:
        """Return the buckets."""
        found, inverse = np.unique(values, return_inverse=True)
        buckets = [
            fingerprint64(str(value).encode("utf-8", "surrogateescape")) % self.num_bins for value in found.tolist()
        ]
        return np.asarray(buckets, "int64")[inverse].reshape(values.shape)

    def encode_tensor(self, values: Any) -> Any:
        """Return the buckets of integers."""
        if self.strings:
            raise not_on_tensors("a hash of strings")
        if self.num_bins > MOST_BUCKETS:
            raise ValueError(
                f"Tensors are not hashed into this many buckets.\nReceived: num_bins={self.num_bins}.\n"
                f"Allowed inside of a model: at most {MOST_BUCKETS}.\n"
                "Choose fewer, or map the data with the feature space first."
            )
        return buckets_of_integers(values, self.num_bins)

    def settings(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {"num_bins": self.num_bins, "strings": self.strings}

    def get_config(self) -> dict[str, Any]:
        """Return the number of buckets; whether the values are strings, the dtype beside it says."""
        return {"num_bins": self.num_bins}
