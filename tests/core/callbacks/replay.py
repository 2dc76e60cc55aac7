"""Metric histories played to a callback without a model, the same way for Keras' callbacks and ours."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np


class FakeModel:
    """Has one weight, whose value is the number of the epoch, and saves nothing.

    Attributes:
        saved: What was asked of `save` and `save_weights`: method and name of the file.
    """

    def __init__(self, metrics: Any = ()) -> None:
        self.metrics = list(metrics)
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
