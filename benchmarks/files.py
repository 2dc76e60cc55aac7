"""Saving and loading a model of 100 MB, against Keras in the same process.

Promises: both write the same arrays into files of the same forms and read their own; what was loaded is
compared with what was saved before anything is timed. Polykeras flushes its files to the disk before they take
their names, Keras does not; the time for it counts.
"""

from __future__ import annotations

import importlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import bars
from benchmarks.contestants import KERAS, OURS, require_agreement
from benchmarks.fits import share_threads
from benchmarks.method import alternate, ratio
from benchmarks.report import Row

WIDTH, LAYERS = 2500, 4
"""Four square kernels of float32: 100 MB."""
TASKS = ("save", "load_model", "save_weights", "load_weights")


class Files:
    """A package with the Keras API, its model and its files."""

    def __init__(self, module: Any, folder: Path, name: str) -> None:
        layers = [module.layers.Dense(WIDTH) for _ in range(LAYERS)]
        self.module = module
        self.model = module.Sequential([module.Input((WIDTH,)), *layers])
        self.archive, self.weights = str(folder / f"{name}.keras"), str(folder / f"{name}.weights.h5")

    def tasks(self) -> dict[str, Callable[[], object]]:
        """Return what is timed, by name."""
        return {
            "save": lambda: self.model.save(self.archive),
            "load_model": lambda: self.module.saving.load_model(self.archive),
            "save_weights": lambda: self.model.save_weights(self.weights),
            "load_weights": lambda: self.model.load_weights(self.weights),
        }


def measure(backend: str, pairs: int) -> list[Row]:
    """Return what saving and loading take, over what they take Keras, on one backend."""
    share_threads(backend)
    with tempfile.TemporaryDirectory() as folder:
        made = {name: Files(importlib.import_module(name), Path(folder), name) for name in (OURS, KERAS)}
        made[KERAS].model.set_weights(made[OURS].model.get_weights())
        check(made)
        rows = []
        for task in TASKS:
            times = alternate({name: files.tasks()[task] for name, files in made.items()}, pairs)
            note = f"keras {1e3 * min(times[KERAS]):.3g} ms"
            rows.append(
                Row(f"{backend} files", f"{task} / keras", "", ratio(times[OURS], times[KERAS]), bars.FILES, note)
            )
        return rows


def check(made: dict[str, Files]) -> None:
    """Save and load once each way, and compare.

    Raises:
        DifferentJobError: If what comes back is not what was saved.
    """
    x = np.random.default_rng(0).normal(size=(2, WIDTH)).astype("float32")
    predictions: dict[str, Any] = {}
    for name, files in made.items():
        files.model.save(files.archive)
        files.model.save_weights(files.weights)
        predictions[name] = files.model.predict(x, verbose=0)
        predictions[f"{name} loaded"] = files.module.saving.load_model(files.archive).predict(x, verbose=0)
        files.model.load_weights(files.weights)
        predictions[f"{name} with weights loaded"] = files.model.predict(x, verbose=0)
    require_agreement("predictions", predictions, 1e-3)
