"""Files that ModelCheckpoint writes in real trainings: they load, and predict as the model did then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import polykeras as keras
from polykeras import callbacks, saving

RNG = np.random.default_rng(1)
X = RNG.normal(size=(24, 3)).astype("float32")
Y = X[:, :1] - 0.5
ENDINGS = [(".keras", False), (".weights.h5", True), (".weights.safetensors", True)]


def _model() -> Any:
    keras.utils.set_random_seed(3)
    model = keras.Sequential(
        [
            keras.Input((3,)),
            keras.layers.Dense(4, activation="tanh"),
            keras.layers.BatchNormalization(),
            keras.layers.Dense(1),
        ]
    )
    model.compile("adam", "mse", metrics=["mae"])
    return model


class Outputs(callbacks.Callback):
    """What the model predicts at the moments in which it is saved."""

    def __init__(self, every: int | None = None) -> None:
        super().__init__()
        self.every = every
        self.seen: list[np.ndarray] = []

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if self.every is not None and (batch + 1) % self.every == 0:
            self.seen.append(self.model.predict_on_batch(X))

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if self.every is None:
            self.seen.append(self.model.predict_on_batch(X))


def _loaded(path: Path, *, weights: bool) -> Any:
    if not weights:
        return saving.load_model(path)
    model = _model()
    model.load_weights(path)
    return model


@pytest.mark.parametrize(("ending", "weights"), ENDINGS)
@pytest.mark.parametrize(
    ("name", "every", "names"),
    [
        ("{epoch:02d}", None, ["01", "02"]),
        ("{epoch}-{batch}", 2, ["1-2", "1-4", "2-2", "2-4"]),
        ("epoch {epoch}/model", None, ["epoch 1/model", "epoch 2/model"]),
    ],
)
def test_every_checkpoint_predicts_as_the_model_did(tmp_path, ending, weights, name, every, names):
    outputs = Outputs(every)
    checkpoint = callbacks.ModelCheckpoint(
        tmp_path / f"{name}{ending}", save_weights_only=weights, save_freq=every or "epoch"
    )
    _model().fit(X, Y, batch_size=6, epochs=2, verbose=0, callbacks=[outputs, checkpoint])
    written = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    assert written == [f"{each}{ending}" for each in names]
    assert len(outputs.seen) == len(names)
    assert not np.array_equal(outputs.seen[0], outputs.seen[1])
    for path, expected in zip(written, outputs.seen, strict=True):
        np.testing.assert_array_equal(_loaded(tmp_path / path, weights=weights).predict_on_batch(X), expected)


@pytest.mark.parametrize(("ending", "weights"), ENDINGS)
def test_the_best_model_is_the_one_that_stays(tmp_path, ending, weights):
    class Score(callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            logs["score"] = [0.2, 0.7, 0.1, 0.5][epoch]

    path = tmp_path / f"best{ending}"
    outputs = Outputs()
    checkpoint = callbacks.ModelCheckpoint(path, "score", save_best_only=True, save_weights_only=weights, mode="max")
    _model().fit(X, Y, epochs=4, verbose=0, callbacks=[Score(), outputs, checkpoint])
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
    np.testing.assert_array_equal(_loaded(path, weights=weights).predict_on_batch(X), outputs.seen[1])


@pytest.mark.parametrize(("ending", "weights"), ENDINGS)
def test_a_training_goes_on_from_a_checkpoint_as_if_never_broken_off(tmp_path, ending, weights):
    whole = _model()
    checkpoint = callbacks.ModelCheckpoint(tmp_path / f"{{epoch}}{ending}", save_weights_only=weights)
    arguments: dict[str, Any] = {"batch_size": 6, "shuffle": False, "verbose": 0}
    whole.fit(X, Y, epochs=4, callbacks=[checkpoint], **arguments)
    resumed = _loaded(tmp_path / f"2{ending}", weights=weights)
    history = resumed.fit(X, Y, initial_epoch=2, epochs=4, **arguments)
    assert history.epoch == [2, 3]
    for own, expected in zip(resumed.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_allclose(own, expected, rtol=1e-6, atol=1e-7)
