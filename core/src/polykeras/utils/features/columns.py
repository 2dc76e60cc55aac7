"""Raw columns on the host: arrays of floats, integers or strings, out of whatever a user has.

Promises: values of a kind come as one dtype, strings as ``str`` whether they were bytes or text; sources of any kind
are read once, in order. Refuses: missing values, rows that are no dicts, labels beside the features, sources without
end. No library of data frames is imported for it: whatever has ``columns`` and gives them by name is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from polykeras.data import PyDataset
from polykeras.data.hosted import to_host
from polykeras.layers.preprocessing.encoders.encoder import host_float

_ROWS = 1024  # rows collected before encoders are fed


class ValuelessError(TypeError):
    """A tensor stands for values that are not there yet, since a framework traces the code."""


def column(value: Any, kind: str, name: str) -> np.ndarray:
    """Return values as an array of a kind; a scalar becomes an array without axes.

    Args:
        value: Array, list, scalar, or tensor.
        kind: ``"float"``, ``"int"`` or ``"string"``.
        name: Name of the feature, for messages.

    Raises:
        ValueError: If values are missing, or not of this kind.
    """
    array = _array(value, name)
    if kind == "string":
        return _strings(array, name)
    if array.dtype.kind == "O":
        array = _plain(array, name)
    if array.dtype.kind not in "biuf":
        raise _wrong(name, f"an array of dtype {array.dtype}", "numbers")
    if kind == "float":
        return array.astype(host_float(), copy=False)
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise _wrong(name, "values that are nan or infinite", "integers")
    return array.astype("int64", copy=False)


def _array(value: Any, name: str) -> np.ndarray:
    if isinstance(value, np.ndarray):
        return np.asarray(value)
    if hasattr(value, "numpy") or hasattr(value, "__array__"):
        # Tensors of text have no way through DLPack, but one through NumPy.
        text = "string" in str(getattr(value, "dtype", ""))
        try:
            return np.asarray(value) if text or not hasattr(value, "__dlpack__") else to_host(value)
        except (NotImplementedError, RuntimeError, TypeError) as error:
            raise ValuelessError(_no_values(name, value)) from error
    if hasattr(value, "to_numpy"):
        return np.asarray(value.to_numpy())
    if isinstance(value, (list, tuple)):
        value = [item.item() if isinstance(item, np.generic) else item for item in value]
    try:
        return np.asarray(value, dtype=object if _holds_text(value) else None)
    except ValueError as error:
        raise _wrong(name, "rows of different lengths", "rows of one length") from error


def _holds_text(value: Any) -> bool:
    while isinstance(value, (list, tuple)) and value:
        value = value[0]
    return value is None or isinstance(value, (str, bytes))


def _strings(array: np.ndarray, name: str) -> np.ndarray:
    if array.dtype.kind == "U":
        return array
    if array.dtype.kind in "iu":
        return array.astype(str)
    if array.dtype.kind not in "OST":
        raise _wrong(name, f"an array of dtype {array.dtype}", "strings, or integers to be read as such")
    flat = [_text(item, name) for item in array.reshape(-1).tolist()]
    return np.asarray(flat, dtype=str if flat else "U1").reshape(array.shape)


def _text(item: Any, name: str) -> str:
    if isinstance(item, str):
        return item
    if isinstance(item, bytes):
        return item.decode("utf-8", "surrogateescape")
    if isinstance(item, int):
        return str(item)
    raise _wrong(name, f"a value of type {type(item).__name__}: {item!r}", "strings, complete: none may be missing")


def _plain(array: np.ndarray, name: str) -> np.ndarray:
    """Return an array of Python's numbers as one of NumPy's."""
    flat = array.reshape(-1).tolist()
    odd = next((item for item in flat if not isinstance(item, (int, float))), 0)
    if not isinstance(odd, (int, float)):
        raise _wrong(name, f"a value of type {type(odd).__name__}: {odd!r}", "numbers, complete: none may be missing")
    return np.asarray(flat).reshape(array.shape)


def _no_values(name: str, value: Any) -> str:
    return (
        f"The feature {name!r} has no values yet.\n"
        f"Received: a {type(value).__name__} that a framework traces code with.\n"
        "Allowed: numbers and strings that are there; tensors of the backend in use where no feature is of strings.\n"
        "Map the data with the feature space outside of the framework's own pipeline, for example in the `__getitem__` "
        "of a PyDataset."
    )


def _wrong(name: str, received: str, allowed: str) -> ValueError:
    return ValueError(
        f"The feature {name!r} cannot be read.\nReceived: {received}.\nAllowed: {allowed}.\n"
        "Clean the column, or declare the feature as what it is."
    )


# ---------------------------------------------------------------------- sources


def pieces(dataset: Any, kinds: Mapping[str, str]) -> Iterator[dict[str, np.ndarray]]:
    """Yield the columns of a source, piece by piece.

    Args:
        dataset: Dict of columns, data frame, PyDataset, ``tf.data.Dataset``, or any iterable of dicts, each a batch
            or a row.
        kinds: Kind by name of the columns to be read.

    Raises:
        ValueError: If it is no such thing, or a column is missing.
    """
    if isinstance(dataset, Mapping):
        yield _taken(dataset, kinds)
    elif _is_frame(dataset):
        names = [str(name) for name in getattr(dataset, "columns", ())]
        yield _taken({name: dataset[name] for name in kinds if name in names}, kinds, names)
    else:
        yield from _collected(_items(dataset), kinds)


def _is_frame(dataset: Any) -> bool:
    if not hasattr(dataset, "columns") or not hasattr(dataset, "__getitem__"):
        return False
    names = dataset.columns
    return isinstance(names, Iterable) and all(isinstance(name, str) for name in names)


def _items(dataset: Any) -> Iterable[Any]:
    """Return the batches or rows of a source."""
    if isinstance(dataset, PyDataset) and dataset.num_batches is None:
        raise _endless(dataset)
    cardinality = getattr(dataset, "cardinality", None)
    if callable(cardinality) and int(cardinality()) == -1:
        raise _endless(dataset)
    own = getattr(dataset, "as_numpy_iterator", None)
    if callable(own):
        rows: Iterable[Any] = own()
        return rows
    if isinstance(dataset, (str, bytes, np.ndarray)) or not hasattr(dataset, "__iter__"):
        raise _no_source(type(dataset).__name__)
    source: Iterable[Any] = dataset
    return source


def _collected(items: Iterable[Any], kinds: Mapping[str, str]) -> Iterator[dict[str, np.ndarray]]:
    """Yield batches as they come, and rows joined to larger pieces."""
    rows: list[dict[str, np.ndarray]] = []
    held = 0
    for item in items:
        if not isinstance(item, Mapping):
            raise _no_source(f"an item of type {type(item).__name__}")
        piece = {name: np.atleast_1d(values) for name, values in _taken(item, kinds).items()}
        rows.append(piece)
        held += max((values.size for values in piece.values()), default=1)
        if held >= _ROWS:
            yield _joined(rows)
            rows, held = [], 0
    if rows:
        yield _joined(rows)


def _joined(rows: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    return {name: np.concatenate([row[name].reshape(-1) for row in rows]) for name in rows[0]}


def _taken(
    item: Mapping[str, Any], kinds: Mapping[str, str], has: Iterable[Any] | None = None
) -> dict[str, np.ndarray]:
    missing = [name for name in kinds if name not in item]
    if missing:
        raise ValueError(
            f"The data lack features: {', '.join(map(repr, missing))}.\n"
            f"Received: {', '.join(map(repr, item if has is None else has))}.\n"
            f"Allowed: data with all of {', '.join(map(repr, kinds))}.\nAdd them, or leave them out of `features`."
        )
    return {name: column(item[name], kind, name) for name, kind in kinds.items()}


def _endless(dataset: Any) -> ValueError:
    return ValueError(
        "A feature space cannot adapt to data without end.\n"
        f"Received: a {type(dataset).__name__} that never ends.\nAllowed: data that end.\n"
        "Take a part of them, for example with `take`."
    )


def _no_source(received: str) -> ValueError:
    return ValueError(
        f"A feature space cannot adapt to this.\nReceived: {received}.\n"
        "Allowed: a dict of columns, a data frame, a PyDataset, a `tf.data.Dataset`, or an iterable of dicts, each a "
        "batch or a row; without labels.\n"
        "Pass the features alone, for example with `dataset.map(lambda x, y: x)`."
    )
