"""Record what Keras' callbacks do with histories of metrics, into keras_callbacks.json beside this file.

Run it where Keras is installed: ``KERAS_BACKEND=jax python -m tests.core.callbacks.record_keras_callbacks``. Keras is
called, never read.
"""

from __future__ import annotations

import functools
import json
import tempfile
from pathlib import Path
from typing import Any

import keras
import numpy as np

from tests.core.callbacks.replay import play_checkpoint, play_csv, play_plateau, play_stopping

NAN, INF = float("nan"), float("inf")

# Arguments, then the metric after each epoch.
STOPPING: list[tuple[dict[str, Any], list[Any]]] = [
    ({}, [3, 2, 1]),
    ({}, [3, 2, 2.5, 2.4, 1]),
    ({}, [1, 1, 1]),
    ({"patience": 1}, [3, 4, 5, 6]),
    ({"patience": 2}, [3, 2, 2.5, 1.9, 2, 2, 2]),
    ({"patience": 2, "restore_best_weights": True}, [3, 2, 2.5, 2.4, 1]),
    ({"patience": 5, "restore_best_weights": True}, [3, 2, 2.5]),
    ({"patience": 5, "restore_best_weights": True}, [3, 2, 1]),
    ({"patience": -1}, [3, 2, 2.5]),
    ({"patience": 2, "restore_best_weights": True}, [1, 1, 1, 1]),
    ({"min_delta": 0.5, "patience": 1}, [3, 2.75, 2.5, 2.25]),
    ({"min_delta": 0.5, "patience": 2}, [3, 2.5, 2.25, 2]),
    ({"min_delta": -0.5, "patience": 1}, [3, 2.75, 2.5]),
    ({"mode": "max", "patience": 1}, [0.1, 0.3, 0.3, 0.2]),
    ({"mode": "max", "min_delta": 0.25, "patience": 1}, [0.25, 0.5, 0.625, 0.75]),
    ({"mode": "min", "patience": 1}, [0.1, 0.3, 0.3, 0.2]),
    ({"mode": "sideways", "patience": 1}, [3, 2, 4, 5]),
    ({"baseline": 1.5, "patience": 2, "restore_best_weights": True}, [3, 2, 2.5, 1, 2]),
    ({"baseline": 1.5, "patience": 1, "restore_best_weights": True}, [1, 2, 0.5]),
    ({"baseline": 0.5, "patience": 3, "restore_best_weights": True}, [3, 2, 1, 4, 5]),
    ({"baseline": 0.5, "patience": 1}, [1, 1, 1]),
    ({"baseline": 0.5}, [1, 1, 1]),
    ({"baseline": 2.5, "min_delta": 0.5, "patience": 1}, [2.25, 2.25, 1, 1]),
    ({"baseline": 0.5, "mode": "max", "patience": 2}, [0.3, 0.4, 0.6, 0.5, 0.5]),
    ({"start_from_epoch": 3, "patience": 2, "restore_best_weights": True}, [1, 2, 3, 4, 3, 5, 6, 7]),
    ({"start_from_epoch": 9, "restore_best_weights": True}, [1, 2, 3]),
    ({"patience": 2, "restore_best_weights": True}, [1, NAN, 2, 3]),
    ({"patience": 2, "restore_best_weights": True}, [NAN, NAN, NAN, NAN]),
    ({"patience": 2, "restore_best_weights": True}, [NAN, NAN, 3, 2, 1]),
    ({"patience": 2, "restore_best_weights": True}, [INF, INF, 3, 2, 4, 4]),
    ({"patience": 2, "mode": "max", "restore_best_weights": True}, [-INF, 3, NAN, 2]),
    ({"patience": 2}, [{"loss": 1.0}, {"loss": 1.0}, {"loss": 1.0}]),
    ({"patience": 2, "restore_best_weights": True}, [1, {"loss": 1.0}, {"loss": 1.0}, 2, {"loss": 1.0}, 3, 4]),
    ({"monitor": "loss", "patience": 1}, [{"loss": 1.0, "val_loss": 3}, {"loss": 2.0, "val_loss": 2}]),
]

