"""Checks of constructor arguments that several layers share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras.backend.config import image_data_format
from polykeras.plugins.errors import ShapeError

_FORMATS = ("channels_last", "channels_first")


def positive_int(value: Any, name: str, layer: str) -> int:
    """Return `value` as an int above zero.

    Raises:
        ValueError: If it is none.
    """
    if isinstance(value, bool) or not hasattr(value, "__index__") or int(value) < 1:
        raise ValueError(
            f"{layer} cannot have `{name}={value!r}`.\nReceived: {value!r} of type {type(value).__name__}.\n"
            "Allowed: integers from 1 up.\nPass one of these."
        )
    return int(value)


def int_tuple(value: Any, rank: int, name: str, layer: str) -> tuple[int, ...]:
    """Return `value`, an int or `rank` ints, as a tuple of `rank` ints above zero.

    Raises:
        ValueError: If it is neither.
    """
    items = tuple(value) if isinstance(value, (list, tuple)) else (value,) * rank
    if len(items) != rank:
        raise ValueError(
            f"{layer} cannot have `{name}={value!r}`.\nReceived: {len(items)} numbers.\n"
            f"Allowed: one integer, or {rank} of them, one per spatial axis.\nPass one of these."
        )
    return tuple(positive_int(item, name, layer) for item in items)


def one_of(value: Any, allowed: tuple[str, ...], name: str, layer: str) -> str:
    """Return `value` in lower case, one of `allowed`.

    Raises:
        ValueError: If it is none of them.
    """
    text = str(value).lower()
    if text not in allowed:
        raise ValueError(
            f"{layer} cannot have `{name}={value!r}`.\nReceived: {value!r}.\n"
            f"Allowed: {', '.join(map(repr, allowed))}.\nPass one of these."
        )
    return text


def data_format_of(value: str | None, layer: str) -> str:
    """Return `value`, one of the two formats, or the configured one for ``None``.

    Raises:
        ValueError: If it is neither.
    """
    return image_data_format() if value is None else one_of(value, _FORMATS, "data_format", layer)


def fraction(value: Any, name: str, layer: str) -> float:
    """Return `value` as a float in [0, 1].

    Raises:
        ValueError: If it lies outside.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0.0 <= value <= 1.0:
        raise ValueError(
            f"{layer} cannot have `{name}={value!r}`.\nReceived: {value!r}.\nAllowed: numbers in [0, 1].\n"
            "Pass one of these."
        )
    return float(value)


def at_least_zero(value: Any, name: str, layer: str) -> float:
    """Return `value` as a float from 0 up.

    Raises:
        ValueError: If it is no such number.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not value >= 0:
        raise ValueError(
            f"{layer} cannot have `{name}={value!r}`.\nReceived: {value!r}.\nAllowed: numbers from 0 up.\n"
            "Pass one of these."
        )
    return float(value)


def none_only(layer: str, **values: Any) -> None:
    """Refuse arguments that exist for Keras' sake and do nothing here.

    Raises:
        ValueError: If one is not ``None``.
    """
    for name, value in values.items():
        if value is not None:
            raise ValueError(
                f"{layer} does not offer `{name}`.\nReceived: {name}={value!r}.\nAllowed: None.\n"
                "Leave the argument out."
            )


def size_of(shape: Sequence[int | None], axis: int, layer: str) -> int:
    """Return the size of an axis from which a weight gets its own.

    Raises:
        ShapeError: If there is no such axis, or its size is unknown.
    """
    size = shape[axis] if -len(shape) <= axis < len(shape) else None
    if size is None:
        raise ShapeError(
            f"Layer {layer!r} cannot make its weights.\nReceived: shape {tuple(shape)}; they depend on axis {axis}.\n"
            "Allowed: shapes that have this axis, with a known size.\nGive the input that size, or choose another axis."
        )
    return size
