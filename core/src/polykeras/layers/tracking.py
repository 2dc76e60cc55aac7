"""Finding the variables, layers, metrics and optimizers that an object holds, wherever it holds them.

Attributes are noted when they are set; lists and dicts are walked when somebody asks, so that what is
appended later is found.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

from polykeras.random.seed import SeedGenerator

_CONTAINERS = (list, tuple, dict)


class _Structure:
    """Counts the changes to what any object holds, so that what was learnt from a walk can be kept until the next."""

    __slots__ = ("version",)

    def __init__(self) -> None:
        self.version = 0

    def changed(self) -> None:
        """Make everybody who remembers a version walk again."""
        self.version += 1


STRUCTURE = _Structure()


class _Steady(threading.local):
    """Holds a token while a step of the user's own runs that was found to build nothing more.

    Until the token changes, or the structure, what a walk found holds; a step asks for its variables at each batch.
    """

    token: object | None = None


STEADY = _Steady()


def trackable(value: Any) -> bool:
    """Return whether an attribute with this value must be noted."""
    kind = type(value)
    return (
        getattr(kind, "_polykeras_layer", False)
        or getattr(kind, "_polykeras_variable", False)
        or getattr(kind, "_polykeras_metric", False)
        or getattr(kind, "_polykeras_optimizer", False)
        or isinstance(value, (SeedGenerator, *_CONTAINERS))
    )


def held(tracked: dict[str, Any]) -> Iterator[Any]:
    """Yield the layers, variables, metrics, optimizers and seed generators in `tracked`, each once, in order."""
    seen: set[int] = set()
    for value in tracked.values():
        for leaf in _leaves(value, depth=0):
            if id(leaf) not in seen:
                seen.add(id(leaf))
                yield leaf


def _leaves(value: Any, depth: int) -> Iterator[Any]:
    if isinstance(value, _CONTAINERS):
        # Containers may hold themselves; nobody nests layers this deep.
        if depth < 16:
            for item in value.values() if isinstance(value, dict) else value:
                yield from _leaves(item, depth + 1)
    elif trackable(value):
        yield value


def unique(items: Iterator[Any]) -> list[Any]:
    """Return `items` without repetitions, by identity, in order."""
    return list({id(item): item for item in items}.values())


def kept(holder: Any, name: str, find: Callable[[], list[Any]]) -> list[Any]:
    """Return ``find()``, a walk of `holder`, or while a step is steady what it found before.

    Args:
        holder: The object whose parts are found; it keeps them.
        name: What they are.
        find: Does the walk.
    """
    token = STEADY.token
    if token is None:
        return find()
    keeping = holder.__dict__.get("_kept")
    if keeping is None or keeping[0] is not token or keeping[1] != STRUCTURE.version:
        keeping = token, STRUCTURE.version, {}
        object.__setattr__(holder, "_kept", keeping)
    lists: dict[str, list[Any]] = keeping[2]
    if name not in lists:
        lists[name] = find()
    return list(lists[name])
