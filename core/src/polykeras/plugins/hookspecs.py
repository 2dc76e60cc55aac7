"""The hooks that a backend, a kernel pack or a data adapter answers.

Each backend hook is called once per backend and its answer is bound into plain attributes;
the adapter hook is called once per type. Hook arguments have no default values.
"""

from __future__ import annotations

import pluggy

from polykeras.plugins.info import BackendInfo, DataRequest, Facets
from polykeras.plugins.protocols import (
    DataAdapter,
    OpsMapping,
    RandomProvider,
    TensorProvider,
    TrainingProvider,
    VariableStore,
)

PROJECT = "polykeras"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def polykeras_backend_info() -> BackendInfo:  # type: ignore[empty-body]
    """Say what the backend is; the module that answers must not import the framework."""


@hookspec(firstresult=True)
def polykeras_tensors(backend: str) -> TensorProvider | None:
    """Return what core must know of the tensors of `backend`."""


@hookspec
def polykeras_ops(backend: str) -> OpsMapping | None:
    """Return native functions by op name; several answers are merged, the backend's own first."""


@hookspec(firstresult=True)
def polykeras_random(backend: str) -> RandomProvider | None:
    """Return the random provider of `backend`."""


@hookspec(firstresult=True)
def polykeras_variables(backend: str) -> VariableStore | None:
    """Return the store that keeps the variables of `backend`."""


@hookspec(firstresult=True)
def polykeras_training(backend: str) -> TrainingProvider | None:
    """Return gradients, compilation and abstract evaluation for `backend`."""


@hookspec(firstresult=True)
def polykeras_facets(backend: str) -> Facets | None:
    """Return what the framework's users expect of variables and layers; optional, and must import no framework."""


@hookspec(firstresult=True)
def polykeras_data_adapter(request: DataRequest) -> DataAdapter | None:
    """Return an adapter over `request`, or ``None`` when it is somebody else's."""
