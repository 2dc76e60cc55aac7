"""Bad input is refused early, with what failed, what came, what is allowed and what to do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import polykeras as keras

X = np.ones((6, 4), "float32")
Y = np.array([0, 1, 2, 0, 1, 2])


def _model() -> Any:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    return model


def _refused_metric() -> None:
    model = _model()
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracyy"])
    model.fit(X, Y, verbose=0)


CASES: dict[str, tuple[Any, type[Exception], str]] = {
    "wrong width": (lambda: _model().fit(np.ones((6, 5)), Y, verbose=0), ValueError, r"\(.*, 5\)"),
    "wrong rank": (lambda: _model().fit(np.ones((6, 2, 4)), Y, verbose=0), ValueError, "Allowed"),
    "label too large": (lambda: _model().fit(X, Y + 1, verbose=0), ValueError, "1 to 3"),
    "label negative": (lambda: _model().fit(X, Y - 1, verbose=0), ValueError, "-1 to 1"),
    "lengths differ": (lambda: _model().fit(X, Y[:5], verbose=0), ValueError, "x: 6; y: 5"),
    "empty": (lambda: _model().fit(X[:0], Y[:0], verbose=0), ValueError, "0 samples"),
    "no data": (lambda: _model().fit(verbose=0), ValueError, "x=None"),
    "not compiled": (
        lambda: keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)]).fit(X, Y),
        ValueError,
        "compile",
    ),
    "evaluate not compiled": (
        lambda: keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)]).evaluate(X, Y),
        ValueError,
        "compile",
    ),
    "batch size": (lambda: _model().fit(X, Y, batch_size=0, verbose=0), ValueError, "batch_size=0"),
    "split": (lambda: _model().fit(X, Y, validation_split=1.5, verbose=0), ValueError, "validation_split=1.5"),
    "unknown source": (lambda: _model().fit(object(), verbose=0), TypeError, "adapter"),
    "unknown loss": (lambda: _model().compile("sgd", "mze"), ValueError, "mse"),
    "unknown optimizer": (lambda: _model().compile("adm"), ValueError, "adam"),
    "unknown metric": (_refused_metric, ValueError, "accuracyy"),
    "unknown layer argument": (lambda: keras.layers.Dense(3, unit=4), ValueError, "unit=4"),
    "unknown activation": (lambda: keras.layers.Dense(3, activation="rellu"), ValueError, "relu"),
    "unknown backend": (lambda: keras.set_backend("no-such-backend"), LookupError, "no-such-backend"),
}


@pytest.mark.parametrize("case", CASES)
def test_refused(case: str) -> None:
    act, kind, told = CASES[case]
    with pytest.raises(kind, match=told) as caught:
        act()
    text = str(caught.value)
    assert "Received" in text or "asked for by" in text or "is called" in text
    assert "Allowed" in text or "Installed" in text or "Known" in text
    assert text.rstrip().endswith(".")


def test_a_refused_fit_loses_nothing() -> None:
    model = _model()
    model.fit(X, Y, verbose=0)
    before = model.get_weights()
    with pytest.raises(ValueError, match="labels"):
        model.fit(X, Y + 5, verbose=0)
    for own, old in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(own, old)
    model.fit(X, Y, verbose=0)
