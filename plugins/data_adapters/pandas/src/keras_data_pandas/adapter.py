"""Frames and series as arrays of numbers.

Promises: a frame is a matrix of shape ``(rows, columns)``, or a dict of columns of shape ``(rows, 1)`` where the model
takes a dict; a series has shape ``(rows, 1)``, as in Keras; targets and weights may be columns, by their names.
Nullable and Arrow-backed dtypes become those of NumPy, categoricals the codes of their categories. Refuses: text and
dates, and missing values where there is no nan to stand for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from polykeras.data import ArrayAdapter
from polykeras.data.roles import arranged, roles
from polykeras.plugins import DataRequest


def claim(request: DataRequest) -> ArrayAdapter | None:
    """Return an adapter over a frame or a series, or ``None`` when `x` is neither.

    Raises:
        ValueError: A column does not hold numbers, or a missing value has nothing to stand for it.
    """
    if isinstance(request.x, pd.Series):
        return ArrayAdapter.over(request, column(request.x)[:, None])
    if not isinstance(request.x, pd.DataFrame):
        return None
    frame = request.x
    names = [str(name) for name in frame.columns]
    found = roles(request, names)

    def taken(chosen: Sequence[str]) -> np.ndarray:
        return matrix(frame.iloc[:, [names.index(name) for name in chosen]])

    inputs = frame.iloc[:, found.inputs]
    given = request._replace(
        y=request.y if found.targets is None else arranged(found.targets, taken),
        sample_weight=request.sample_weight if found.weights is None else arranged(found.weights, taken),
    )
    return ArrayAdapter.over(given, by_name(inputs) if found.by_name else matrix(inputs))


def matrix(frame: pd.DataFrame) -> np.ndarray:
    """Return the columns side by side, shape ``(rows, columns)``, in the least dtype that holds them all.

    Raises:
        ValueError: There are no columns, or one cannot be an array.
    """
    if not frame.shape[1]:
        raise ValueError(
            f"The frame has no columns.\nReceived: {len(frame)} rows of none.\nAllowed: at least one column.\n"
            "Check how the columns were chosen."
        )
    if all(isinstance(dtype, np.dtype) and dtype.kind in "biuf" for dtype in frame.dtypes):
        common = np.result_type(*frame.dtypes)
        whole: np.ndarray = frame.to_numpy(dtype=common)
        return whole
    columns = [column(frame.iloc[:, index]) for index in range(frame.shape[1])]
    return np.stack(columns, axis=1)


def by_name(frame: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return each column under its name, shape ``(rows, 1)``; the names are different ones."""
    return {str(name): column(frame[name])[:, None] for name in frame.columns}


def column(series: pd.Series) -> np.ndarray:
    """Return the values of a series, shape ``(rows,)``, as numbers.

    Raises:
        ValueError: They are no numbers, or some are missing and the dtype has no nan.
    """
    dtype: Any = series.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return _complete(series, series.cat.codes.to_numpy())
    target = dtype if isinstance(dtype, np.dtype) else _numpy_dtype(dtype)
    if target is None or target.kind not in "biuf":
        raise ValueError(
            f"The column {series.name!r} does not hold numbers.\nReceived: dtype {dtype}.\n"
            "Allowed: booleans, integers, floats and categoricals, of NumPy, pandas or Arrow.\n"
            "Encode it as numbers, for example with `astype('category')`, or leave it out."
        )
    if isinstance(dtype, np.dtype):
        plain: np.ndarray = series.to_numpy()
        return plain
    if target.kind == "f":
        floats: np.ndarray = series.to_numpy(dtype=target, na_value=np.nan)
        return floats
    return _complete(series, series.fillna(False if target.kind == "b" else 0).to_numpy(dtype=target))


def _numpy_dtype(dtype: Any) -> np.dtype[Any] | None:
    """Return the NumPy dtype of an extension dtype's values: nullable, Arrow-backed and sparse ones name it."""
    for name in ("numpy_dtype", "subtype"):
        found = getattr(dtype, name, None)
        if isinstance(found, np.dtype):
            return found
    return None


def _complete(series: pd.Series, values: np.ndarray) -> np.ndarray:
    missing = int(series.isna().sum())
    if missing:
        raise ValueError(
            f"The column {series.name!r} has missing values.\n"
            f"Received: {missing} of {len(series)} missing in dtype {series.dtype}, which has no nan.\n"
            "Allowed: complete columns, or floats, whose missing values are nan.\n"
            "Fill them with `fillna`, or drop their rows with `dropna`."
        )
    return values
