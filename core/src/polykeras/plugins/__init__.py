"""The contract between core and its plugins: hooks, Protocols, facts, errors, discovery."""

from __future__ import annotations

from polykeras.plugins.author import BackendPlugin, DataAdapterPlugin
from polykeras.plugins.errors import (
    AdapterNotFound,
    BackendBroken,
    BackendIncompatible,
    BackendIncomplete,
    BackendMismatch,
    BackendNotFound,
    PolykerasError,
    SymbolicTensorError,
    UnsupportedOp,
)
from polykeras.plugins.hookspecs import hookimpl, hookspec
from polykeras.plugins.info import CONTRACT, BackendInfo, DataRequest, TensorSpec, VariableSpec
from polykeras.plugins.protocols import (
    DataAdapter,
    RandomProvider,
    TensorProvider,
    TrainingProvider,
    VariableStore,
)

__all__ = [
    "CONTRACT",
    "AdapterNotFound",
    "BackendBroken",
    "BackendIncompatible",
    "BackendIncomplete",
    "BackendInfo",
    "BackendMismatch",
    "BackendNotFound",
    "BackendPlugin",
    "DataAdapter",
    "DataAdapterPlugin",
    "DataRequest",
    "PolykerasError",
    "RandomProvider",
    "SymbolicTensorError",
    "TensorProvider",
    "TensorSpec",
    "TrainingProvider",
    "UnsupportedOp",
    "VariableSpec",
    "VariableStore",
    "hookimpl",
    "hookspec",
]
