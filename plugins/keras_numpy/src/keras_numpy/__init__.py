"""The NumPy backend of Polykeras: no framework, nothing to compile; what others are compared with.

Tensors are plain `numpy.ndarray`s. Gradients come from the tape of the `autograd` package, with rules of our own that
keep the dtype. This module answers the contract; the providers are imported when asked for.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any

from polykeras.plugins import BackendInfo, BackendPlugin


class NumpyPlugin(BackendPlugin):
    """Answers for the backend called ``"numpy"``."""

    def info(self) -> BackendInfo:
        """Say what the backend is."""
        return BackendInfo(
            name="numpy",
            contract=(0, 1),
            framework="numpy",
            framework_distribution="numpy",
            framework_minimum="2.0",
            priority=0,
            capabilities=frozenset(),
        )

    def tensors(self) -> Any:
        """Return the tensor provider."""
        return _load("tensors").NumpyTensors()

    def ops(self) -> Mapping[str, Callable[..., Any]]:
        """Return the native functions by op name."""
        natives: Mapping[str, Callable[..., Any]] = _load("ops").natives()
        return natives

    def random(self) -> Any:
        """Return the random provider."""
        return _load("random").NumpyRandom()

    def variables(self) -> Any:
        """Return the variable store."""
        return _load("variables").store()

    def training(self) -> Any:
        """Return gradients, the step and abstract evaluation."""
        return _load("training").NumpyTraining()


def _load(name: str) -> Any:
    return importlib.import_module(f"keras_numpy.{name}")


plugin = NumpyPlugin(name="numpy")
