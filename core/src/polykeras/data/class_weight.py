"""Class weights, turned into sample weights batch by batch on the host."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from polykeras.backend.config import floatx
from polykeras.data.hosted import to_host


def with_class_weight(batch: Any, class_weight: Mapping[int, float]) -> tuple[Any, Any, Any]:
    """Return the batch with weights by class, multiplied into those it has.

    Args:
        batch: ``(x, y)`` or ``(x, y, sample_weight)`` of host arrays; `y` holds class indices of
            shape ``(n,)`` or ``(n, 1)``, or one-hot rows of shape ``(n, classes)``.
        class_weight: Class index to weight; 1 for classes that are not named.
    """
    x, y = batch[0], batch[1] if len(batch) > 1 else None
    if y is None or isinstance(y, (list, tuple, dict)):
        raise ValueError(
            "`class_weight` needs one array of targets.\n"
            f"Received: targets of type {type(y).__name__}.\nAllowed: one array of class indices or one-hot rows.\n"
            "Pass `sample_weight` for models with several outputs."
        )
    labels = to_host(y)
    if labels.ndim > 1:
        labels = labels[..., 0] if labels.shape[-1] == 1 else labels.argmax(-1)
    labels = labels.astype(np.int64)
    size = max([*(int(key) for key in class_weight), int(labels.max(initial=0))]) + 1
    table = np.ones(size, dtype=floatx())
    for key, weight in class_weight.items():
        table[int(key)] = weight
    weights = table[labels]
    if len(batch) < _WITH_WEIGHTS or batch[2] is None:
        return x, y, weights
    given = to_host(batch[2])
    # One weight per sample may come as a column.
    return x, y, weights * (given[..., 0] if given.ndim == weights.ndim + 1 and given.shape[-1] == 1 else given)


_WITH_WEIGHTS = 3
