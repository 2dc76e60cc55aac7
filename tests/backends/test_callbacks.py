"""Callbacks in real trainings, on every backend."""

from __future__ import annotations

import csv
import itertools
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import polykeras as keras
from polykeras import callbacks

RNG = np.random.default_rng(0)
X = RNG.normal(size=(24, 3)).astype("float32")
Y = X[:, :1] - 0.5
DIRECTIONS = json.loads(
    (Path(__file__).parents[1] / "core" / "callbacks" / "keras_callbacks.json").read_text(encoding="utf-8")
)["directions"]


def _model(optimizer: Any = "sgd", metrics: Any = None, **compile_with: Any) -> Any:
    keras.utils.set_random_seed(3)
    model = keras.Sequential(
        [
            keras.Input((3,)),
            keras.layers.Dense(4, activation="tanh"),
            keras.layers.BatchNormalization(),
            keras.layers.Dense(1),
        ]
    )
    model.compile(optimizer, "mse", metrics=metrics, **compile_with)
    return model


def _fit(model: Any, *given: Any, **arguments: Any) -> Any:
    validation = {"validation_data": (X[:8], Y[:8])}
    return model.fit(
        X, Y, **{"epochs": 6, "batch_size": 8, "verbose": 0, "callbacks": list(given), **validation, **arguments}
    )


class Weights(callbacks.Callback):
    """The weights after each epoch, and a made-up metric in the logs."""

    def __init__(self, scores: list[float]) -> None:
        super().__init__()
        self.scores = scores
        self.after: list[list[np.ndarray]] = []

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        logs["score"] = self.scores[epoch]
        self.after.append(self.model.get_weights())


def _equal(left: list[np.ndarray], right: list[np.ndarray]) -> bool:
    return all(np.array_equal(one, other) for one, other in zip(left, right, strict=True))


@pytest.mark.parametrize("jit_compile", ["auto", False])
@pytest.mark.parametrize(
    ("scores", "restore", "epochs", "kept"),
    [
        ([0.1, 0.9, 0.3, 0.2, 1.0, 1.0], True, 4, 1),
        ([0.1, 0.9, 0.3, 0.2, 1.0, 1.0], False, 4, 3),
        ([0.1, 0.2, 0.3, 0.4, 0.5, 0.4], True, 6, 4),
        ([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], True, 6, 5),
    ],
)
def test_early_stopping_leaves_the_weights_it_promised(scores, restore, epochs, kept, jit_compile):
    model = _model(jit_compile=jit_compile)
    seen = Weights(scores)
    stopping = callbacks.EarlyStopping("score", patience=2, mode="max", restore_best_weights=restore)
    history = _fit(model, seen, stopping)
    assert len(history.epoch) == len(seen.after) == epochs
    assert history.history["score"] == scores[:epochs]
    assert not _equal(seen.after[0], seen.after[1])
    assert _equal(model.get_weights(), seen.after[kept])
    # The restored weights are what later trainings, and the compiled steps, start from.
    expected = model.evaluate(X, Y, verbose=0)
    model.set_weights(seen.after[kept])
    assert model.evaluate(X, Y, verbose=0) == expected
    assert len(_fit(model, epochs=1).epoch) == 1


def test_a_history_knows_its_training():
    model = _model()
    history = _fit(model, epochs=4, initial_epoch=2)
    assert history is model.history
    assert (history.epoch, history.params) == ([2, 3], {"verbose": 0, "epochs": 4, "steps": 3})
    assert history.model is model
    assert {name: len(values) for name, values in history.history.items()} == {"loss": 2, "val_loss": 2}


def test_a_history_of_ones_own_is_the_one_that_fit_returns():
    model, own = _model(), callbacks.History()
    for expected in (2, 4):
        assert _fit(model, own, epochs=2) is own
        assert own.epoch == [0, 1]
        assert len(own.history["loss"]) == expected


