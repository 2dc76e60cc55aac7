"""Samples in the order that a seed gives them, and split into two parts.

Promises the order of Keras: that of NumPy's `RandomState`, which never changes.
"""

from __future__ import annotations

import numpy as np


def shuffled(seed: int | None, *counts: int) -> list[np.ndarray]:
    """Return an order for each of several sets of samples, drawn one after the other.

    >>> [order.tolist() for order in shuffled(113, 4, 2)]
    [[3, 2, 0, 1], [1, 0]]
    """
    # The orders are part of the data sets' definition, so the generator is the one they were defined with.
    random = np.random.RandomState(seed)
    return [random.permutation(count) for count in counts]


def first_part(count: int, test_split: float) -> int:
    """Return how many of `count` samples are not for testing."""
    return int(count * (1 - test_split))


def checked_split(test_split: float) -> float:
    """Return `test_split` if it leaves something to train on.

    Raises:
        ValueError: If it is not in [0, 1).
    """
    if not 0 <= test_split < 1:
        raise ValueError(
            f"Data cannot be split this way.\nReceived: test_split={test_split!r}.\nAllowed: from 0 to less than 1.\n"
            "Pass the part of the samples to test with, such as 0.2."
        )
    return test_split
