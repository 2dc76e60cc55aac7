"""Models fitted on Arrow tables, streams and polars frames, against the same fit on NumPy arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.dataset
import pytest

import polykeras as keras

ROWS, SIZE = 22, 4
GENERATOR = np.random.default_rng(0)
A, B = GENERATOR.normal(size=(2, ROWS)).astype("float32")
Y = (A - B > 0).astype("int32")
WEIGHT = np.linspace(0.5, 1.5, ROWS).astype("float32")
X = np.stack([A, B], axis=1)
TABLE = pa.table({"a": A, "b": B, "y": Y, "weight": WEIGHT})
CHUNKS = pa.concat_tables([TABLE[:5], TABLE[5:6], TABLE[6:]])
FRAME = pl.from_arrow(CHUNKS, rechunk=False)


def _model(*, by_name: bool = False) -> Any:
    keras.utils.set_random_seed(3)
    if by_name:
        inputs: Any = {name: keras.Input((1,), name=name) for name in ("b", "a")}
        first: Any = keras.layers.Concatenate()([inputs["a"], inputs["b"]])
    else:
        first = inputs = keras.Input((2,))
    model = keras.Model(inputs, keras.layers.Dense(2)(keras.layers.Dense(5, activation="tanh")(first)))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, metrics=["accuracy"], weighted_metrics=["accuracy"])
    return model


def _trained(x: Any, y: Any = None, weight: Any = None, *, by_name: bool = False, **options: Any) -> list[np.ndarray]:
    """Return what a fit has to tell, and the weights and predictions after it."""
    model = _model(by_name=by_name)
    history = model.fit(x, y, sample_weight=weight, batch_size=SIZE, epochs=2, verbose=0, **options).history
    given = {"a": A[:, None], "b": B[:, None]} if by_name else X
    told = [np.asarray(values, "float32") for _, values in sorted(history.items())]
    return [*told, *model.get_weights(), model.predict(given, verbose=0)]


def _check(ours: list[np.ndarray], theirs: list[np.ndarray]) -> None:
    assert len(ours) == len(theirs)
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("source", [TABLE, CHUNKS, FRAME, FRAME.lazy()], ids=["table", "chunks", "frame", "lazy"])
def test_tables_train_as_arrays_do(source: Any) -> None:
    theirs = _trained(X, Y[:, None], WEIGHT, validation_split=0.3)
    _check(_trained(source, "y", "weight", validation_split=0.3), theirs)


def test_inputs_beside_arrays_and_columns_of_targets() -> None:
    source = CHUNKS.select(["a", "b"])
    theirs = _trained(X, Y[:, None])
    _check(_trained(source, Y), theirs)
    _check(_trained(source, CHUNKS["y"]), theirs)
    _check(_trained(pl.from_arrow(source), FRAME["y"]), theirs)


@pytest.mark.parametrize("source", [TABLE, CHUNKS, FRAME], ids=["table", "chunks", "frame"])
def test_columns_bind_by_name(source: Any) -> None:
    theirs = _trained({"b": B[:, None], "a": A[:, None]}, Y[:, None], WEIGHT, by_name=True)
    _check(_trained(source, "y", "weight", by_name=True), theirs)


def test_a_dataset_trains_as_arrays_in_order_do() -> None:
    source = pyarrow.dataset.dataset(CHUNKS)
    theirs = _trained(X, Y[:, None], WEIGHT, shuffle=False)
    _check(_trained(source, "y", "weight"), theirs)
    model = _model()
    scores = model.evaluate(source, "y", sample_weight="weight", verbose=0)
    np.testing.assert_allclose(scores, model.evaluate(X, Y, sample_weight=WEIGHT, verbose=0, batch_size=SIZE), 1e-5)


def test_validation_data_and_prediction() -> None:
    model = _model()
    history = model.fit(FRAME, "y", sample_weight="weight", validation_data=(CHUNKS, "y", "weight"), verbose=0).history
    expected = model.evaluate(X, Y, sample_weight=WEIGHT, verbose=0)
    np.testing.assert_allclose(history["val_loss"][-1], expected[0], rtol=1e-5)
    np.testing.assert_allclose(model.predict(FRAME.select("a", "b"), verbose=0), model.predict(X, verbose=0), rtol=1e-5)
