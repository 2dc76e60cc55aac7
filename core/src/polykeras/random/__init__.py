"""Seeds and draws: the written-down key hash, host draws equal everywhere, the process-wide seed."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from polykeras.random.draws import (
        beta,
        binomial,
        categorical,
        dropout,
        gamma,
        normal,
        randint,
        shuffle,
        truncated_normal,
        uniform,
    )
    from polykeras.random.seed import SeedGenerator

# Initializers and adapters need the host draws alone; variables and ops load when a draw is asked for.
_NAMES = {
    "SeedGenerator": "seed",
    "beta": "draws",
    "binomial": "draws",
    "categorical": "draws",
    "dropout": "draws",
    "gamma": "draws",
    "normal": "draws",
    "randint": "draws",
    "shuffle": "draws",
    "truncated_normal": "draws",
    "uniform": "draws",
}

__all__ = [
    "SeedGenerator",
    "beta",
    "binomial",
    "categorical",
    "dropout",
    "gamma",
    "normal",
    "randint",
    "shuffle",
    "truncated_normal",
    "uniform",
]


def __getattr__(name: str) -> Any:
    """Load a public name at first use."""
    if name not in _NAMES:
        raise AttributeError(f"module 'polykeras.random' has no attribute {name!r}")
    return getattr(importlib.import_module(f"polykeras.random.{_NAMES[name]}"), name)