# Name of the file, arguments, the metric after each epoch, the index of the last batch of each execution, trainings.
CHECKPOINT: list[tuple[str, dict[str, Any], list[Any], list[int], int]] = [
    ("m.keras", {}, [3, 2, 4], [], 1),
    ("{epoch}-{epoch:02d}-{val_loss:.2f}.keras", {}, [3, 2.125], [], 1),
    ("{{x}}{epoch}.keras", {}, [3], [], 1),
    ("{epoch}.weights.h5", {"save_weights_only": True}, [3, 2], [], 1),
    ("m.keras", {"save_best_only": True}, [3, 2, 4, 2, 1], [], 1),
    ("m.keras", {"save_best_only": True, "mode": "max"}, [3, 2, 4, 4, 5], [], 1),
    ("m.keras", {"save_best_only": True, "initial_value_threshold": 1.5}, [3, 2, 1, 0.5], [], 1),
    ("m.keras", {"save_best_only": True, "initial_value_threshold": 1.5, "mode": "max"}, [1, 2, 3], [], 1),
    ("m.keras", {"initial_value_threshold": 1.5}, [3, 1], [], 1),
    ("{epoch}.keras", {"save_best_only": True}, [{"loss": 1.0}, {"loss": 0.5}], [], 1),
    ("{epoch}.keras", {}, [{"loss": 1.0}, {"loss": 0.5}], [], 1),
    ("{epoch}.keras", {"save_best_only": True}, [{"loss": 1.0}, 3, {"loss": 0.5}, 2], [], 1),
    ("m.keras", {"save_best_only": True}, [NAN, 3, NAN, 2], [], 1),
    ("m.keras", {"save_best_only": True}, [3, NAN, 2], [], 1),
    ("m.keras", {"save_best_only": True}, [3, 2], [], 2),
    ("{epoch}-{batch}.keras", {"save_freq": 2}, [3, 2], [0, 1, 2, 3, 4], 1),
    ("{epoch}-{batch:03d}-{val_loss}.keras", {"save_freq": 1}, [3, 2], [0, 1], 1),
    ("{epoch}-{batch}.keras", {"save_freq": 2}, [3, 2], [2, 5, 7], 1),
    ("{epoch}-{batch}.keras", {"save_freq": 3}, [3, 2], [0, 1, 2, 3], 2),
    ("{epoch}-{batch}.keras", {"save_freq": 4}, [3, 2, 1], [2, 5, 6], 1),
    ("{epoch}-{batch}.keras", {"save_freq": 4}, [3, 2, 1, 1], [2], 1),
]

PLATEAU: list[tuple[dict[str, Any], list[Any]]] = [
    ({"patience": 2}, [3, 3, 3, 3, 3]),
    ({"patience": 2}, [3, 2, 2, 1, 1, 1]),
    ({"patience": 0}, [3, 3, 3, 2]),
    ({"patience": 2, "cooldown": 2}, [3] * 9),
    ({"patience": 1, "cooldown": 3}, [3, 3, 3, 2, 2, 2, 2, 2]),
    ({"patience": 1, "min_lr": 0.05}, [3] * 6),
    ({"patience": 1, "min_lr": 2.0}, [3] * 4),
    ({"patience": 1, "factor": 0}, [3] * 4),
    ({"patience": 1, "factor": 0.5}, [3] * 4),
    ({"patience": 2, "min_delta": 0.5}, [3, 2.75, 2.5, 2.25, 2]),
    ({"patience": 2}, [3, 2.99995, 2.9999, 2.99985, 2.9]),
    ({"patience": 2, "mode": "max"}, [0.25, 0.5, 0.5, 0.5, 0.5]),
    ({"patience": 2}, [INF, INF, 1, 1]),
    ({"patience": 2}, [1, NAN, NAN, 0.5]),
    ({"patience": 2}, [NAN, NAN, 1, 0.5]),
    ({"patience": 1}, [{"loss": 1.0}, {"loss": 2.0}, 3, 3, 3]),
]