def test_restored_weights_predict_as_they_did():
    model = _model()
    outputs = []
    watch = callbacks.LambdaCallback(on_epoch_end=lambda *_: outputs.append(model.predict(X, verbose=0)))
    stopping = callbacks.EarlyStopping("loss", mode="max", patience=3, restore_best_weights=True)
    _fit(model, watch, stopping)
    assert stopping.best_epoch == 0
    np.testing.assert_array_equal(model.predict(X, verbose=0), outputs[0])


@pytest.mark.parametrize(("metric", "monitor", "mode"), DIRECTIONS)
def test_the_direction_is_the_one_keras_finds(metric, monitor, mode):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, activation="sigmoid")])
    model.compile("sgd", "mse", metrics=[metric])
    stopping = callbacks.EarlyStopping(monitor, patience=9)
    steps: list[int] = []
    count = callbacks.LambdaCallback(on_train_batch_end=lambda batch, _: steps.append(batch))
    arguments = {"epochs": 1, "callbacks": [stopping, count]}
    targets = np.ones((24, 1), "int32")
    data = {"x": X, "y": targets, "validation_data": (X[:8], targets[:8]), "batch_size": 8, "verbose": 0}
    if metric.startswith("sparse"):
        data["y"], data["validation_data"] = targets - 1, (X[:8], targets[:8] - 1)
    if mode is None:
        with pytest.raises(ValueError, match="better high or low"):
            model.fit(**data, **arguments)
        assert steps == []
        return
    model.fit(**data, **arguments)
    assert stopping.improves(2.0, over=1.0) is (mode == "max")
    assert stopping.best is not None
    assert len(steps) == 3


def test_metrics_of_single_outputs_have_a_direction():
    inputs = keras.Input((3,))
    outputs = [keras.layers.Dense(1, name=name)(inputs) for name in "ab"]
    model = keras.Model(inputs, outputs)
    model.compile("sgd", ["mse", "mse"], metrics=[["mae"], ["binary_accuracy"]])
    watches = {
        name: callbacks.EarlyStopping(name, patience=9)
        for name in ("a_loss", "val_b_loss", "a_mae", "b_binary_accuracy")
    }
    model.fit(X, [Y, Y], epochs=1, verbose=0, validation_data=(X, [Y, Y]), callbacks=list(watches.values()))
    assert all(watch.best is not None for watch in watches.values())
    assert {name for name, watch in watches.items() if watch.improves(2.0, over=1.0)} == {"b_binary_accuracy"}


@pytest.mark.parametrize("jit_compile", ["auto", False])
@pytest.mark.parametrize("steps_per_execution", [1, 2])
def test_a_loss_that_is_no_number_stops_the_training_at_its_batch(steps_per_execution, jit_compile):
    x = X.copy()
    x[9] = np.nan
    batches: list[int] = []
    model = _model(steps_per_execution=steps_per_execution, jit_compile=jit_compile)
    history = model.fit(
        x, Y, epochs=3, batch_size=4, shuffle=False, verbose=0,
        callbacks=[
            callbacks.TerminateOnNaN(),
            callbacks.LambdaCallback(on_train_batch_end=lambda batch, _: batches.append(batch)),
        ],
    )  # fmt: skip
    assert batches[-1] == (2 if steps_per_execution == 1 else 3)
    assert len(history.epoch) == 1
    assert math.isnan(history.history["loss"][0])


def test_a_loss_that_is_no_number_raises_when_asked():
    ended: list[Any] = []
    with pytest.raises(RuntimeError, match="after batch 0"):
        _fit(
            _model(keras.optimizers.SGD(1e38)),
            callbacks.TerminateOnNaN(raise_error=True),
            callbacks.LambdaCallback(on_train_end=ended.append),
            batch_size=24,
            epochs=9,
        )
    assert ended == []


# ---------------------------------------------------------------------------------------------------- learning rates


@pytest.mark.parametrize("jit_compile", ["auto", False])
def test_a_rate_of_zero_keeps_the_weights(jit_compile):
    """The compiled step uses the rate that a callback has just set."""
    model = _model(jit_compile=jit_compile)
    seen = Weights([0.0] * 4)
    history = _fit(model, callbacks.LearningRateScheduler(lambda epoch: 0.05 * (epoch % 2)), seen, epochs=4)
    trained = [weight.path for weight in model.trainable_weights]
    moved = []
    for before, after in itertools.pairwise(seen.after):
        pairs = zip(model.weights, before, after, strict=True)
        moved.append(any(not np.array_equal(one, two) for weight, one, two in pairs if weight.path in trained))
    assert moved == [True, False, True]
    np.testing.assert_allclose(history.history["learning_rate"], [0.0, 0.05, 0.0, 0.05], rtol=1e-6)


