"""Partitions, membership and what is different, and NumPy's answer to each call."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras.conformance.case import BOOLS, NAN, Numbers, case

_NUMBERS = Numbers("order")
apart, whole = _NUMBERS.apart, _NUMBERS.whole

_ROWS = np.array([[1, 0, 2], [0, 1, 1], [1, 0, 2], [0, 1, 0], [0, 1, 1]], dtype="int32")
_REPEATED = np.array([[3.0, 1.0, 3.0], [2.0, 1.0, -2.0]], dtype="float32")


def _partition(x: np.ndarray, kth: int, axis: int | None = -1) -> np.ndarray:
    return np.argsort(x, axis, kind="stable")


def _unique(
    x: np.ndarray,
    sorted: bool = True,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    size: int | None = None,
    fill_value: Any = None,
) -> list[np.ndarray]:
    del sorted
    values, index, inverse, counts = np.unique(
        x, return_index=True, return_inverse=True, return_counts=True, axis=axis, equal_nan=False
    )
    if size is not None:
        at = 0 if axis is None else axis
        kept = np.arange(size) < counts.size
        taken = np.where(kept, np.arange(size), 0)
        values, index, counts = np.take(values, taken, at), index[taken], np.where(kept, counts[taken], 0)
        if fill_value is not None:
            mask = np.moveaxis(kept.reshape((-1,) + (1,) * (values.ndim - 1)), 0, at)
            values = np.where(mask, values, fill_value)
    inverse = inverse.reshape(x.shape) if axis is None else inverse.reshape(-1)
    asked = ((return_index, index), (return_inverse, inverse), (return_counts, counts))
    return [values, *(part for wanted, part in asked if wanted)]


ORDER = [
    # Of two or three elements a partition in the middle leaves no choice.
    case("argpartition", apart(2, 3), 1, oracle=_partition),
    case("argpartition", apart(3, 2), -2, 0, oracle=_partition),
    case("argpartition", np.array([[2, 5, 3]], "int32"), 1, None, oracle=_partition),
    case("isin", whole(2, 4), np.array([[1, 3], [-2, 0]], "int32"), oracle=np.isin),
    case("isin", np.array([1.5, NAN, -0.0, 7.0], "float32"), np.array([NAN, 0.0, 7.0], "float32"), oracle=np.isin),
    case("isin", whole(3), np.zeros(0, "int32"), False, True, oracle=np.isin, name="empty"),
    case("isin", BOOLS, np.array([True]), False, True, oracle=np.isin, name="booleans"),
    case("unique", _REPEATED, oracle=_unique),
    case("unique", _REPEATED, True, True, True, True, oracle=_unique),
    case("unique", _REPEATED, True, True, True, True, None, 6, oracle=_unique, name="filled"),
    case("unique", _REPEATED, True, True, True, True, None, 3, 9.0, oracle=_unique, name="cut off"),
    case("unique", _ROWS, True, True, True, True, 0, oracle=_unique, name="rows"),
    case("unique", _ROWS.T.copy(), True, True, True, True, -1, 5, -7, oracle=_unique, name="columns, filled"),
    case("unique", np.array([NAN, 1.0, NAN], "float32"), True, True, True, True, oracle=_unique, name="nan"),
    case("unique", np.zeros(0, "float32"), True, False, True, True, oracle=_unique, name="empty"),
    case("unique", np.array(3, "int32"), True, True, True, True, oracle=_unique, name="scalar"),
]
