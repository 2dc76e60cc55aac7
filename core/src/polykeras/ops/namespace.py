"""Modules that name ops of other modules, as Keras' `ops.numpy` and `ops.nn` do."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Collection
from typing import Any


def of_ops(module: str, names: Collection[str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return the ``__getattr__`` and ``__dir__`` of a module of ops.

    Ops are looked up when they are asked for: the list of all ops may load the module, not the other way round.

    Args:
        module: Name of the module.
        names: Public names of ops.
    """

    def find(name: str) -> Any:
        if name not in names:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        return getattr(importlib.import_module("polykeras.ops"), name)

    return find, lambda: sorted(names)