# Arguments, what is in the file before, the logs of the epochs.
CSV: list[tuple[dict[str, Any], str | None, list[dict[str, Any]]]] = [
    ({}, None, [{"loss": 1.0, "acc": 0.25}, {"loss": 0.5, "acc": 0.5}]),
    ({}, "epoch,loss,val_loss\r\n0,3.0,NA\r\n", [{"loss": 1.0}]),
    ({}, None, [{"loss": 1.0}, {"loss": 1.0, "val_loss": 2.0}, {"loss": 0.5}]),
    ({}, None, [{"loss": 1.0, "val_loss": 2.0}, {"loss": 1.0}]),
    ({"separator": ";"}, None, [{"loss": 1.0, "note": "a;b", "other": "a,b"}]),
    ({}, None, [{"loss": 1.0, "listed": [1, 2.5], "nothing": None, "spoilt": NAN}]),
    ({}, None, [{}]),
    ({"append": True}, None, [{"loss": 1.0}]),
    ({"append": True}, "", [{"loss": 1.0}]),
    ({"append": True}, "epoch,loss,val_loss\r\n0,3.0,NA\r\n", [{"loss": 1.0}, {"loss": 0.5, "val_loss": 0.75}]),
    ({"append": True}, "epoch,val_loss,loss\r\n0,3.0,2.0\r\n", [{"loss": 1.0, "val_loss": 0.75}]),
    ({"append": True}, "epoch,loss,val_loss\r\n0,3.0,N", [{"loss": 1.0}]),
]

# What `metrics` is in `compile`, and what is watched.
DIRECTIONS: list[tuple[str, str]] = [
    ("mse", "loss"),
    ("mse", "val_loss"),
    ("mse", "mse"),
    ("mse", "val_mse"),
    ("mae", "val_mae"),
    ("mean_absolute_error", "mean_absolute_error"),
    ("acc", "acc"),
    ("accuracy", "val_accuracy"),
    ("binary_accuracy", "binary_accuracy"),
    ("binary_crossentropy", "val_binary_crossentropy"),
    ("categorical_accuracy", "categorical_accuracy"),
    ("categorical_crossentropy", "categorical_crossentropy"),
    ("sparse_categorical_accuracy", "sparse_categorical_accuracy"),
    ("RootMeanSquaredError", "RootMeanSquaredError"),
    ("TopKCategoricalAccuracy", "val_TopKCategoricalAccuracy"),
    ("RootMeanSquaredError", "root_mean_squared_error"),
    ("mse", "nobody"),
    ("mse", "val_mae"),
]


def main() -> None:
    """Write the file."""
    answers: dict[str, Any] = {"keras": keras.__version__}
    answers["stopping"] = [
        {
            "arguments": arguments,
            "history": history,
            "answer": play_stopping(keras.callbacks.EarlyStopping(**arguments), history),
        }
        for arguments, history in STOPPING
    ]
    answers["checkpoint"] = []
    with tempfile.TemporaryDirectory() as folder:
        for name, arguments, history, batches, trainings in CHECKPOINT:
            callback = keras.callbacks.ModelCheckpoint(f"{folder}/{name}", **arguments)
            answer = play_checkpoint(callback, history, batches, trainings)
            asked = {"name": name, "arguments": arguments, "history": history, "batches": batches}
            answers["checkpoint"].append({**asked, "trainings": trainings, "answer": answer})
    answers["plateau"] = [
        {
            "arguments": arguments,
            "history": history,
            "answer": play_plateau(keras.callbacks.ReduceLROnPlateau(**arguments), history),
        }
        for arguments, history in PLATEAU
    ]
    answers["csv"] = []
    for arguments, before, epochs in CSV:
        with tempfile.TemporaryDirectory() as folder:
            make = functools.partial(keras.callbacks.CSVLogger, **arguments)
            text = play_csv(make, Path(folder) / "log.csv", before, epochs)
        answers["csv"].append({"arguments": arguments, "before": before, "epochs": epochs, "answer": text})
    answers["directions"] = [[metric, monitor, _direction(metric, monitor)] for metric, monitor in DIRECTIONS]
    path = Path(__file__).with_name("keras_callbacks.json")
    path.write_text(json.dumps(answers, indent=None).replace('{"arguments', '\n{"arguments') + "\n", encoding="utf-8")


def _direction(metric: str, monitor: str) -> str | None:
    """Return the mode that Keras chooses in a real training."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, activation="sigmoid")])
    model.compile("sgd", "mse", metrics=[metric])
    callback = keras.callbacks.EarlyStopping(monitor=monitor)
    x = np.ones((4, 1))
    try:
        model.fit(x, x, verbose=0, callbacks=[callback], validation_data=(x, x))
    except ValueError:
        return None
    return {"less": "min", "greater": "max"}[callback.monitor_op.__name__]


if __name__ == "__main__":
    main()
