"""Class numbers as one-hot rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from polykeras import ops
from polykeras.ops.types import TensorLike
from polykeras.utils.owner import at_owner, is_tensor_like


def to_categorical(x: TensorLike, num_classes: int | None = None) -> Any:
    """Return `x` as one-hot rows: ``(..., num_classes)`` for ``(...)``.

    Host data give a NumPy array of float64; a tensor, of any backend or symbolic, gives a tensor of floatx, whose row
    is zero where the number is not below `num_classes`. A last axis of size 1 is dropped first.

    Args:
        x: Class numbers from 0 up, shape ``(...)`` or ``(..., 1)``.
        num_classes: Size of the new axis; the greatest number plus 1 for ``None``, on the host only.

    Raises:
        ValueError: A number on the host is not in ``[0, num_classes)``, or `num_classes` is missing.

    >>> to_categorical([0, 2], 3)
    array([[1., 0., 0.],
           [0., 0., 1.]])
    """
    if is_tensor_like(x):
        with at_owner(x):
            return _of_tensor(x, num_classes)
    numbers = np.asarray(x).astype("int64")
    if numbers.ndim > 1 and numbers.shape[-1] == 1:
        numbers = numbers[..., 0]
    if num_classes is None:
        num_classes = int(numbers.max()) + 1 if numbers.size else 0
    _check_range(numbers, num_classes)
    rows = np.zeros((*numbers.shape, num_classes))  # (..., num_classes)
    np.put_along_axis(rows, numbers[..., None], 1.0, axis=-1)
    return rows


def _of_tensor(x: Any, num_classes: int | None) -> Any:
    if num_classes is None:
        raise ValueError(
            "`to_categorical` cannot count the classes of a tensor: its values may not be known yet.\n"
            "Received: num_classes=None.\nAllowed: an integer, or None for data on the host.\n"
            "Pass `num_classes`, or turn the tensor into an array with `ops.convert_to_numpy`."
        )
    shape = tuple(x.shape)
    if len(shape) > 1 and shape[-1] == 1:
        x = ops.squeeze(x, -1)
    return ops.one_hot(ops.cast(x, "int32"), num_classes)


def _check_range(numbers: npt.NDArray[np.int64], num_classes: int) -> None:
    if not numbers.size or (numbers.min() >= 0 and numbers.max() < num_classes):
        return
    raise ValueError(
        "`to_categorical` met a number that is no class.\n"
        f"Received: numbers from {numbers.min()} to {numbers.max()}, num_classes={num_classes}.\n"
        f"Allowed: 0 to {num_classes - 1}.\n"
        "Raise `num_classes`, or renumber the classes from 0."
    )
