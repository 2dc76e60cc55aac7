"""Columns of numbers: which Arrow types are, and rows of several of them side by side.

Promises: what lies in several chunks is read chunk by chunk and never joined; dictionaries are their codes, one code
for one value in all chunks; lists of one size and tensors of one shape are arrays of that shape. Refuses: text, dates,
lists of several lengths, and missing values where there is no nan to stand for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from keras_data_arrow.chunks import Chunk, Rows, chunk_of


class Column:
    """Rows of a chunked array.

    Args:
        name: Told in errors; ``None`` for an array without one.
        array: A `pyarrow.ChunkedArray`.

    Raises:
        ValueError: It does not hold numbers, or some are missing and the dtype has no nan.
    """

    def __init__(self, name: str | None, array: Any) -> None:
        self.dtype, self._lists = layout(name, array.type)
        self.shape, self._tensor, self._order = _tensor_axes(array.type, self._lists)
        arrays = [_storage(chunk) for chunk in one_dictionary(array).chunks if len(chunk)]
        if self.dtype.kind != "f":
            _check_complete(name, arrays, array)
        self._chunks: list[Chunk] = [chunk_of(chunk, self._lists) for chunk in arrays]
        self._ends = np.cumsum([len(chunk) for chunk in arrays], dtype=np.int64)
        self.length = len(array)

    def read(self, rows: Rows) -> np.ndarray:
        """Return rows, shape ``(rows, *shape)``; a view of Arrow's memory where it can be."""
        values = self._sliced(rows) if isinstance(rows, slice) else self._gathered(rows)
        if self._order is None:
            return values
        return values.reshape(len(values), *self._tensor).transpose(0, *(axis + 1 for axis in self._order))

    def _sliced(self, rows: slice) -> np.ndarray:
        first, last = np.searchsorted(self._ends, [rows.start, rows.stop - 1], side="right")
        parts = []
        for number in range(int(first), min(int(last) + 1, len(self._chunks))):
            before = int(self._ends[number - 1]) if number else 0
            start, stop = max(rows.start, before), min(rows.stop, int(self._ends[number]))
            parts.append(self._chunks[number].read(slice(start - before, stop - before)))
        return parts[0] if len(parts) == 1 else np.concatenate([np.empty((0, *self._lists), self.dtype), *parts])

    def _gathered(self, rows: np.ndarray) -> np.ndarray:
        if len(self._chunks) == 1:
            return self._chunks[0].read(rows)
        values = np.empty((len(rows), *self._lists), self.dtype)
        owners = np.searchsorted(self._ends, rows, side="right")
        for number in np.unique(owners):
            own = owners == number
            values[own] = self._chunks[number].read(rows[own] - (self._ends[number - 1] if number else 0))
        return values


class Matrix:
    """Columns side by side: what has rows, for `polykeras.data.ArrayAdapter`.

    Numbers are of shape ``(rows, columns)``, in the least dtype that holds them all, vectors beside them as many
    columns each. A single column of arrays has shape ``(rows, *shape)``.

    Args:
        columns: Not empty, of one length.
        flat: Whether a single column of numbers has shape ``(rows,)``, as weights have.

    Raises:
        ValueError: Arrays of more than one axis are beside other columns.
    """

    def __init__(self, columns: Sequence[Column], *, flat: bool = False) -> None:
        self._columns = columns
        self._flat = flat and len(columns) == 1
        self.dtype = np.result_type(*(column.dtype for column in columns)) if columns else np.dtype(np.float32)
        self._length = columns[0].length if columns else 0
        shapes = [column.shape or (1,) for column in columns]
        if len(columns) > 1 and any(len(shape) > 1 for shape in shapes):
            raise ValueError(
                "Columns cannot be side by side in a matrix.\n"
                f"Received: columns of shapes {', '.join(str(('rows', *column.shape)) for column in columns)}.\n"
                "Allowed: numbers and vectors, or one column of arrays.\n"
                "Select the columns that belong together, or give the model a dict of inputs with their names."
            )
        self._stops = np.cumsum([0, *(shape[0] for shape in shapes)]).tolist()
        row = shapes[0] if len(columns) == 1 else (self._stops[-1],)
        self.shape = (self._length, *(() if self._flat else row))

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, rows: Rows) -> np.ndarray:
        if isinstance(rows, slice):
            start, stop, _ = rows.indices(self._length)
            rows = slice(start, max(start, stop))
            count = rows.stop - rows.start
        else:
            count = len(rows)
        if len(self._columns) == 1:
            return self._columns[0].read(rows).reshape(count, *self.shape[1:])
        values = np.empty((count, *self.shape[1:]), self.dtype)
        for column, start, stop in zip(self._columns, self._stops, self._stops[1:], strict=False):
            values[:, start:stop] = column.read(rows).reshape(count, stop - start)
        return values