def test_a_schedule_may_return_a_tensor():
    model = _model()
    schedule = callbacks.LearningRateScheduler(lambda _, rate: rate * keras.ops.exp(-1.0))
    history = _fit(model, schedule, epochs=2)
    np.testing.assert_allclose(history.history["learning_rate"], 0.01 * np.exp([-1.0, -2.0]), rtol=1e-5)


def test_a_plateau_lowers_the_rate_of_later_epochs():
    model = _model(keras.optimizers.Adam(0.01))
    plateau = callbacks.ReduceLROnPlateau("score", factor=0.5, patience=1, mode="max")
    history = _fit(model, Weights([1.0, 2.0, 2.0, 2.0, 3.0, 3.0]), plateau)
    expected = [0.01, 0.01, 0.01, 0.005, 0.0025, 0.0025]
    np.testing.assert_allclose(history.history["learning_rate"], expected, rtol=1e-6)
    assert float(model.optimizer.learning_rate) == pytest.approx(0.00125)


@pytest.mark.parametrize(
    "callback", [callbacks.ReduceLROnPlateau("loss"), callbacks.LearningRateScheduler(lambda epoch: 0.1 / (epoch + 1))]
)
def test_a_rate_with_a_schedule_of_its_own_is_told_before_the_first_step(callback):
    model = _model(keras.optimizers.SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.5)))
    before = model.get_weights()
    with pytest.raises(TypeError, match="cannot be set to a number"):
        _fit(model, callback)
    assert _equal(model.get_weights(), before)


def test_the_log_file_is_the_history(tmp_path):
    model = _model(metrics=["mae"])
    logger = callbacks.CSVLogger(tmp_path / "runs" / "log.csv")
    history = _fit(model, logger, epochs=3, validation_freq=2)
    with Path(logger.filename).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["epoch", "loss", "mae", "val_loss", "val_mae"]
    assert [row["val_loss"] == "NA" for row in rows] == [True, False, True]
    for name in ("loss", "mae"):
        assert [float(row[name]) for row in rows] == history.history[name]


# ------------------------------------------------------------------------------------------------------- checkpoints


def test_nothing_is_trained_when_the_folder_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    model = _model()
    before = model.get_weights()
    with pytest.raises(NotADirectoryError, match="No file can be written"):
        _fit(model, callbacks.ModelCheckpoint(tmp_path / "file" / "{epoch}.keras"))
    assert _equal(model.get_weights(), before)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("steps_per_execution", [1, 2])
def test_the_weights_of_a_batch_are_those_after_it(tmp_path, monkeypatch, steps_per_execution):
    """Saving in the middle of an epoch sees what the compiled steps have written so far."""
    saved: dict[str, list[np.ndarray]] = {}
    model = _model(steps_per_execution=steps_per_execution)

    def save_weights(path, *, overwrite):
        saved[Path(path).name] = model.get_weights()

    monkeypatch.setattr(type(model), "save_weights", staticmethod(save_weights), raising=False)
    checkpoint = callbacks.ModelCheckpoint(tmp_path / "{epoch}-{batch}.weights.h5", save_weights_only=True, save_freq=2)
    after: dict[str, list[np.ndarray]] = {}
    number = [0]

    def note(batch, logs):
        after[f"{number[0] + 1}-{batch + 1}.weights.h5"] = model.get_weights()

    record = callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, _: number.__setitem__(0, epoch), on_train_batch_end=note
    )
    _fit(model, record, checkpoint, epochs=2, batch_size=6)
    assert list(saved) == [f"{epoch}-{batch}.weights.h5" for epoch in (1, 2) for batch in (2, 4)]
    assert all(_equal(values, after[name]) for name, values in saved.items())
