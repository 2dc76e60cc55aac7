"""What plugin authors subclass: a plugin object that answers for its own name only.

A method that is not overridden answers ``None``, so that core can name everything missing at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from polykeras.plugins.hookspecs import hookimpl
from polykeras.plugins.info import BackendInfo, DataRequest, Facets
from polykeras.plugins.protocols import (
    DataAdapter,
    RandomProvider,
    TensorProvider,
    TrainingProvider,
    VariableStore,
)

_NAME = re.compile(r"[a-z][a-z0-9_-]*")


class BackendPlugin:
    """Base class of a backend's plugin object.

    Subclass it in a module that imports no framework, override `info` and the plain methods below
    it, and import the framework inside those. An instance is what the entry point names.

    Args:
        name: Name that users choose the backend by: lower case, and the entry point's own name.

    >>> class Abacus(BackendPlugin):
    ...     def info(self) -> BackendInfo:
    ...         return BackendInfo(name=self.name, contract=(0, 1))
    >>> plugin = Abacus(name="abacus")
    """

    def __init__(self, name: str) -> None:
        if not _NAME.fullmatch(name):
            raise ValueError(
                f"A backend cannot be called {name!r}.\n"
                f"Received: {name!r}.\n"
                "Allowed: lower-case letters, digits, `_` and `-`, starting with a letter.\n"
                "Choose such a name, and give the entry point the same one."
            )
        self.name = name

    def info(self) -> BackendInfo:
        """Return what the backend is; must not import the framework.

        Write `contract` out, as ``(0, 1)``: it is the version that the plugin was written for, and the
        one that core has installed says nothing about that.
        """
        raise NotImplementedError(
            f"The plugin of {self.name!r} does not say what it is.\n"
            f"Received: {type(self).__name__} without its own `info`.\n"
            "Allowed: a method `info` that returns a BackendInfo.\n"
            f"Override it in {type(self).__name__}."
        )

    def tensors(self) -> TensorProvider | None:
        """Return the tensor provider."""
        return None

    def ops(self) -> Mapping[str, Callable[..., Any]] | None:
        """Return native functions by op name."""
        return None

    def random(self) -> RandomProvider | None:
        """Return the random provider."""
        return None

    def variables(self) -> VariableStore | None:
        """Return the variable store."""
        return None

    def training(self) -> TrainingProvider | None:
        """Return gradients, compilation and abstract evaluation."""
        return None

    def facets(self) -> Facets | None:
        """Return what users of the framework expect of variables and layers; must not import the framework."""
        return None

    @hookimpl
    def polykeras_backend_info(self) -> BackendInfo:
        """Answer the hook of that name."""
        return self.info()

    @hookimpl
    def polykeras_tensors(self, backend: str) -> TensorProvider | None:
        """Answer the hook of that name, for this backend only."""
        return self.tensors() if backend == self.name else None

    @hookimpl
    def polykeras_ops(self, backend: str) -> Mapping[str, Callable[..., Any]] | None:
        """Answer the hook of that name, for this backend only."""
        return self.ops() if backend == self.name else None

    @hookimpl
    def polykeras_random(self, backend: str) -> RandomProvider | None:
        """Answer the hook of that name, for this backend only."""
        return self.random() if backend == self.name else None

    @hookimpl
    def polykeras_variables(self, backend: str) -> VariableStore | None:
        """Answer the hook of that name, for this backend only."""
        return self.variables() if backend == self.name else None

    @hookimpl
    def polykeras_training(self, backend: str) -> TrainingProvider | None:
        """Answer the hook of that name, for this backend only."""
        return self.training() if backend == self.name else None

    @hookimpl
    def polykeras_facets(self, backend: str) -> Facets | None:
        """Answer the hook of that name, for this backend only."""
        return self.facets() if backend == self.name else None


class DataAdapterPlugin:
    """Base class of a data adapter's plugin object; override `adapt`.

    Its entry points are named after the root packages whose types it claims, ``builtins`` for lists
    and dicts, ``*`` for anything.
    """

    def adapt(self, request: DataRequest) -> DataAdapter | None:
        """Return an adapter over `request`, or ``None`` when it is somebody else's."""
        raise NotImplementedError(
            f"The data adapter {type(self).__name__} does not adapt anything.\n"
            f"Received: {type(self).__name__} without its own `adapt`.\n"
            "Allowed: a method `adapt` that returns a DataAdapter or None.\n"
            f"Override it in {type(self).__name__}."
        )

    def formats(self) -> Mapping[str, Callable[[Any], Any]]:
        """Return what makes a `PyDataset` a data set of the adapter's library, by the names that users ask for it by.

        The functions may import the library; the answer must not.
        """
        return {}

    @hookimpl
    def polykeras_data_adapter(self, request: DataRequest) -> DataAdapter | None:
        """Answer the hook of that name."""
        return self.adapt(request)
