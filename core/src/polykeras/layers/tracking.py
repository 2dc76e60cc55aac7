"""Finding the variables, layers, metrics and optimizers that an object holds, wherever it holds them.

Attributes are noted when they are set; lists and dicts are walked when somebody asks, so that what is
appended later is found.
"""

from __future__ import annotations

from collections.abc import Iterator
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
