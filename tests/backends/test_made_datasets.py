"""Data sets from directories and series train on the backend, and images that are tensors are resized there."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

import polykeras as keras
from polykeras import ops, utils
from polykeras.preprocessing.image import smart_resize

PIXELS = np.random.default_rng(0).integers(0, 256, (12, 5, 7, 3), dtype="uint8")


@pytest.fixture
def folder(tmp_path):
    for number, pixels in enumerate(PIXELS):
        path = tmp_path / "ab"[number % 2] / f"{number}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(pixels).save(path)
    return tmp_path


def model(shape, units, **options):
    made = keras.Sequential([keras.Input(shape), keras.layers.Flatten(), keras.layers.Dense(units)])
    made.compile(optimizer="sgd", **options)
    return made


def test_images_train_as_their_arrays_do(folder):
    training, validation = utils.image_dataset_from_directory(
        folder, image_size=(4, 4), batch_size=3, label_mode="binary", seed=1, shuffle=False, validation_split=0.25,
        subset="both", verbose=False,
    )  # fmt: skip
    logs = []
    for source in (training, list(training)):
        utils.set_random_seed(5)
        net = model((4, 4, 3), 1, loss="mse")
        x = source if source is training else np.concatenate([batch for batch, _ in source]) / 1.0
        y = None if source is training else np.concatenate([labels for _, labels in source])
        history = net.fit(x, y, batch_size=3, epochs=2, shuffle=False, verbose=0, validation_data=validation)
        logs.append(history.history)
    assert logs[0].keys() == logs[1].keys() == {"loss", "val_loss"}
    for name, values in logs[0].items():
        np.testing.assert_allclose(values, logs[1][name], rtol=1e-5)


@pytest.mark.parametrize("workers", [1, 2])
def test_windows_train_the_same_with_any_number_of_workers(workers):
    series = np.sin(np.arange(60.0)).astype("float32")
    losses = []
    for _ in range(2):
        utils.set_random_seed(5)
        dataset = utils.timeseries_dataset_from_array(series, series[5:], 5, batch_size=8, shuffle=True, seed=2)
        dataset.workers = workers
        losses.append(model((5,), 1, loss="mse").fit(dataset, epochs=2, verbose=0).history["loss"])
    assert losses[0] == losses[1]


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
def test_tensors_are_resized_as_arrays_are(data_format):
    images = PIXELS if data_format == "channels_last" else PIXELS.transpose(0, 3, 1, 2)
    made = smart_resize(ops.convert_to_tensor(images.astype("float32")), (3, 4), data_format=data_format)
    expected = smart_resize(images.astype("float32"), (3, 4), data_format=data_format)
    np.testing.assert_allclose(ops.convert_to_numpy(made), expected, atol=1e-3)
