"""Insiders: the modules that mean the real Keras when they say ``keras``.

Those are Keras' own, and the packages that distributions list in the entry point group `GROUP` because they import
Keras for themselves. An insider's import statements look up ``__import__`` in the ``__builtins__`` of its module, and
there stands `import_for_insider`; all other modules keep Python's own and pay nothing. `importlib.import_module` and
`importlib.util.find_spec` are asked by function call, so stand-ins for them look at the module of their caller.
"""

from __future__ import annotations

import builtins
import importlib
import importlib.util
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from polykeras.alias.names import KERAS, PLACE, moved, root_of

GROUP = "polykeras.real_keras"

# Python's own, which the stand-ins call for everything that is not theirs.
_import = builtins.__import__
_import_module = importlib.import_module
_find_spec = importlib.util.find_spec


class _Insiders:
    """Roots of the packages that get the real Keras; empty while `keras` means what it always means."""

    roots: frozenset[str] = frozenset()


_insiders = _Insiders()


def listed() -> frozenset[str]:
    """Return the root packages that installed distributions list, and Keras."""
    from importlib.metadata import entry_points

    return frozenset({KERAS, *(point.value for point in entry_points(group=GROUP))})


def admit(module: ModuleType) -> None:
    """Make `module` an insider, before its code runs."""
    vars(module)["__builtins__"] = _BUILTINS


def is_insider(namespace: Mapping[str, Any] | None) -> bool:
    """Return whether a module's namespace belongs to an insider."""
    return namespace is not None and root_of(str(namespace.get("__name__"))) in _insiders.roots


def import_for_insider(
    name: str,
    globals: Mapping[str, Any] | None = None,
    locals: Mapping[str, Any] | None = None,
    fromlist: Sequence[str] | None = (),
    level: int = 0,
) -> ModuleType:
    """Do what ``__import__`` does, where ``keras`` is the real one."""
    absolute = _absolute(name, (globals or {}).get("__package__"), level)
    if absolute is None:
        return _import(name, globals, locals, fromlist or (), level)
    module = _real(absolute)
    if not fromlist:
        return sys.modules[PLACE]
    if hasattr(module, "__path__"):
        _import_members(module, fromlist)
    return module


def import_for_any(
    name: str,
    globals: Mapping[str, Any] | None = None,
    locals: Mapping[str, Any] | None = None,
    fromlist: Sequence[str] | None = (),
    level: int = 0,
) -> ModuleType:
    """Do what ``__import__`` does, with the real Keras for insiders alone.

    It stands in `builtins`, and only where an insider was there before the alias: its functions look up their
    ``__import__`` where they did when they were made.
    """
    chosen = import_for_insider if is_insider(globals) else _import
    return chosen(name, globals, locals, fromlist or (), level)


def import_module(name: str, package: str | None = None) -> ModuleType:
    """Do what `importlib.import_module` does, with the real Keras for a caller that is an insider."""
    absolute = _asked_by(sys._getframe(1).f_globals, name, package)
    return _import_module(name, package) if absolute is None else _real(absolute)


def find_spec(name: str, package: str | None = None) -> ModuleSpec | None:
    """Do what `importlib.util.find_spec` does, with the real Keras for a caller that is an insider."""
    absolute = _asked_by(sys._getframe(1).f_globals, name, package)
    wanted = name if absolute is None else moved(absolute, PLACE)
    try:
        spec = _find_spec(wanted, package)
    except ModuleNotFoundError as error:
        # The finder explains what it does not have; who only asks is told None, as by Python's own.
        if error.name != (absolute or name):
            raise
        return None
    return spec if absolute is None or spec is None else getattr(spec.loader, "own", spec)


def take_over(roots: frozenset[str]) -> None:
    """Give the real Keras to the packages called `roots`, and put the stand-ins in place."""
    _insiders.roots = roots
    importlib.import_module = import_module
    importlib.util.find_spec = find_spec
    if _came_first(roots):
        builtins.__import__ = import_for_any


def give_back() -> None:
    """Undo `take_over`; where somebody has wrapped a stand-in meanwhile, it stays and does what Python's own does."""
    _insiders.roots = frozenset()
    if importlib.import_module is import_module:
        importlib.import_module = _import_module
    if importlib.util.find_spec is find_spec:
        importlib.util.find_spec = _find_spec
    if builtins.__import__ is import_for_any:
        builtins.__import__ = _import


def _came_first(roots: frozenset[str]) -> bool:
    """Return whether a module of these packages was loaded without being admitted."""
    for name, module in list(sys.modules.items()):
        if root_of(name) in roots:
            own = getattr(module, "__dict__", {}).get("__builtins__", _BUILTINS)
            if own is not _BUILTINS:
                return True
    return False


def _asked_by(caller: Mapping[str, Any], name: str, package: str | None) -> str | None:
    if not is_insider(caller):
        return None
    level = len(name) - len(name.lstrip("."))
    return _absolute(name[level:], package, level)


def _absolute(name: str, package: str | None, level: int) -> str | None:
    """Return the full name of what an insider asks for if it is of Keras, else ``None``."""
    if not _insiders.roots:
        return None
    if level:
        if package is None or root_of(package) != KERAS:
            return None
        name = importlib.util.resolve_name("." * level + name, package)
    return name if root_of(name) == KERAS else None


def _real(name: str) -> ModuleType:
    """Import a module of the real Keras by its own name."""
    place = moved(name, PLACE)
    _import(place)
    return sys.modules[place]


def _import_members(package: ModuleType, names: Iterable[str]) -> None:
    """Import the submodules among `names`, as a ``from`` statement does."""
    for name in names:
        if name == "*":
            _import_members(package, getattr(package, "__all__", ()))
        elif not hasattr(package, name):
            try:
                _real(f"{package.__name__}.{name}")
            except ModuleNotFoundError as error:
                # No such submodule: the statement itself says that the name is missing.
                if error.name != f"{package.__name__}.{name}":
                    raise


_BUILTINS = {**vars(builtins), "__import__": import_for_insider}
