"""Structures of array-likes, made structures of NumPy arrays or of rows that are read later.

Promises: arrays are shared and never copied where their memory can be; what lies in a file or on an accelerator stays
there until rows of it are asked for; lists of numbers become arrays. Refuses: what is no number, ragged lists.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from polykeras import tree
from polykeras.backend.config import floatx
from polykeras.backend.resolved import resolved_backends
from polykeras.data import choice
from polykeras.data.rows import FileRows, TensorRows
from polykeras.plugins.info import DataRequest

_NUMBERS = (int, float, np.generic)


def is_array(leaf: Any) -> bool:
    """Return whether `leaf` can be an array: a number, or an object that offers itself as one."""
    return isinstance(leaf, _NUMBERS) or hasattr(leaf, "__array__") or hasattr(leaf, "__dlpack__")


def arrays_of(structure: Any) -> Any:
    """Return `structure` with NumPy arrays, or rows that are read later, for leaves.

    Args:
        structure: Nested lists, tuples and dicts of array-likes; a list of numbers, nested or not, is one array.

    Raises:
        ValueError: Values are no numbers, or rows of lists differ in length.

    >>> arrays_of({"a": [1, 2]})
    {'a': array([1, 2])}
    """
    return _mapped(structure, _leaf)


def lists_as_arrays(structure: Any) -> Any:
    """Return `structure` with its lists of numbers as arrays, and other leaves as they are: for batches on their way.

    Raises:
        ValueError: Values of lists or of NumPy arrays are no numbers, or rows of lists differ in length.
    """
    return _mapped(structure, _as_it_is)


def _mapped(structure: Any, leaf: Callable[[Any], Any]) -> Any:
    if isinstance(structure, dict):
        return {key: _mapped(value, leaf) for key, value in structure.items()}
    if isinstance(structure, (list, tuple)):
        if structure and all(isinstance(item, _NUMBERS) for item in tree.flatten(structure)):
            return _numbers(structure)
        items = [_mapped(item, leaf) for item in structure]
        return type(structure)(*items) if hasattr(structure, "_fields") else type(structure)(items)
    return None if structure is None else leaf(structure)


def _as_it_is(value: Any) -> Any:
    return checked(value) if isinstance(value, np.ndarray) else value


def checked(array: Any) -> Any:
    """Return `array`, an array or rows, if it holds numbers.

    Raises:
        ValueError: It does not.
    """
    if isinstance(array.dtype, np.dtype) and array.dtype.kind in "OSUMmT":
        raise ValueError(
            f"The data are not numbers.\nReceived: an array of dtype {array.dtype}.\n"
            "Allowed: booleans, integers and floats.\n"
            "Encode them as numbers first, for example with `utils.FeatureSpace`, which maps columns of strings."
        )
    return array


def _numbers(values: Any) -> np.ndarray:
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(
            "A list of numbers cannot be an array.\nReceived: rows of different lengths.\n"
            "Allowed: nested lists whose rows have one length at each level.\nPad the rows, and pass a mask."
        ) from error
    # Python floats are floatx wherever they become tensors.
    narrow: np.ndarray = array.astype(floatx()) if array.dtype == np.float64 else checked(array)
    return narrow


def _leaf(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return checked(np.asarray(value))  # a view, without what a class of arrays of its own may do
    # What speaks Arrow too is a column of an adapter's, with missing values, whatever it says to DLPack.
    if hasattr(value, "__dlpack__") and not hasattr(value, "__arrow_c_array__"):
        return checked(shared(value))
    if is_file(value):
        return checked(FileRows(value))
    return checked(_of_an_adapter(value))


def is_file(value: Any) -> bool:
    """Return whether rows of `value` are read as they are sliced: it has a shape, a dtype and rows by position."""
    named = hasattr(value, "__dlpack__") or hasattr(value, "to_numpy") or isinstance(value, (np.ndarray, np.generic))
    if named or not hasattr(value, "__getitem__") or not isinstance(getattr(value, "dtype", None), np.dtype):
        return False
    return bool(getattr(value, "shape", ()))


def shared(value: Any) -> Any:
    """Return a tensor as an array over the same memory, or as rows where it lies on an accelerator."""
    try:
        return np.from_dlpack(value.detach() if hasattr(value, "detach") else value)
    except (BufferError, RuntimeError, TypeError, ValueError):
        # On another device, or of a dtype that NumPy has no DLPack for.
        owner = next((backend for backend in resolved_backends() if backend.tensors.is_tensor(value)), None)
    if owner is None:
        return np.asarray(value)
    return TensorRows(value, owner) if is_elsewhere(value) else owner.tensors.to_host(value)


def is_elsewhere(value: Any) -> bool:
    """Return whether a tensor that speaks DLPack says that it is not on the host."""
    where = getattr(value, "__dlpack_device__", None)
    return where is not None and int(where()[0]) != _CPU


_CPU = 1  # kDLCPU in dlpack.h


def _of_an_adapter(value: Any) -> Any:
    """Return the array that an adapter for the type of `value` makes of it, or what NumPy does."""
    asked = _asked.values
    if (
        isinstance(value, _NUMBERS) or id(value) in asked
    ):  # an adapter that answers by asking here again has no better way
        return np.asarray(value)
    asked.add(id(value))
    try:
        for plugin in choice.plugins_for(type(value)):
            inputs = getattr(plugin.adapt(DataRequest(value)), "inputs", None)
            if inputs is not None:
                return inputs
    finally:
        asked.discard(id(value))
    return np.asarray(value)


class _Asked(threading.local):
    """Identities of the values that adapters are being asked about, in this thread."""

    def __init__(self) -> None:
        self.values: set[int] = set()


_asked = _Asked()
