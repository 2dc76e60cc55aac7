"""Models fitted on Hugging Face datasets and Grain pipelines, against the same fit on NumPy arrays."""

from __future__ import annotations

from typing import Any

import datasets
import grain
import numpy as np
import pytest
from PIL import Image

import polykeras as keras

ROWS, SIZE = 18, 4
GENERATOR = np.random.default_rng(0)
PIXELS = GENERATOR.integers(0, 256, (ROWS, 4, 4, 1), "uint8")
AGE = GENERATOR.normal(size=ROWS).astype("float32")
LABEL = GENERATOR.integers(0, 3, ROWS)
WEIGHT = np.linspace(0.5, 1.5, ROWS).astype("float32")
IMAGES = datasets.Dataset.from_dict(
    {"image": [Image.fromarray(pixels[:, :, 0]) for pixels in PIXELS], "age": AGE, "label": LABEL, "weight": WEIGHT}
)
PAIRS = grain.MapDataset.source([(PIXELS[row, :, :, 0], LABEL[row]) for row in range(ROWS)])
NAMED = grain.MapDataset.source(
    [{"image": PIXELS[row, :, :, 0], "age": AGE[row : row + 1], "label": LABEL[row]} for row in range(ROWS)]
)
X, Y = PIXELS[:, :, :, 0], LABEL[:, None]


def _model(*, by_name: bool = False) -> Any:
    keras.utils.set_random_seed(5)
    image = keras.Input((4, 4), name="image")
    age = keras.Input((1,), name="age")
    scaled = keras.layers.Rescaling(1 / 255)(image)
    hidden = keras.layers.Dense(6, activation="tanh")(keras.layers.Flatten()(scaled))
    if by_name:
        hidden = keras.layers.Concatenate()([hidden, age])
    model = keras.Model({"age": age, "image": image} if by_name else image, keras.layers.Dense(3)(hidden))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, weighted_metrics=["accuracy"])
    return model


def _trained(x: Any, y: Any = None, weight: Any = None, *, by_name: bool = False, **options: Any) -> list[np.ndarray]:
    """Return what a fit has to tell, and the weights and predictions after it."""
    model = _model(by_name=by_name)
    options = {"batch_size": SIZE, **options}
    history = model.fit(x, y, sample_weight=weight, epochs=2, verbose=0, **options).history
    given = {"image": X, "age": AGE[:, None]} if by_name else X
    told = [np.asarray(values, "float32") for _, values in sorted(history.items())]
    return [*told, *model.get_weights(), model.predict(given, verbose=0)]


def _check(ours: list[np.ndarray], theirs: list[np.ndarray]) -> None:
    assert len(ours) == len(theirs)
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-5, atol=1e-5)


def test_a_dataset_trains_as_arrays_do() -> None:
    theirs = _trained(X, Y, validation_split=0.3)
    two = IMAGES.select_columns(["image", "label"])
    _check(_trained(two, validation_split=0.3), theirs)
    _check(_trained(IMAGES["image"], IMAGES["label"], validation_split=0.3), theirs)


def test_columns_bind_by_name() -> None:
    theirs = _trained({"image": X, "age": AGE[:, None]}, Y, WEIGHT, by_name=True, validation_split=0.3)
    _check(_trained(IMAGES, weight="weight", by_name=True, validation_split=0.3), theirs)
    _check(_trained(IMAGES, "label", WEIGHT, by_name=True, validation_split=0.3), theirs)


def test_a_stream_trains_as_arrays_in_order_do() -> None:
    source = IMAGES.to_iterable_dataset(num_shards=3)
    theirs = _trained({"image": X, "age": AGE[:, None]}, Y, WEIGHT, by_name=True, shuffle=False)
    _check(_trained(source, weight="weight", by_name=True, shuffle=False), theirs)


@pytest.mark.parametrize("shuffle", [True, False], ids=["shuffled", "in order"])
def test_samples_of_grain_train_as_arrays_do(shuffle: bool) -> None:
    _check(_trained(PAIRS, shuffle=shuffle), _trained(X, LABEL, shuffle=shuffle))
    theirs = _trained({"image": X, "age": AGE[:, None]}, LABEL, by_name=True, shuffle=shuffle)
    _check(_trained(NAMED, by_name=True, shuffle=shuffle), theirs)


def test_batches_of_grain_train_as_arrays_in_order_do() -> None:
    theirs = _trained(X, LABEL, shuffle=False)
    for source in (PAIRS.to_iter_dataset().batch(SIZE), PAIRS.batch(SIZE)):
        _check(_trained(source, shuffle=False, batch_size=None), theirs)
    _check(_trained(PAIRS.repeat(None).batch(SIZE), shuffle=False, batch_size=None, steps_per_epoch=3), _endless())


def _endless() -> list[np.ndarray]:
    rows = np.arange(6 * SIZE) % ROWS
    model = _model()
    losses = [
        model.fit(X[part], LABEL[part], batch_size=SIZE, shuffle=False, verbose=0).history for part in np.split(rows, 2)
    ]
    told = [np.asarray([one[name][0] for one in losses], "float32") for name in sorted(losses[0])]
    return [*told, *model.get_weights(), model.predict(X, verbose=0)]


def test_evaluation_and_prediction() -> None:
    model = _model()
    two = IMAGES.select_columns(["image", "label"])
    np.testing.assert_allclose(model.predict(two, verbose=0), model.predict(X, verbose=0), rtol=1e-5)
    for source in (two, two.to_iterable_dataset(), PAIRS.batch(SIZE), PAIRS.to_iter_dataset().batch(SIZE)):
        np.testing.assert_allclose(model.evaluate(source, verbose=0), model.evaluate(X, LABEL, verbose=0), rtol=1e-5)
    history = model.fit(two, validation_data=two.to_iterable_dataset(), verbose=0).history
    np.testing.assert_allclose(history["val_loss"], model.evaluate(X, LABEL, verbose=0)[0], rtol=1e-5)
