"""Arrays out of shapes and numbers on NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from keras_numpy.ops.arithmetic import select
from keras_numpy.ops.kinds import kind
from keras_numpy.tape import constant, value_of
from polykeras.backend import dtypes


def zeros(shape: Any, dtype: Any = None) -> np.ndarray:
    """Return zeros."""
    return np.zeros(shape, kind(dtype))


def ones(shape: Any, dtype: Any = None) -> np.ndarray:
    """Return ones."""
    return np.ones(shape, kind(dtype))


def full(shape: Any, fill_value: Any, dtype: Any = None) -> np.ndarray:
    """Return one value everywhere; an array of values broadcasts."""
    value = value_of(getattr(fill_value, "value", fill_value))  # a variable gives its tensor
    return np.full(shape, value, kind(dtype))


def zeros_like(x: Any, dtype: Any = None) -> np.ndarray:
    """Return zeros in the shape of `x`."""
    return np.zeros(x.shape, x.dtype if dtype is None else kind(dtype))


def ones_like(x: Any, dtype: Any = None) -> np.ndarray:
    """Return ones in the shape of `x`."""
    return np.ones(x.shape, x.dtype if dtype is None else kind(dtype))


def arange(start: Any, stop: Any = None, step: Any = None, dtype: Any = None) -> np.ndarray:
    """Return a range of numbers."""
    start, stop, step = (value_of(getattr(bound, "value", bound)) for bound in (start, stop, step))
    bounds = [bound for bound in (start, stop, step) if bound is not None]
    name = dtypes.result_type(*map(_bound_dtype, bounds)) if dtype is None else dtype
    first, last = (0, start) if stop is None else (start, stop)
    numbers: np.ndarray = np.arange(first, last, 1 if step is None else step).astype(kind(name))
    return numbers


def _bound_dtype(bound: Any) -> Any:
    return bound.dtype if hasattr(bound, "dtype") else type(bound)


def eye(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> np.ndarray:  # noqa: N803 - the op's own
    """Return ones on diagonal `k`."""
    return np.eye(N, M, k, kind(dtype))


def _lower(x: Any, k: int) -> np.ndarray:
    rows, columns = x.shape[-2:]
    return np.tri(rows, columns, k, dtype=bool)


def tril(x: Any, k: int = 0) -> Any:
    """Return `x` with zeros above diagonal `k`."""
    return select(_lower(x, k), x, np.zeros((), x.dtype))


def triu(x: Any, k: int = 0) -> Any:
    """Return `x` with zeros below diagonal `k`."""
    return select(_lower(x, k - 1), np.zeros((), x.dtype), x)


NATIVES: dict[str, Callable[..., Any]] = {
    "arange": constant(arange),
    "eye": constant(eye),
    "full": constant(full),
    "ones": constant(ones),
    "ones_like": constant(ones_like),
    "tril": tril,
    "triu": triu,
    "zeros": constant(zeros),
    "zeros_like": constant(zeros_like),
}
