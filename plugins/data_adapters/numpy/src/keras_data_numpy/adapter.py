"""What is claimed as arrays: NumPy's, memory maps, tensors, HDF5 datasets, lists of numbers, and structures."""

from __future__ import annotations

from typing import Any

from polykeras import tree
from polykeras.data import ArrayAdapter, arrays_of
from polykeras.data.leaves import is_array
from polykeras.plugins import DataRequest


def claim(request: DataRequest) -> ArrayAdapter | None:
    """Return an adapter over the request's arrays, or ``None`` when `x` is no structure of arrays.

    Raises:
        ValueError: If the arrays are empty or of different lengths, or the batch size is not positive.
    """
    leaves = [leaf for leaf in tree.flatten(request.x) if leaf is not None]
    if not leaves or not all(_is_claimed(leaf) for leaf in leaves):
        return None
    return ArrayAdapter.over(request, arrays_of(request.x))


def _is_claimed(leaf: Any) -> bool:
    # A class that says how its instances become arrays is no array.
    return is_array(leaf) and not isinstance(leaf, (str, type))
