"""Values of one Arrow array, read by a slice or by indices from the buffers that hold them.

Promises: integers, floats and codes are views of Arrow's memory; booleans and the marks of missing values, which are
bits there, are unpacked for the rows asked for, and no others. Missing floats are nan.
"""

from __future__ import annotations

from typing import Any, Protocol, TypeAlias

import numpy as np
import pyarrow as pa

Rows: TypeAlias = "slice | np.ndarray"


class Chunk(Protocol):
    """Rows of one array."""

    def read(self, rows: Rows) -> np.ndarray:
        """Return the values of `rows`, a slice with start and stop, or indices."""


class Bits:
    """Booleans, eight to a byte, the least significant first.

    Args:
        buffer: Arrow's buffer.
        offset: Bits before the first row.
    """

    def __init__(self, buffer: pa.Buffer, offset: int) -> None:
        self._bytes = np.frombuffer(buffer, dtype=np.uint8)
        self._offset = offset

    def read(self, rows: Rows) -> np.ndarray:
        """Return booleans."""
        if isinstance(rows, slice):
            start, stop = rows.start + self._offset, rows.stop + self._offset
            first = start // 8
            bits = np.unpackbits(self._bytes[first : -(-stop // 8)], bitorder="little")
            return bits[start - 8 * first : stop - 8 * first].view(np.bool_)
        places = np.asarray(rows, dtype=np.int64) + self._offset
        found: np.ndarray = (self._bytes[places >> 3] >> (places & 7).astype(np.uint8)) & 1
        return found.view(np.bool_)


class Values:
    """Numbers, one after the other.

    Args:
        data: Shape ``(rows, ...)``.
        valid: Which rows there are; all of them for ``None``.
    """

    def __init__(self, data: np.ndarray, valid: Bits | None) -> None:
        self.data = data
        self.valid = valid

    def read(self, rows: Rows) -> np.ndarray:
        """Return numbers, a view where `rows` is a slice and none is missing."""
        values: np.ndarray = self.data[rows]
        return values if self.valid is None else _with_nan(values, self.valid.read(rows))


class Lists:
    """Rows of `size` values each.

    Args:
        values: All values.
        size: Values per row.
        shape: Shape of a value; ``()`` for a number.
        valid: Which rows there are; all of them for ``None``.
    """

    def __init__(self, values: Chunk, size: int, shape: tuple[int, ...], valid: Bits | None) -> None:
        self._values = values
        self._size = size
        self._shape = shape
        self._valid = valid

    def read(self, rows: Rows) -> np.ndarray:
        """Return an array of shape ``(rows, size, ...)``."""
        size = self._size
        if isinstance(rows, slice):
            flat = self._values.read(slice(rows.start * size, rows.stop * size))
            count = rows.stop - rows.start
        else:
            flat = self._values.read((rows[:, None] * size + np.arange(size)).reshape(-1))
            count = len(rows)
        values = flat.reshape(count, size, *self._shape)
        return values if self._valid is None else _with_nan(values, self._valid.read(rows))


def _with_nan(values: np.ndarray, valid: np.ndarray) -> np.ndarray:
    filled = np.array(values)
    filled[~valid] = np.nan
    return filled


def chunk_of(array: Any, shape: tuple[int, ...]) -> Chunk:
    """Return a reader of an array.

    Args:
        array: An array of numbers, booleans, or of lists of one size of these.
        shape: Shape of a row's value; ``()`` for a number.
    """
    validity = array.buffers()[0]
    valid = Bits(validity, array.offset) if array.null_count and validity is not None else None
    if pa.types.is_fixed_size_list(array.type):
        size, inner = shape[0], shape[1:]
        # `flatten` would leave out the values of rows that are missing.
        values = chunk_of(array.values.slice(array.offset * size, len(array) * size), inner)
        if isinstance(values, Values) and values.valid is None:
            return Values(values.data.reshape(len(array), size, *inner), valid)
        return Lists(values, size, inner, valid)
    data = array.buffers()[1]
    if pa.types.is_boolean(array.type):
        return Bits(data, array.offset)
    dtype = np.dtype(array.type.to_pandas_dtype())
    if data is None:
        return Values(np.empty(0, dtype=dtype), None)
    return Values(np.frombuffer(data, dtype=dtype, count=len(array), offset=array.offset * dtype.itemsize), valid)
