"""One seed gives the same initial weights and, in float64, the same training on every backend."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import polykeras as keras
from polykeras.plugins.discovery import backend_names

STEPS = 20


def _convnet(dtype: str) -> Any:
    conv = {"kernel_size": (3, 3), "activation": "relu", "dtype": dtype}
    return keras.Sequential(
        [
            keras.Input((12, 12, 1), dtype=dtype),
            keras.layers.Conv2D(6, **conv),
            keras.layers.Conv2D(6, **conv),
            keras.layers.MaxPooling2D((2, 2), dtype=dtype),
            keras.layers.Conv2D(8, **conv),
            keras.layers.GlobalAveragePooling2D(dtype=dtype),
            keras.layers.Dense(10, activation="softmax", dtype=dtype),
        ]
    )


def _residual(dtype: str) -> Any:
    inputs = keras.Input((12,), dtype=dtype)
    x = keras.layers.Dense(16, dtype=dtype)(inputs)
    for _ in range(3):
        y = keras.layers.BatchNormalization(dtype=dtype)(x)
        y = keras.layers.Dense(16, activation="relu", dtype=dtype)(y)
        x = keras.layers.Add(dtype=dtype)([x, y])
    return keras.Model(inputs, keras.layers.Dense(10, activation="softmax", dtype=dtype)(x))


def _train(name: str, make: Any, shape: tuple[int, ...], dtype: str) -> tuple[list[Any], list[Any], list[float]]:
    with keras.use_backend(name):
        keras.utils.set_random_seed(3)
        model = make(dtype)
        draw = np.random.default_rng(0)
        x = draw.normal(size=(STEPS * 8, *shape)).astype(dtype)
        y = draw.integers(0, 10, STEPS * 8)
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        start = model.get_weights()
        losses: list[float] = []

        class Record(keras.callbacks.Callback):
            def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
                losses.append(logs["loss"])

        model.fit(x, y, batch_size=8, epochs=1, verbose=0, callbacks=[Record()])
        assert len(losses) == STEPS
        return start, model.get_weights(), losses


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-6), ("float32", 1e-3)])
@pytest.mark.parametrize(("make", "shape"), [(_convnet, (12, 12, 1)), (_residual, (12,))])
def test_training_agrees(make: Any, shape: tuple[int, ...], dtype: str, tolerance: float) -> None:
    runs = {name: _train(name, make, shape, dtype) for name in backend_names()}
    assert len(runs) > 1
    reference = next(iter(runs.values()))
    assert all(weight.dtype == dtype for weight in reference[1])
    for name, (start, end, losses) in runs.items():
        for own, other in zip(start, reference[0], strict=True):
            np.testing.assert_array_equal(own, other, err_msg=name)
        np.testing.assert_allclose(losses, reference[2], rtol=0, atol=tolerance, err_msg=name)
        for own, other in zip(end, reference[1], strict=True):
            np.testing.assert_allclose(own, other, rtol=0, atol=tolerance, err_msg=name)
