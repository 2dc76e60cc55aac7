"""One table: every kind of source on every backend gives the numbers that arrays give."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import polykeras as keras
from polykeras.plugins.discovery import backend_names
from tests.cross.sources.kinds import KINDS, Kind, Samples

TOLERANCE = 1e-5
DRAW = np.random.default_rng(0)
X = DRAW.normal(size=(10, 3)).astype("float32")
Y = DRAW.integers(0, 3, 10)
WEIGHT = np.linspace(0.5, 2.0, 10).astype("float32")
TRAIN = Samples(X, Y)
HELD_OUT = Samples(X[::-1][:7] * 0.5, Y[:7])
NAMED = Samples({"b": X[:, 1:2], "a": X[:, :1]}, Y)  # keys in no order
CLASSES = {0: 1.0, 1: 3.0, 2: 0.25}
ARRAYS = KINDS[0]


@functools.cache
def _model(name: str, *, named: bool) -> Any:
    """Return a model of a backend, compiled once for all of the table."""
    with keras.use_backend(name):
        if named:
            inputs: Any = {key: keras.Input((1,), name=key) for key in ("a", "b")}
            x = keras.layers.Concatenate()([inputs["a"], inputs["b"] * 2.0])
            model = keras.Model(inputs, keras.layers.Dense(3, activation="softmax")(x))
        else:
            model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(3, activation="softmax")])
        model.compile(keras.optimizers.SGD(0.5), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def _fresh(name: str, *, named: bool = False) -> Any:
    model = _model(name, named=named)
    draw = np.random.default_rng(1)
    model.set_weights([draw.normal(size=weight.shape) for weight in model.get_weights()])
    keras.utils.set_random_seed(5)
    return model


def _trained(model: Any, source: dict[str, Any], **options: Any) -> dict[str, Any]:
    options = {"epochs": 2, "shuffle": False, "verbose": 0, **options}
    history = model.fit(**source, **options).history
    return {**history, "weights": np.concatenate([weight.ravel() for weight in model.get_weights()])}


def fit(name: str, kind: Kind) -> Any:
    return _trained(_fresh(name), kind.source(TRAIN))


def evaluate(name: str, kind: Kind) -> Any:
    return _fresh(name).evaluate(**kind.source(TRAIN), verbose=0, return_dict=True)


def predict(name: str, kind: Kind) -> Any:
    outputs = _fresh(name).predict(**kind.source(Samples(X)), verbose=0)
    assert outputs.shape == (10, 3)  # the last batch is there, and no longer than it was
    return {"outputs": outputs}


def validation(name: str, kind: Kind) -> Any:
    source = kind.source(HELD_OUT)
    held_out = (source["x"], source["y"]) if "y" in source else source["x"]
    size = {"validation_batch_size": source["batch_size"]} if kind.rows else {}
    history = _trained(_fresh(name), kind.source(TRAIN), validation_data=held_out, **size)
    assert {"val_loss", "val_accuracy"} <= set(history)
    return history


def validation_split(name: str, kind: Kind) -> Any:
    if kind.rows:
        return _trained(_fresh(name), kind.source(TRAIN), validation_split=0.3)
    with pytest.raises(ValueError, match="cannot be split"):
        _trained(_fresh(name), kind.source(TRAIN), validation_split=0.3)
    return None


def unknown_length(name: str, kind: Kind) -> Any:
    source = (kind.unknown or kind.source)(TRAIN)
    return _trained(_fresh(name), source)


def unknown_length_with_steps(name: str, kind: Kind) -> Any:
    # Epochs of two steps go on where the last one stopped, and begin anew at the end.
    source = (kind.unknown or kind.source)(TRAIN)
    return _trained(_fresh(name), source, steps_per_epoch=2, epochs=3)


def dict_inputs(name: str, kind: Kind) -> Any:
    return _trained(_fresh(name, named=True), kind.source(NAMED))


def sample_weights(name: str, kind: Kind) -> Any:
    return _trained(_fresh(name), kind.source(Samples(X, Y, WEIGHT)))


def class_weights(name: str, kind: Kind) -> Any:
    return _trained(_fresh(name), kind.source(TRAIN), class_weight=CLASSES)


def both_weights(name: str, kind: Kind) -> Any:
    return _trained(_fresh(name), kind.source(Samples(X, Y, WEIGHT)), class_weight=CLASSES)


QUESTIONS: list[Callable[[str, Kind], Any]] = [
    fit,
    evaluate,
    predict,
    validation,
    validation_split,
    unknown_length,
    unknown_length_with_steps,
    dict_inputs,
    sample_weights,
    class_weights,
    both_weights,
]


@functools.cache
def _expected(question: Callable[[str, Kind], Any]) -> Any:
    return question(backend_names()[0], ARRAYS)


def _check(ours: Any, theirs: Any, tolerance: float) -> None:
    assert list(ours) == list(theirs)
    for name, value in theirs.items():
        np.testing.assert_allclose(ours[name], value, rtol=tolerance, atol=tolerance, err_msg=name)


@pytest.mark.parametrize("name", backend_names())
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.__name__)
def test_a_source_gives_what_arrays_give(question: Callable[[str, Kind], Any], kind: Kind, name: str) -> None:
    answer = question(name, kind)
    if answer is not None:
        _check(answer, _expected(question), TOLERANCE)


@pytest.mark.parametrize("name", backend_names())
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_one_seed_gives_one_order(kind: Kind, name: str) -> None:
    make = kind.shuffled or kind.source
    first, again = (_trained(_fresh(name), make(TRAIN), shuffle=True, epochs=3) for _ in range(2))
    _check(again, first, 0.0)
    model = _fresh(name)
    keras.utils.set_random_seed(6)
    other = _trained(model, make(TRAIN), shuffle=True, epochs=3)
    assert not np.allclose(other["weights"], first["weights"], atol=TOLERANCE)
    if kind.rows:
        _check(first, _trained(_fresh(name), ARRAYS.source(TRAIN), shuffle=True, epochs=3), TOLERANCE)
