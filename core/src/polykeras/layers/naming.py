"""Names and paths of layers: what a name may be, and the scopes that prefix the paths of weights."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _Scopes(threading.local):
    def __init__(self) -> None:
        self.names: list[str] = []


_scopes = _Scopes()


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
