"""Services of a higher floor that a lower one may ask for by name.

A model saves itself, but files stand above models. The root of the package binds a name here to a
function that loads whoever serves it; nothing is imported before somebody asks. Refuses names that
nobody bound.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_bound: dict[str, Callable[[], Any]] = {}


def bind(name: str, load: Callable[[], Any]) -> None:
    """Say who serves `name`; a later binding takes the place of an earlier one.

    Args:
        name: What is served, such as ``"files"``.
        load: Returns the module or object that serves it; called each time somebody asks.
    """
    _bound[name] = load


def service(name: str) -> Any:
    """Return whoever serves `name`.

    Raises:
        LookupError: If nobody was bound to it.
    """
    load = _bound.get(name)
    if load is None:
        raise LookupError(
            f"Nobody serves {name!r} here.\nReceived: {name!r}.\n"
            f"Allowed: {', '.join(sorted(_bound)) or 'nothing, since none was bound'}.\n"
            "Import `polykeras` itself, which binds its own services."
        )
    return load()
