"""What an epoch over each kind of data source takes, over what it takes Keras with the same source.

Promises: both train the same model with the same weights on the same samples in batches of one size, in the source's
order; the losses of a first epoch agree before anything is timed. Two models: one dense unit, which is next to nothing
beside the source, and the MLP.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks import bars
from benchmarks.contestants import KERAS, LABELS, OURS, require_agreement
from benchmarks.fits import share_threads
from benchmarks.method import LEAST_BLOCK_SECONDS, alternate, ratio, repeats_for
from benchmarks.models import BATCH, CLASSES, WIDTH, compile_model, make_data, mlp
from benchmarks.overheads import block
from benchmarks.report import Row

STEPS = 128
SAME_LOSS = 1e-3


def unit(k: Any) -> Any:
    """Return the least model that trains on these data: one dense layer."""
    return k.Sequential([k.layers.Input(shape=(WIDTH,)), k.layers.Dense(CLASSES, activation="softmax")])


MODELS: dict[str, Callable[[Any], Any]] = {"no-op": unit, "mlp": mlp}


def make_source(kind: str, k: Any, x: np.ndarray, y: np.ndarray) -> dict[str, Any]:
    """Return the arguments of `fit` for a source of this kind."""
    return _MAKERS[kind](k, x, y)


def _numpy(_: Any, x: np.ndarray, y: np.ndarray) -> dict[str, Any]:
    return {"x": x, "y": y, "batch_size": BATCH, "shuffle": False}


def _pandas(_: Any, x: np.ndarray, y: np.ndarray) -> dict[str, Any]:
    import pandas as pd

    return {"x": pd.DataFrame(x), "y": pd.Series(y), "batch_size": BATCH, "shuffle": False}


def _tf_data(_: Any, x: np.ndarray, y: np.ndarray) -> dict[str, Any]:
    import tensorflow as tf

    return {"x": tf.data.Dataset.from_tensor_slices((x, y)).batch(BATCH).prefetch(tf.data.AUTOTUNE), "shuffle": False}


def _dataloader(_: Any, x: np.ndarray, y: np.ndarray) -> dict[str, Any]:
    import torch

    dataset = torch.utils.data.TensorDataset(torch.from_numpy(x), torch.from_numpy(y))
    return {"x": torch.utils.data.DataLoader(dataset, batch_size=BATCH), "shuffle": False}


def _py_dataset(k: Any, x: np.ndarray, y: np.ndarray) -> dict[str, Any]:
    class Batches(k.utils.PyDataset):  # type: ignore[misc]
        """Slices of the arrays."""

        def __len__(self) -> int:
            """Return how many."""
            return len(x) // BATCH

        def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
            """Return one."""
            rows = slice(index * BATCH, (index + 1) * BATCH)
            return x[rows], y[rows]

    return {"x": Batches(), "shuffle": False}


_MAKERS = {
    "numpy": _numpy,
    "pandas": _pandas,
    "tf_data": _tf_data,
    "dataloader": _dataloader,
    "py_dataset": _py_dataset,
}


class Training:
    """A model of one package, and its epochs over a source."""

    def __init__(self, k: Any, build: Callable[[Any], Any], source: dict[str, Any]) -> None:
        self.model = build(k)
        compile_model(k, self.model)
        self.source = source

    def epoch(self) -> float:
        """Train on every batch once and return the mean loss."""
        loss: float = self.model.fit(**self.source, epochs=1, verbose=0).history["loss"][0]
        return loss


def one(backend: str, kind: str, name: str, pairs: int) -> Row:
    """Return the row of one source and one model."""
    x, y = make_data((WIDTH,), BATCH * STEPS, LABELS[backend])
    packages = {package: importlib.import_module(package) for package in (OURS, KERAS)}
    made = {package: Training(k, MODELS[name], make_source(kind, k, x, y)) for package, k in packages.items()}
    made[OURS].model.set_weights([np.asarray(weight) for weight in made[KERAS].model.get_weights()])
    require_agreement("losses", {package: training.epoch() for package, training in made.items()}, SAME_LOSS)
    repeats = repeats_for(made[OURS].epoch)
    times = alternate({package: block(training.epoch, repeats) for package, training in made.items()}, pairs)
    shortest = min(min(values) for values in times.values())
    rate = STEPS * repeats / float(np.median(times[OURS]))
    note = f"{rate:,.0f} batches/s" + ("; short blocks" if shortest < LEAST_BLOCK_SECONDS else "")
    title = f"{kind}, {name} / keras"
    return Row(f"{backend} sources", title, "", ratio(times[OURS], times[KERAS]), bars.SOURCES[kind], note)


def measure(backend: str, pairs: int) -> list[Row]:
    """Return the rows of one backend, in a process whose environment names it."""
    share_threads(backend)
    return [one(backend, kind, name, pairs) for name in MODELS for kind in _MAKERS]
