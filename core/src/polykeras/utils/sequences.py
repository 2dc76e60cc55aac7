"""Sequences of different lengths as one array."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

_SIDES = ("pre", "post")


def pad_sequences(
    sequences: Iterable[Sequence[Any]],
    maxlen: int | None = None,
    dtype: Any = "int32",
    padding: str = "pre",
    truncating: str = "pre",
    value: Any = 0.0,
) -> npt.NDArray[Any]:
    """Return an array of shape ``(len(sequences), maxlen, ...)``, filled with `value` where a sequence is short.

    Args:
        sequences: Sequences of items of one shape.
        maxlen: Length of every row; that of the longest sequence for ``None``.
        dtype: Dtype of the result; ``object`` for strings of any length.
        padding: ``"pre"`` fills in front, ``"post"`` behind.
        truncating: ``"pre"`` drops the first items of a longer sequence, ``"post"`` the last.
        value: What fills.

    Raises:
        ValueError: An argument is not usable, or items differ in shape.

    >>> pad_sequences([[1], [2, 3]])
    array([[0, 1],
           [2, 3]], dtype=int32)
    """
    _check_side("padding", padding)
    _check_side("truncating", truncating)
    rows = _rows(sequences)
    length = max((len(row) for row in rows), default=0) if maxlen is None else int(maxlen)
    item_shape: tuple[int, ...] = next((np.asarray(row).shape[1:] for row in rows if len(row)), ())
    result = _filled((len(rows), length, *item_shape), dtype, value)
    for index, row in enumerate(rows):
        if not len(row) or not length:
            continue
        kept = np.asarray(row[-length:] if truncating == "pre" else row[:length], dtype=dtype)
        if kept.shape[1:] != item_shape:
            raise ValueError(
                f"`pad_sequences` cannot put sequence {index} into one array with the others.\n"
                f"Received: items of shape {kept.shape[1:]}, after items of shape {item_shape}.\n"
                "Allowed: items of one shape in all sequences.\nPad or cut the items first."
            )
        if padding == "post":
            result[index, : len(kept)] = kept
        else:
            result[index, -len(kept) :] = kept
    return result


def _rows(sequences: Any) -> list[Any]:
    problem = None
    if not hasattr(sequences, "__len__"):
        problem = f"{sequences!r} of type {type(sequences).__name__}"
    else:
        problem = next(
            (f"{row!r} at position {i}" for i, row in enumerate(sequences) if not hasattr(row, "__len__")), None
        )
    if problem is not None:
        raise ValueError(
            f"`pad_sequences` needs sequences with a length.\nReceived: {problem}.\n"
            "Allowed: a list of lists, tuples or arrays.\n"
            "Turn generators into lists, and single items into lists of one."
        )
    return list(sequences)


def _check_side(name: str, side: str) -> None:
    if side not in _SIDES:
        raise ValueError(
            f"`pad_sequences` knows no such {name}.\nReceived: {name}={side!r}.\n"
            'Allowed: "pre" or "post".\nPass one of them.'
        )


def _filled(shape: tuple[int, ...], dtype: Any, value: Any) -> npt.NDArray[Any]:
    is_text = np.issubdtype(dtype, np.str_)
    if isinstance(value, str) and np.dtype(dtype) != np.dtype(object) and not is_text:
        raise ValueError(
            f"`pad_sequences` cannot fill an array of {np.dtype(dtype)} with text.\nReceived: value={value!r}.\n"
            "Allowed: a number, or text with `dtype=object`.\nPass another `value` or `dtype=object`."
        )
    return np.full(shape, value, dtype=dtype)
