"""Metric histories played to a callback without a model, the same way for Keras' callbacks and ours."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np


class FakeOptimizer:
    """Holds a learning rate in single precision, as optimizers do."""

    def __init__(self, rate: float = 1.0) -> None:
        self.learning_rate = rate

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, float(np.float32(value)))


class FakeModel:
    """Has one weight, whose value is the number of the epoch, and saves nothing.

    Attributes:
        saved: What was asked of `save` and `save_weights`: method and name of the file.
    """

    def __init__(self, metrics: Any = ()) -> None:
        self.metrics = list(metrics)
        self.optimizer = FakeOptimizer()
        self.stop_training = False
        self.weight = -1
        self.copies = 0
        self.saved: list[list[str]] = []

    def get_weights(self) -> list[np.ndarray]:
        self.copies += 1
        return [np.array(self.weight)]

    def set_weights(self, weights: list[np.ndarray]) -> None:
        self.weight = int(weights[0])

    def save(self, path: str, *, overwrite: bool) -> None:
        assert overwrite
        self.saved.append(["save", Path(path).name])

    def save_weights(self, path: str, *, overwrite: bool) -> None:
        assert overwrite
        self.saved.append(["save_weights", Path(path).name])


def logs_of(item: Any, monitor: str = "val_loss") -> dict[str, float]:
    """Return the logs that a table writes as a number or as a dict."""
    return item if isinstance(item, dict) else {monitor: item}


def play_stopping(callback: Any, history: list[Any]) -> dict[str, Any]:
    """Play a training to an `EarlyStopping` and return what it did."""
    model = FakeModel()
    callback.set_model(model)
    epoch = -1
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        callback.on_train_begin({})
        for epoch, item in enumerate(history):
            model.weight = epoch
            callback.on_epoch_end(epoch, logs_of(item))
            if model.stop_training:
                break
        callback.on_train_end({})
    return {
        "last_epoch": epoch,
        "stopped_epoch": callback.stopped_epoch,
        "best_epoch": callback.best_epoch,
        "best": callback.best,
        "wait": callback.wait,
        "weight": model.weight,
        "warned": bool(told),
    }


def play_checkpoint(callback: Any, history: list[Any], batches: list[int], trainings: int = 1) -> dict[str, Any]:
    """Play trainings to a `ModelCheckpoint` and return what it saved, with the epoch's number before each."""
    model = FakeModel()
    callback.set_model(model)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        for _ in range(trainings):
            callback.on_train_begin({})
            for epoch, item in enumerate(history):
                model.saved.append([f"epoch {epoch}"])
                callback.on_epoch_begin(epoch, {})
                for batch in batches:
                    callback.on_train_batch_end(batch, logs_of(item))
                callback.on_epoch_end(epoch, logs_of(item))
            callback.on_train_end({})
    return {"saved": model.saved, "best": callback.best, "warned": bool(told)}


def play_plateau(callback: Any, history: list[Any]) -> dict[str, Any]:
    """Play a training to a `ReduceLROnPlateau`; return the rates after each epoch, those in the logs, and counters."""
    model = FakeModel()
    callback.set_model(model)
    rates, logged, counters = [], [], []
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        callback.on_train_begin({})
        for epoch, item in enumerate(history):
            logs = dict(logs_of(item))
            callback.on_epoch_end(epoch, logs)
            rates.append(model.optimizer.learning_rate)
            logged.append(float(logs["learning_rate"]))
            counters.append([callback.wait, callback.cooldown_counter, callback.in_cooldown()])
        callback.on_train_end({})
    warned = any("val_loss" in str(warning.message) for warning in told)
    return {"rates": rates, "logged": logged, "counters": counters, "best": callback.best, "warned": warned}


def play_csv(make: Any, path: Path, before: str | None, epochs: list[dict[str, Any]]) -> str:
    """Play a training to the `CSVLogger` that `make` returns for a path, and return the file's text."""
    if before is not None:
        path.write_text(before, encoding="utf-8")
    callback = make(str(path))
    callback.set_model(FakeModel())
    callback.set_params({"verbose": 0, "epochs": len(epochs), "steps": 1})
    callback.on_train_begin({})
    for epoch, logs in enumerate(epochs):
        callback.on_epoch_end(epoch, dict(logs))
    callback.on_train_end({})
    return path.read_bytes().decode("utf-8")
