"""How deep configs may be nested: a file must not exhaust the interpreter's stack."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

MOST_LEVELS = 100
"""Levels of lists and dictionaries; a model inside a model takes about four."""


class _Here(threading.local):
    checked = False


_here = _Here()


@contextmanager
def checked_depth(config: Any) -> Iterator[None]:
    """Check `config` once, on entry of the outermost block; blocks inside see parts of it.

    Raises:
        ValueError: If it is nested too deeply.
    """
    if _here.checked:
        yield
        return
    check_depth(config)
    _here.checked = True
    try:
        yield
    finally:
        _here.checked = False


def check_depth(config: Any) -> None:
    """Refuse a config that is nested too deeply.

    Raises:
        ValueError: If it has more than `MOST_LEVELS` levels, or holds itself.
    """
    level = [config]
    for _ in range(MOST_LEVELS + 1):
        inner = (item for value in level for item in _items(value) if isinstance(item, (dict, list, tuple)))
        level = list({id(item): item for item in inner}.values())
        if not level:
            return
    raise ValueError(
        "This config is nested too deeply.\n"
        f"Received: more than {MOST_LEVELS} levels of lists and dictionaries.\n"
        f"Allowed: up to {MOST_LEVELS}; a model inside a model takes about four.\n"
        "Put the inner models side by side, or check where the config comes from."
    )


def _items(value: Any) -> Any:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, (list, tuple)) else ()