def layout(name: str | None, kind: Any) -> tuple[np.dtype[Any], tuple[int, ...]]:
    """Return the dtype of a column of type `kind`, and the sizes of the lists that its rows are.

    Raises:
        ValueError: It does not hold numbers.
    """
    found = kind.index_type if pa.types.is_dictionary(kind) else kind.storage_type if _is_tensor(kind) else kind
    shape: tuple[int, ...] = ()
    while pa.types.is_fixed_size_list(found):
        shape = (*shape, found.list_size)
        found = found.value_type
    if not (pa.types.is_boolean(found) or pa.types.is_integer(found) or pa.types.is_floating(found)):
        raise ValueError(
            f"{_named(name)} does not hold numbers.\nReceived: type {kind}.\n"
            "Allowed: booleans, integers, floats, dictionaries, and lists of one size and tensors of numbers.\n"
            f"{_advice(kind)}, or leave it out."
        )
    return np.dtype(found.to_pandas_dtype()), shape


def one_dictionary(array: Any) -> Any:
    """Return a chunked array in whose chunks one code stands for one value."""
    if not pa.types.is_dictionary(array.type) or array.num_chunks < 2:
        return array
    first = array.chunk(0).dictionary
    if all(chunk.dictionary.equals(first) for chunk in array.chunks[1:]):
        return array
    # Views of strings, which polars hands over, have no table of their values in pyarrow.
    plain = pa.large_string() if "view" in str(array.type.value_type) else array.type.value_type
    chunks = [pa.DictionaryArray.from_arrays(chunk.indices, chunk.dictionary.cast(plain)) for chunk in array.chunks]
    return pa.chunked_array(chunks).unify_dictionaries()


def _storage(chunk: Any) -> Any:
    """Return the array of numbers, booleans or lists that a chunk is made of."""
    if pa.types.is_dictionary(chunk.type):
        return chunk.indices
    return chunk.storage if _is_tensor(chunk.type) else chunk


def _is_tensor(kind: Any) -> bool:
    return isinstance(kind, pa.FixedShapeTensorType)


def _tensor_axes(kind: Any, lists: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...], list[int] | None]:
    """Return the shape of a row, its shape as it is stored, and which stored axis each axis is if it is a tensor."""
    if not _is_tensor(kind):
        return lists, lists, None
    stored = tuple(kind.shape)
    order = list(range(len(stored))) if kind.permutation is None else list(kind.permutation)
    return tuple(stored[axis] for axis in order), stored, order


def _check_complete(name: str | None, arrays: list[Any], whole: Any) -> None:
    missing = sum(_missing(array) for array in arrays)
    if missing:
        raise ValueError(
            f"{_named(name)} has missing values.\n"
            f"Received: {missing} missing in {len(whole)} rows of type {whole.type}, which has no nan.\n"
            "Allowed: complete columns, or floats, whose missing values are nan.\n"
            "Fill them with `fill_null`, or drop their rows with `drop_null` or `drop_nulls`."
        )


def _missing(array: Any) -> int:
    count = int(array.null_count)
    if pa.types.is_fixed_size_list(array.type) and not count:
        size = array.type.list_size
        count = _missing(array.values.slice(array.offset * size, len(array) * size))
    return count


def _named(name: str | None) -> str:
    return "The array" if name is None else f"The column {name!r}"


def _advice(kind: Any) -> str:
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return "Cast it to lists of one size, padded where they are shorter"
    return "Encode it as numbers, for example as a dictionary or by a cast"
