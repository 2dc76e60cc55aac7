"""The contract between core and its plugins: what an author of one imports, and nothing else.

Importing it loads NumPy and pluggy, no framework and no plugin.
"""

from __future__ import annotations

from polykeras.plugins.author import BackendPlugin, DataAdapterPlugin
from polykeras.plugins.errors import (
    AdapterNotFound,
    BackendBroken,
    BackendIncompatible,
    BackendIncomplete,
    BackendMismatch,
    BackendNotFound,
    ConfigError,
    DtypeError,
    NotBuiltError,
    NotCompiledError,
    PolykerasError,
    ShapeError,
    SymbolicTensorError,
    UnsupportedOp,
)
from polykeras.plugins.hookspecs import hookimpl, hookspec
from polykeras.plugins.info import CONTRACT, BackendInfo, DataRequest, Device, Facets, TensorSpec, VariableSpec
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
    "ConfigError",
    "DataAdapter",
    "DataAdapterPlugin",
    "DataRequest",
    "Device",
    "DtypeError",
    "Facets",
    "NotBuiltError",
    "NotCompiledError",
    "PolykerasError",
    "RandomProvider",
    "ShapeError",
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
