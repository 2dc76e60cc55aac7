"""Values of a column as one array of numbers.

Promises: arrays and tensors are passed on as they are, numbers in shape ``(rows, 1)``; images and lists of one shape
become one array. Refuses, by the column's name: text, rows of several shapes, missing values without a nan for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from polykeras.backend.config import floatx
from polykeras.data.hosted import to_host


def array_of(name: str, values: Any, feature: Any = None) -> Any:
    """Return the rows of a column.

    Args:
        name: The column's, for errors.
        values: An array or a tensor, or a list of numbers, lists, arrays, tensors or images.
        feature: What the dataset says of the column; ``None`` where it says nothing.

    Raises:
        ValueError: They are no numbers, or cannot be one array.
    """
    if not hasattr(values, "shape") or getattr(values, "dtype", None) == np.dtype(object):
        values = stacked(name, list(values))
    if isinstance(values, np.ndarray):
        if values.dtype.kind not in "biuf":
            raise _no_numbers(name, f"values of dtype {values.dtype}")
        whole = str(getattr(feature, "dtype", "")).startswith(("int", "uint", "bool"))
        # Formats make room for what is missing by a change of dtype, in the batches that have it.
        absent = int(np.isnan(values).sum()) if whole and values.dtype.kind == "f" else 0
        if absent:
            raise _missing(name, absent, len(values))
    return values[:, None] if len(values.shape) == 1 else values


def stacked(name: str, items: Sequence[Any]) -> np.ndarray:
    """Return rows as one array.

    Raises:
        ValueError: Their shapes differ, some are missing, or they are no numbers.
    """
    missing = sum(item is None for item in items)
    if missing:
        raise _missing(name, missing, len(items))
    try:
        arrays = [_array(item) for item in items]
        shapes = sorted({array.shape for array in arrays})
    except ValueError as error:
        raise _several_shapes(name, "a row whose own lists differ in length") from error
    if len(shapes) > 1:
        raise _several_shapes(name, "rows of the shapes " + ", ".join(map(str, shapes[:_TOLD])))
    if arrays[0].dtype.kind not in "biuf":
        raise _no_numbers(name, f"rows of type {type(items[0]).__name__}")
    return np.stack(arrays)


_TOLD = 3


def _array(item: Any) -> np.ndarray:
    if hasattr(item, "__dlpack__") and not isinstance(item, np.ndarray):
        return to_host(item)
    array = np.asarray(item)
    if array.dtype == np.dtype(object) and array.ndim:
        array = np.asarray([_array(part) for part in item])  # refuses parts of several shapes
    # Python's floats are floatx wherever they become tensors; arrays keep their dtype.
    return array.astype(floatx()) if array.dtype == np.float64 and isinstance(item, (float, list, tuple)) else array


def _no_numbers(name: str, what: str) -> ValueError:
    return ValueError(
        f"The column {name!r} does not hold numbers.\nReceived: {what}.\n"
        "Allowed: numbers, class labels, arrays, lists of one size and images.\n"
        "Encode or tokenize it with `map`, or leave it out with `remove_columns`."
    )


def _several_shapes(name: str, what: str) -> ValueError:
    return ValueError(
        f"The rows of the column {name!r} cannot be one array.\nReceived: {what}.\n"
        "Allowed: one shape for all rows.\nPad lists and resize images with `map`, or leave the column out."
    )


def _missing(name: str, count: int, rows: int) -> ValueError:
    return ValueError(
        f"The column {name!r} has missing values.\n"
        f"Received: {count} of {rows} missing in a batch, which have no nan to stand for them.\n"
        "Allowed: complete columns, or floats, whose missing values are nan.\n"
        "Fill them with `map`, or drop their rows with `filter`."
    )
