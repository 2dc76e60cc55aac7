"""Polykeras: the Keras 3 API on a minimal core; backends and data sources are plugins.

``import polykeras as keras`` loads no framework. What is used is loaded when it is first named.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from polykeras import services
from polykeras.version import __version__

if TYPE_CHECKING:
    from polykeras import (
        activations,
        backend,
        callbacks,
        config,
        constraints,
        datasets,
        initializers,
        layers,
        losses,
        metrics,
        mixed_precision,
        models,
        ops,
        optimizers,
        plugins,
        preprocessing,
        random,
        regularizers,
        saving,
        tree,
        utils,
    )
    from polykeras.alias import install_as_keras, uninstall_as_keras
    from polykeras.backend.current import set_backend, use_backend
    from polykeras.callbacks import Callback
    from polykeras.initializers.initializer import Initializer
    from polykeras.layers import Input, InputSpec, Layer
    from polykeras.losses import Loss
    from polykeras.metrics import Metric
    from polykeras.models import Function, Model, Sequential
    from polykeras.ops.keras_tensor import KerasTensor
    from polykeras.ops.operation import Operation
    from polykeras.ops.remat import remat
    from polykeras.optimizers import Optimizer
    from polykeras.registry.naming import name_scope
    from polykeras.regularizers.regularizer import Regularizer
    from polykeras.state.gradient import grad, value_and_grad
    from polykeras.state.scopes import StatelessScope, SymbolicScope, device
    from polykeras.state.variable import Variable

_MODULES = frozenset({
    "activations", "backend", "callbacks", "config", "constraints", "data", "datasets", "initializers", "layers",
    "losses", "metrics", "mixed_precision", "models", "ops", "optimizers", "plugins", "preprocessing", "random",
    "registry", "regularizers", "saving", "state", "train", "tree", "utils",
})  # fmt: skip
_NAMES = {
    "Callback": "callbacks",
    "Function": "models",
    "Initializer": "initializers",
    "Input": "layers",
    "InputSpec": "layers",
    "KerasTensor": "ops.keras_tensor",
    "Layer": "layers",
    "Loss": "losses",
    "Metric": "metrics",
    "Model": "models",
    "Operation": "ops.operation",
    "Optimizer": "optimizers",
    "Regularizer": "regularizers",
    "Sequential": "models",
    "StatelessScope": "state.scopes",
    "SymbolicScope": "state.scopes",
    "Variable": "state.variable",
    "device": "state.scopes",
    "grad": "state.gradient",
    "install_as_keras": "alias",
    "name_scope": "registry.naming",
    "remat": "ops.remat",
    "set_backend": "backend.current",
    "uninstall_as_keras": "alias",
    "use_backend": "backend.current",
    "value_and_grad": "state.gradient",
}

__all__ = [
    "Callback",
    "Function",
    "Initializer",
    "Input",
    "InputSpec",
    "KerasTensor",
    "Layer",
    "Loss",
    "Metric",
    "Model",
    "Operation",
    "Optimizer",
    "Regularizer",
    "Sequential",
    "StatelessScope",
    "SymbolicScope",
    "Variable",
    "__version__",
    "activations",
    "backend",
    "callbacks",
    "config",
    "constraints",
    "datasets",
    "device",
    "grad",
    "initializers",
    "install_as_keras",
    "layers",
    "losses",
    "metrics",
    "mixed_precision",
    "models",
    "name_scope",
    "ops",
    "optimizers",
    "plugins",
    "preprocessing",
    "random",
    "regularizers",
    "remat",
    "saving",
    "set_backend",
    "tree",
    "uninstall_as_keras",
    "use_backend",
    "utils",
    "value_and_grad",
    "version",
]

# The lower floors ask for files by this name; what serves them is loaded when that happens.
services.bind("files", lambda: importlib.import_module("polykeras.saving"))
services.bind("areas", lambda: [importlib.import_module(f"polykeras.{name}") for name in ("saving", "utils.features")])


def version() -> str:
    """Return the version of Polykeras."""
    return __version__


def __getattr__(name: str) -> Any:
    """Load a public module or name at first use."""
    if name in _MODULES:
        value = importlib.import_module(f"polykeras.{name}")
    elif name in _NAMES:
        value = getattr(importlib.import_module(f"polykeras.{_NAMES[name]}"), name)
    else:
        raise AttributeError(f"module 'polykeras' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)
