"""Names and paths: unique default names, and the scopes that prefix the paths of weights."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

_counts: Counter[str] = Counter()
_lock = threading.Lock()


class _Scopes(threading.local):
    def __init__(self) -> None:
        self.names: list[str] = []


_scopes = _Scopes()


def snake_case(class_name: str) -> str:
    """Return ``"max_pooling2d"`` for ``"MaxPooling2D"``, as default names are written."""
    name = re.sub(r"\W+", "", class_name)
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def unique_name(class_name: str) -> str:
    """Return a name not given before in this process: ``dense``, ``dense_1``, ..."""
    base = snake_case(class_name)
    with _lock:
        number = _counts[base]
        _counts[base] += 1
    return base if number == 0 else f"{base}_{number}"


def reset_names() -> None:
    """Start the counting of default names again."""
    with _lock:
        _counts.clear()


def checked_name(name: str, class_name: str) -> str:
    """Return `name`, refusing what would break paths."""
    if isinstance(name, str) and name and "/" not in name:
        return name
    raise ValueError(
        f"A {class_name} cannot have this name.\nReceived: name={name!r}.\n"
        "Allowed: a non-empty string without `/`, which separates the parts of a path.\n"
        "Choose another name, or leave it out."
    )


@contextmanager
def name_scope(name: str) -> Iterator[None]:
    """Prefix the paths of variables made in this block with `name`."""
    _scopes.names.append(name)
    try:
        yield
    finally:
        _scopes.names.pop()


def current_path() -> str:
    """Return the names of the open scopes, joined by slashes."""
    return "/".join(_scopes.names)
