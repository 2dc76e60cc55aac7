"""Samples per batch: what a user passes as `batch_size`."""

from __future__ import annotations

from typing import Any

import numpy as np

_DEFAULT_BATCH = 32


def checked_size(size: Any) -> int:
    """Return the number of samples per batch, 32 for ``None``.

    Raises:
        ValueError: It is no integer from 1 up.
    """
    if size is None:
        return _DEFAULT_BATCH
    if isinstance(size, bool) or not isinstance(size, (int, np.integer)) or size < 1:
        raise ValueError(
            f"The batch size is not usable.\nReceived: batch_size={size!r}.\nAllowed: integers from 1 up.\n"
            "Pass one, or leave it out for 32."
        )
    return int(size)
