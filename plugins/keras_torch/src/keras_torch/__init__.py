"""The PyTorch backend of Polykeras: write-through state, eager by default, `torch.compile` on request.

This module answers the contract and imports no framework; the providers do, when asked for.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any

from keras_torch.facets import FACETS
from polykeras.plugins import BackendInfo, BackendPlugin, Facets


class TorchPlugin(BackendPlugin):
    """Answers for the backend called ``"torch"``."""

    def info(self) -> BackendInfo:
        """Say what the backend is."""
        return BackendInfo(
            name="torch",
            contract=(0, 1),
            framework="torch",
            framework_distribution="torch",
            framework_minimum="2.6",
            priority=20,
            capabilities=frozenset({"jit", "symbolic_shapes"}),
        )

    def tensors(self) -> Any:
        """Return the tensor provider."""
        return _load("tensors").TorchTensors()

    def ops(self) -> Mapping[str, Callable[..., Any]]:
        """Return the native functions by op name."""
        natives: Mapping[str, Callable[..., Any]] = _load("ops").natives()
        return natives

    def random(self) -> Any:
        """Return the random provider."""
        return _load("random").TorchRandom()

    def variables(self) -> Any:
        """Return the variable store."""
        return _load("variables").TorchStore()

    def training(self) -> Any:
        """Return gradients, compilation and abstract evaluation."""
        return _load("training").TorchTraining()

    def facets(self) -> Facets:
        """Return the attributes of modules that layers have here."""
        return FACETS


def as_torch_module(model: Any) -> Any:
    """Return a `torch.nn.Module` over the parameters of a built model; see `keras_torch.module`."""
    return _load("module").as_torch_module(model)


def _load(name: str) -> Any:
    return importlib.import_module(f"keras_torch.{name}")


plugin = TorchPlugin(name="torch")
