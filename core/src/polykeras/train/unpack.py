"""The shape of a batch: ``x``, ``(x,)``, ``(x, y)`` or ``(x, y, sample_weight)``."""

from __future__ import annotations

from typing import Any

from polykeras import tree


def unpack_x_y_sample_weight(data: Any) -> tuple[Any, Any, Any]:
    """Return inputs, targets and weights of a batch, ``None`` for what is absent.

    Raises:
        ValueError: If a tuple has more than three items.
    """
    if isinstance(data, list):
        data = tuple(data)
    if not isinstance(data, tuple):
        return data, None, None
    if 1 <= len(data) <= 3:
        x, y, sample_weight = (*data, None, None)[:3]
        return x, y, sample_weight
    raise ValueError(
        f"A batch cannot be taken apart.\nReceived: a tuple of {len(data)} items.\n"
        "Allowed: x, (x,), (x, y) or (x, y, sample_weight).\nPut several inputs in one list or dict."
    )


def pack_x_y_sample_weight(x: Any, y: Any = None, sample_weight: Any = None) -> Any:
    """Return a batch of the items that are not ``None``."""
    if y is None:
        return (x,) if isinstance(x, (list, tuple)) or sample_weight is not None else x
    return (x, y) if sample_weight is None else (x, y, sample_weight)


def batch_size_of(structure: Any) -> int:
    """Return the size of the first axis of the first tensor in `structure`."""
    for leaf in tree.flatten(structure):
        shape = getattr(leaf, "shape", None)
        if shape:
            return int(shape[0])
    return 1
