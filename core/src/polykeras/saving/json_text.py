"""JSON out of a file: an object with no name twice, of bounded size, or an error."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from polykeras.saving import failures, limits


def parse(raw: bytes | memoryview, source: str, member: str) -> dict[str, Any]:
    """Return the object that a text describes.

    Args:
        raw: UTF-8 text.
        source: The file's name, for messages.
        member: The part of it that the text is.

    Raises:
        CorruptFileError: If it is no such text.
        UnsafeFileError: If it is longer than any config has to be.
    """
    if len(raw) > limits.JSON_BYTES:
        raise failures.unsafe(source, member, f"{len(raw)} bytes of JSON, where {limits.JSON_BYTES} may be")
    try:
        value = json.loads(bytes(raw).decode("utf-8"), object_pairs_hook=_object)
    except RecursionError as error:
        raise failures.unsafe(source, member, "JSON nested without end") from error
    except ValueError as error:  # no UTF-8, no JSON, numbers of thousands of digits, names given twice
        raise failures.corrupt(source, member, f"text that is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise failures.corrupt(source, member, f"JSON of type {type(value).__name__}, where an object must be")
    return value


def _object(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    pairs = list(pairs)
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return value
