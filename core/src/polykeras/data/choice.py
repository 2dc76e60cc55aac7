"""Which adapter serves what a user passed: by the root packages of its type, then by asking."""

from __future__ import annotations

import builtins
from typing import Any

from polykeras.plugins import discovery
from polykeras.plugins.errors import AdapterNotFound
from polykeras.plugins.info import DataRequest
from polykeras.plugins.protocols import DataAdapter

_by_type: dict[type, tuple[Any, ...]] = {}
_PROTOCOLS = "*"


def plugins_for(kind: type) -> tuple[Any, ...]:
    """Return the adapter plugins registered for the root packages of `kind`, cached by type."""
    found = _by_type.get(kind)
    if found is None:
        found = _by_type[kind] = tuple(_loaded(kind))
    return found


def _loaded(kind: type) -> list[Any]:
    entries = discovery.adapter_entries()
    roots = [base.__module__.partition(".")[0] for base in kind.__mro__ if base is not object]
    names = dict.fromkeys([*roots, builtins.__name__ if kind.__module__ == "builtins" else "", _PROTOCOLS])
    plugins: dict[tuple[str, str], Any] = {}
    for name in names:
        for entry in entries.get(name, ()):
            plugin = discovery.load_adapter(entry)
            plugins.setdefault((entry.distribution, entry.value), plugin)
    return list(plugins.values())


def forget() -> None:
    """Forget the choices made, after plugins were installed."""
    _by_type.clear()


def adapter_for(request: DataRequest) -> DataAdapter:
    """Return the first adapter that claims `request`.

    Raises:
        AdapterNotFound: If none does.
    """
    for plugin in plugins_for(type(request.x)):
        adapter = plugin.adapt(request)
        if adapter is not None:
            answer: DataAdapter = adapter
            return answer
    known = sorted(discovery.adapter_entries())
    kind = type(request.x)
    raise AdapterNotFound(
        "No data adapter takes this data.\n"
        f"Received: x of type {kind.__module__}.{kind.__qualname__}.\n"
        f"Allowed: objects of these packages, for which adapters are installed: {', '.join(known) or 'none'}.\n"
        "Pass NumPy arrays, or install an adapter for it."
    )
