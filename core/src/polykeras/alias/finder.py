"""The finder of the alias: Polykeras' modules as ``keras``, the real Keras at its own place, insiders admitted.

It is asked once for each module that is imported for the first time, and answers all but three roots with ``None``.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from polykeras.alias.insiders import admit
from polykeras.alias.names import KERAS, OURS, PLACE, moved, root_of

_BACKEND = "KERAS_BACKEND"


class AliasFinder(MetaPathFinder):
    """Finds ``keras`` twice: as Polykeras, and as the real one under `PLACE`.

    Args:
        roots: Packages whose modules are made insiders when they are loaded.
    """

    def __init__(self, roots: frozenset[str]) -> None:
        self._roots = roots

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return how `fullname` is loaded, or ``None`` when it is nothing to this finder.

        Raises:
            ModuleNotFoundError: If the name is Keras' and there is no such module.
        """
        root = root_of(fullname)
        if root == KERAS:
            return _as_keras(fullname)
        if root == PLACE:
            return self._real(fullname, path)
        if root in self._roots:
            return _admitted(self._elsewhere(fullname, path, target))
        return None

    def _real(self, place: str, path: Sequence[str] | None) -> ModuleSpec:
        name = moved(place, KERAS)
        own = self._elsewhere(name, path)
        if own is None:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return ModuleSpec(place, _RealLoader(own), origin=own.origin, is_package=_is_package(own))

    def _elsewhere(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Return what the other finders know."""
        for finder in sys.meta_path:
            if finder is not self:
                spec = finder.find_spec(name, path, target)
                if spec is not None:
                    return spec
        return None


class _OwnLoader(Loader):
    """Answers a name of Keras with the module of Polykeras."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._spec: ModuleSpec | None = None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = importlib.import_module(self._name)
        self._spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        # The import system has just written the alias's; `reload` and `inspect` need the module's own.
        module.__spec__ = self._spec


class _RealLoader(Loader):
    """Loads a module of the real Keras, which keeps its own name, spec and loader."""

    def __init__(self, own: ModuleSpec) -> None:
        self.own = own

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return importlib.util.module_from_spec(self.own)

    def exec_module(self, module: ModuleType) -> None:
        admit(module)
        parent, _, child = moved(self.own.name, PLACE).rpartition(".")
        if parent and not hasattr(sys.modules[parent], child):
            # A circular `from keras.src import x` finds a module in progress by `sys.modules["keras.src.x"]`, which
            # is not where it stands; it finds it as an attribute.
            setattr(sys.modules[parent], child, module)
        module.__spec__ = self.own
        if self.own.loader is None:  # a namespace package
            return
        self.own._initializing = True  # type: ignore[attr-defined]  # other threads wait for it
        try:
            with _own_choice_of_backend():
                self.own.loader.exec_module(module)
        finally:
            self.own._initializing = False  # type: ignore[attr-defined]


@contextmanager
def _own_choice_of_backend() -> Iterator[None]:
    """Hide ``KERAS_BACKEND`` for a block.

    While Polykeras is `keras` the variable is said to Polykeras. The real one stops at a name that it does not know,
    and would load a second framework for one that it does; without the variable it goes by its own config file.
    """
    name = os.environ.pop(_BACKEND, None)
    try:
        yield
    finally:
        if name is not None:
            os.environ.setdefault(_BACKEND, name)


def _is_package(spec: ModuleSpec) -> bool:
    return spec.submodule_search_locations is not None


def _as_keras(name: str) -> ModuleSpec:
    own = moved(name, OURS)
    found = importlib.util.find_spec(own)
    if found is None:
        raise _not_offered(name)
    return ModuleSpec(name, _OwnLoader(own), origin=found.origin, is_package=_is_package(found))


def _admitted(spec: ModuleSpec | None) -> ModuleSpec | None:
    """Return `spec` with a loader that makes its module an insider before running it."""
    plain = getattr(getattr(spec, "loader", None), "exec_module", None)
    if spec is None or plain is None or not hasattr(spec.loader, "get_code"):
        return spec

    def exec_module(module: ModuleType) -> None:
        admit(module)
        plain(module)

    # On the loader itself, so that the module's loader is of the type that everybody expects.
    spec.loader.exec_module = exec_module  # type: ignore[union-attr,method-assign]
    return spec


def _not_offered(name: str) -> ModuleNotFoundError:
    from polykeras.plugins.errors import did_you_mean

    ours = sys.modules[OURS]
    offered = sorted(set(ours.__all__) & ours._MODULES)
    return ModuleNotFoundError(
        f"There is no module {name!r}: `keras` is Polykeras here, which offers the public modules of Keras.\n"
        f"Received: {name}.\n"
        f"Allowed: {', '.join(f'{KERAS}.{module}' for module in offered)}."
        f"{did_you_mean(name, [f'{KERAS}.{module}' for module in offered])}\n"
        "Import the name from its public module, as in `from keras.layers import Dense`.",
        name=name,
    )
