"""Slates: arrays of NumPy under a class of their own, which no other backend takes for its tensors."""

from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np

from polykeras import tree

BFLOAT16 = np.dtype(ml_dtypes.bfloat16)
FLOATS = ("bfloat16", "float16", "float32", "float64")


class Slate(np.ndarray):
    """A tensor."""

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        """Compute an operator on arrays; a number of Python's leaves the dtype of the narrowest float alone."""
        arrays = [np.asarray(one) if isinstance(one, Slate) else one for one in inputs]
        with np.errstate(all="ignore"):  # what is undefined is nan, and nobody is warned of it
            result = np.asarray(getattr(ufunc, method)(*arrays, **options))
        others = {one.dtype for one in arrays if isinstance(one, np.ndarray)}
        return (result.astype(self.dtype) if others == {BFLOAT16} and result.dtype == np.float32 else result).view(
            Slate
        )


def slate(value: Any) -> Slate:
    """Return an array as a slate."""
    return np.asarray(value).view(Slate)


def dtype(name: str) -> np.dtype:
    """Return the dtype object called `name`."""
    own = getattr(ml_dtypes, name, None)
    return np.dtype(name if own is None else own)


class SlateTensors:
    """Tensor provider."""

    types: frozenset[type] = frozenset({Slate})
    float_dtypes: frozenset[Any] = frozenset(dtype(name) for name in FLOATS)

    def is_tensor(self, x: object) -> bool:
        """Return whether `x` is a slate."""
        return isinstance(x, Slate)

    def dtype_name(self, x: Slate) -> str:
        """Return the dtype's name."""
        return x.dtype.name

    def canonical_dtype(self, name: str) -> str:
        """Return `name`: every dtype is stored as it is."""
        return name

    def from_host(self, value: Any, dtype: str) -> Slate:
        """Return a slate with values of its own."""
        return np.array(value, _dtype(dtype)).view(Slate)

    def to_host(self, x: Slate) -> np.ndarray:
        """Return the values."""
        return np.asarray(x)

    def place(self, batch: Any) -> Any:
        """Return the batch as slates."""
        return tree.map_structure(slate, batch)

    def wait(self, structure: Any) -> None:
        """Return at once: nothing is computed later."""

    def precision_scope(self, dtypes: frozenset[str]) -> None:
        """Return ``None``: no dtype needs a scope."""


_dtype = dtype
