"""The TensorFlow backend of Polykeras: write-through state, one `tf.function` per step, XLA where it can.

This module answers the contract and imports no framework; the providers do, when asked for.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any

from keras_tf.facets import FACETS
from polykeras.plugins import BackendInfo, BackendPlugin, Facets


class TensorFlowPlugin(BackendPlugin):
    """Answers for the backend called ``"tensorflow"``."""

    def info(self) -> BackendInfo:
        """Say what the backend is."""
        return BackendInfo(
            name="tensorflow",
            contract=(0, 1),
            framework="tensorflow",
            framework_distribution="tensorflow",
            framework_minimum="2.18",
            priority=10,
            capabilities=frozenset({"jit", "symbolic_shapes"}),
        )

    def tensors(self) -> Any:
        """Return the tensor provider."""
        return _load("tensors").TensorFlowTensors()

    def ops(self) -> Mapping[str, Callable[..., Any]]:
        """Return the native functions by op name."""
        natives: Mapping[str, Callable[..., Any]] = _load("ops").natives()
        return natives

    def random(self) -> Any:
        """Return the random provider."""
        return _load("random").TensorFlowRandom()

    def variables(self) -> Any:
        """Return the variable store."""
        return _load("variables").TensorFlowStore()

    def training(self) -> Any:
        """Return gradients, compilation and abstract evaluation."""
        return _load("training").TensorFlowTraining()

    def facets(self) -> Facets:
        """Return the attributes by which TensorFlow knows a variable."""
        return FACETS


def _load(name: str) -> Any:
    return importlib.import_module(f"keras_tf.{name}")


plugin = TensorFlowPlugin(name="tensorflow")
