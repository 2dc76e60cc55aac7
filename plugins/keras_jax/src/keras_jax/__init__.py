"""The JAX backend of Polykeras: functional state, one compiled step, XLA on any device.

This module answers the contract and imports no framework; the providers do, when asked for.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any

from polykeras.plugins import BackendInfo, BackendPlugin


class JaxPlugin(BackendPlugin):
    """Answers for the backend called ``"jax"``."""

    def info(self) -> BackendInfo:
        """Say what the backend is."""
        return BackendInfo(
            name="jax",
            contract=(0, 1),
            framework="jax",
            framework_distribution="jax",
            framework_minimum="0.6",
            priority=30,
            capabilities=frozenset({"eager_compiles", "jit", "symbolic_shapes", "x64_scope"}),
        )

    def tensors(self) -> Any:
        """Return the tensor provider."""
        return _load("tensors").JaxTensors()

    def ops(self) -> Mapping[str, Callable[..., Any]]:
        """Return the native functions by op name."""
        natives: Mapping[str, Callable[..., Any]] = _load("ops").natives()
        return natives

    def random(self) -> Any:
        """Return the random provider."""
        return _load("random").JaxRandom()

    def variables(self) -> Any:
        """Return the variable store."""
        return _load("variables").store()

    def training(self) -> Any:
        """Return gradients, compilation and abstract evaluation."""
        return _load("training").JaxTraining()


def _load(name: str) -> Any:
    return importlib.import_module(f"keras_jax.{name}")


plugin = JaxPlugin(name="jax")
