"""Names: defaults, the class's own in snake case and numbered from the second on; what names may be; prefixes."""

from __future__ import annotations

import re
import threading
from collections import Counter
from typing import Any, Self

from polykeras.backend.session import at_clear

_counts: Counter[str] = Counter()
_lock = threading.Lock()


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


@at_clear
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


class _Names(threading.local):
    def __init__(self) -> None:
        self.open: list[str] = []


_names = _Names()


def current_path() -> str:
    """Return the names of the open scopes, joined by slashes."""
    return "/".join(_names.open)


class name_scope:  # noqa: N801 - Keras' own name
    """A block that prefixes the paths of variables and layers made in it.

    Args:
        name: The prefix, without ``/``.
        **kwargs: Taken for Keras' sake: `caller`, `deduplicate`, `override_parent`; they change nothing here.

    Raises:
        ValueError: If the name is empty, no string, or has a slash.

    >>> import polykeras as keras
    >>> with name_scope("encoder"):
    ...     keras.Variable(1.0, name="scale").path
    'encoder/scale'
    """

    def __init__(self, name: str, **kwargs: Any) -> None:
        self.name = checked_name(name, "name_scope")
        self.caller = kwargs.get("caller")
        self.deduplicate = kwargs.get("deduplicate", True)
        self.override_parent = kwargs.get("override_parent")

    def __enter__(self) -> Self:
        """Open the block."""
        _names.open.append(self.name)
        return self

    def __exit__(self, *args: object, **kwargs: Any) -> None:
        """Close the block."""
        del args, kwargs
        _names.open.pop()
