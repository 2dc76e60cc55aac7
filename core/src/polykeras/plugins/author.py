"""What plugin authors subclass: a plugin object that answers for its own name only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from polykeras.plugins.hookspecs import hookimpl
from polykeras.plugins.info import BackendInfo, DataRequest
from polykeras.plugins.protocols import (
    DataAdapter,
    RandomProvider,
    TensorProvider,
    TrainingProvider,
    VariableStore,
)


class BackendPlugin:
    """Base class of a backend's plugin object.

    Subclass it in a module that imports no framework, override the plain methods, and import the
    framework inside them. An instance is what the entry point names.

    Args:
        name: Name that users choose the backend by.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def info(self) -> BackendInfo:
        """Return what the backend is; must not import the framework."""
        raise NotImplementedError(f"The plugin of {self.name!r} must override `info`.")

    def tensors(self) -> TensorProvider:
        """Return the tensor provider."""
        raise NotImplementedError(f"The plugin of {self.name!r} must override `tensors`.")

    def ops(self) -> Mapping[str, Callable[..., Any]]:
        """Return native functions by op name."""
        raise NotImplementedError(f"The plugin of {self.name!r} must override `ops`.")

    def random(self) -> RandomProvider:
        """Return the random provider."""
        raise NotImplementedError(f"The plugin of {self.name!r} must override `random`.")

    def variables(self) -> VariableStore:
        """Return the variable store."""
        raise NotImplementedError(f"The plugin of {self.name!r} must override `variables`.")

    def training(self) -> TrainingProvider:
        """Return gradients, compilation and abstract evaluation."""
        raise NotImplementedError(f"The plugin of {self.name!r} must override `training`.")

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


class DataAdapterPlugin:
    """Base class of a data adapter's plugin object; override `adapt`."""

    def adapt(self, request: DataRequest) -> DataAdapter | None:
        """Return an adapter over `request`, or ``None`` when it is somebody else's."""
        raise NotImplementedError(f"{type(self).__name__} must override `adapt`.")

    @hookimpl
    def polykeras_data_adapter(self, request: DataRequest) -> DataAdapter | None:
        """Answer the hook of that name."""
        return self.adapt(request)
