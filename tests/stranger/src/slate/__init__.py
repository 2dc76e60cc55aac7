"""The backend `slate`: NumPy under a class of its own, for inference only."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any

from polykeras.plugins import BackendInfo, BackendPlugin

_NO_WINDOWS = "no windows are cut out of a slate"
_NO_FACTORS = "a slate is not factorized"
_FACTORS = (
    "cholesky_lower", "eig_general", "eigh_symmetric", "lu_factors", "qr_factors", "singular_values", "solve_matrix",
    "solve_triangular_matrix", "svd_factors",
)  # fmt: skip


class SlatePlugin(BackendPlugin):
    """Answers for the backend called ``"slate"``."""

    def info(self) -> BackendInfo:
        """Say what the backend is."""
        refused = dict.fromkeys(("conv", "max_pool", "average_pool"), _NO_WINDOWS)
        refused |= dict.fromkeys(_FACTORS, _NO_FACTORS)
        return BackendInfo(
            name=self.name, contract=(0, 1), framework="scipy", framework_distribution="scipy", unsupported=refused
        )

    def tensors(self) -> Any:
        """Return the tensor provider."""
        return _load("tensors").SlateTensors()

    def ops(self) -> Mapping[str, Callable[..., Any]]:
        """Return the native functions by op name."""
        natives: Mapping[str, Callable[..., Any]] = _load("natives").NATIVES
        return natives

    def random(self) -> Any:
        """Return the random provider."""
        return _load("draws").SlateRandom()

    def variables(self) -> Any:
        """Return the variable store."""
        return _load("training").store()

    def training(self) -> Any:
        """Return compilation and abstract evaluation; there are no gradients."""
        return _load("training").SlateTraining()


def _load(name: str) -> Any:
    return importlib.import_module(f"slate.{name}")


plugin = SlatePlugin(name="slate")
