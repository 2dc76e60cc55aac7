"""The built-in classes and functions, by the modules and names that configs use for them.

Promises: a module and a name are compared with what the areas of this package made known; nothing is
imported, and a name is never looked for outside the module that goes with it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from polykeras.services import service

# Keras writes its inner modules for what it does not export, and on some backends for optimizers too.
_INNER = "keras.src."


class Known(Protocol):
    """What an area tells of itself."""

    module: str
    table: dict[str, Any]

    def builtin(self, module: str, name: str) -> Any:
        """Return the built-in that configs call `name` in `module`, or ``None``."""

    def module_of(self, member: Any) -> str | None:
        """Return the module that configs name for a built-in, or ``None`` when it is not ours."""

    def registered_name_of(self, member: Any) -> str | None:
        """Return the registered name that configs carry for a built-in."""


_areas: list[Known] = []


def add_area(area: Known) -> None:
    """Make the built-ins of an area known."""
    _areas.append(area)


def areas() -> tuple[Known, ...]:
    """Return the areas made known so far."""
    return tuple(_areas)


def builtin_class(module: str, name: str) -> type | None:
    """Return the built-in class that configs call `name` in `module`, or ``None``.

    Args:
        module: As written in a config; an inner module of Keras counts as the area that it lies in.
        name: The class's name.
    """
    found = _exact(module, name)
    if found is None and load_areas():
        found = _exact(module, name)
    if found is not None:
        return found
    if not module.startswith(_INNER):
        return None
    parts = module.removeprefix(_INNER).split(".")
    if parts[0] == "backend":  # what Keras makes for one of its backends: backend.NAME.optimizers...
        parts = parts[2:]
    public = f"keras.{'.'.join(parts)}."
    for area in _areas:
        found = area.table.get(name)
        if isinstance(found, type) and found.__name__ == name and public.startswith(f"{area.module}."):
            return found
    return None


def _exact(module: str, name: str) -> type | None:
    candidates = (area.builtin(module, name) for area in _areas)
    return next((found for found in candidates if isinstance(found, type)), None)


def load_areas() -> bool:
    """Load every area of the package once, since what is not loaded is not known; return whether more are now."""
    before = len(_areas)
    with contextlib.suppress(LookupError):
        service("areas")
    return len(_areas) > before


def address_of(kind: type) -> tuple[str | None, str | None] | None:
    """Return module and registered name that configs carry for a built-in class, or ``None`` if it is none."""
    for area in _areas:
        module = area.module_of(kind)
        if module is not None:
            return module, area.registered_name_of(kind)
    return None


def builtin_functions() -> Mapping[str, Callable[..., Any]]:
    """Return the built-in functions that configs name alone: activations, losses and metrics."""
    load_areas()
    found: dict[str, Callable[..., Any]] = {}
    for area in _areas:
        for name, member in area.table.items():
            if not isinstance(member, type) and callable(member):
                found.setdefault(name, member)
    return found
