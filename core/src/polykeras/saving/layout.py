"""Where in a file each object of a model keeps its state.

The paths are those of Keras 3: the names of attributes in alphabetical order, private ones too; inside lists and
dicts the snake case of the class, numbered from the second on; the layers of a chain or graph first, under
``layers``. An object reached twice is kept where it was met first. Beyond Keras' own files, seed
generators are kept too, so that a training goes on with the same draws; Keras passes over them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

from polykeras.layers.layer import Layer
from polykeras.models.model import Model
from polykeras.models.sequential import Sequential
from polykeras.optimizers.optimizer import Optimizer
from polykeras.random.seed import SeedGenerator
from polykeras.registry.naming import snake_case

_CHILDREN = ("layers", "optimizer")
# What a property may raise that is not meant to be read yet, such as one that waits for `build`.
_NOT_YET = (AttributeError, LookupError, RuntimeError, TypeError, ValueError)


def saved_objects(root: Any) -> Iterator[tuple[str, Any]]:
    """Yield each layer, optimizer and seed generator of a model once, with its path; the model's own is empty."""
    yield from _walk(root, "", {})


def _walk(obj: Any, path: str, seen: dict[int, Any]) -> Iterator[tuple[str, Any]]:
    if id(obj) in seen:
        return
    # The object itself is kept, or a list made by a property could hand its identity to the next one.
    seen[id(obj)] = obj
    yield path, obj
    for name, value in _attributes(obj):
        where = f"{path}/{name}" if path else name
        if _is_saved(value):
            yield from _walk(value, where, seen)
        elif isinstance(value, (list, tuple, dict)):
            yield from _walk_container(value, where, seen)


def _walk_container(container: Any, path: str, seen: dict[int, Any]) -> Iterator[tuple[str, Any]]:
    if id(container) in seen:
        return
    seen[id(container)] = container
    used: Counter[str] = Counter()
    for item in container.values() if isinstance(container, dict) else container:
        nested = isinstance(item, (list, tuple, dict))
        if not nested and not _is_saved(item):
            continue
        base = "container" if nested else snake_case(type(item).__name__)
        name = f"{base}_{used[base]}" if used[base] else base
        used[base] += 1
        yield from (_walk_container if nested else _walk)(item, f"{path}/{name}", seen)


def _is_saved(value: Any) -> bool:
    return isinstance(value, (Layer, Optimizer, SeedGenerator))


def _attributes(obj: Any) -> Iterator[tuple[str, Any]]:
    """Yield the attributes of an object that may hold what is saved, in their order."""
    if isinstance(obj, SeedGenerator):
        return
    if isinstance(obj, Optimizer):
        # One optimizer may wrap another; the rest of what it holds is its own state.
        yield from ((name, value) for name, value in sorted(vars(obj).items()) if isinstance(value, Optimizer))
        return
    names = sorted(set(dir(obj)) - _own_names(is_model=isinstance(obj, Model)))
    chain = _layers_in_order(obj)
    if chain is not None:
        yield "layers", chain
        names.remove("layers")
    for name in names:
        try:
            value = getattr(obj, name)
        except _NOT_YET:
            continue
        yield name, value


def _layers_in_order(obj: Any) -> list[Layer] | None:
    """Return the layers of a chain or a graph; what a subclass holds besides follows under its own names."""
    if isinstance(obj, Sequential):
        return obj.layers
    return obj._graph_layers if isinstance(obj, Model) and obj._graph is not None else None


@cache
def _own_names(*, is_model: bool) -> frozenset[str]:
    """Return the attributes that every layer or model has, and which therefore hold nothing of a user's."""
    bare = (Model(name="bare"), Sequential(name="bare")) if is_model else (Layer(name="bare"),)
    return frozenset(name for obj in bare for name in dir(obj)) - set(_CHILDREN)
