"""A compiled step is kept while it fits the model, and made anew when the model has changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import polykeras as k

X = np.linspace(-1.0, 1.0, 12, dtype="float32").reshape(3, 4)


def chain(*units: int) -> k.Sequential:
    """Return a chain of dense layers over rows of four numbers."""
    return k.Sequential([k.Input((4,)), *(k.layers.Dense(n, kernel_initializer="ones") for n in units)])


class Switch(k.Model):
    """Calls whichever layer is its `head`."""

    def __init__(self) -> None:
        super().__init__()
        self.head = k.layers.Dense(1, kernel_initializer="ones")

    def call(self, inputs: Any) -> Any:
        return self.head(inputs)


def add_layer(model: Any) -> None:
    model.add(k.layers.Dense(1, kernel_initializer=k.initializers.Constant(2.0)))


def pop_layer(model: Any) -> None:
    model.pop()


def set_weights(model: Any) -> None:
    model.set_weights([weight + 1.0 for weight in model.get_weights()])


def replace_head(model: Any) -> None:
    model.head = k.layers.Dense(1, kernel_initializer=k.initializers.Constant(3.0))
    model.head.build((None, 4))


CHANGES: list[tuple[Callable[[], Any], Callable[[Any], None], Callable[[np.ndarray], np.ndarray]]] = [
    (lambda: chain(1), add_layer, lambda x: 2.0 * x.sum(1, keepdims=True)),
    (lambda: chain(1, 5), pop_layer, lambda x: x.sum(1, keepdims=True)),
    (lambda: chain(1), set_weights, lambda x: 2.0 * x.sum(1, keepdims=True) + 1.0),
    (Switch, replace_head, lambda x: 3.0 * x.sum(1, keepdims=True)),
]


@pytest.mark.parametrize(("make", "change", "expected"), CHANGES, ids=[change.__name__ for _, change, _ in CHANGES])
def test_predict_sees_a_changed_model(
    make: Callable[[], Any], change: Callable[[Any], None], expected: Callable[[np.ndarray], np.ndarray]
) -> None:
    model = make()
    model.predict(X, verbose=0)
    change(model)
    np.testing.assert_allclose(model.predict(X, verbose=0), expected(X), rtol=1e-5, atol=1e-6)
    # And weights set after the second compilation are not constants of it.
    model.set_weights([np.zeros_like(weight) for weight in model.get_weights()])
    np.testing.assert_array_equal(model.predict(X, verbose=0), np.zeros_like(expected(X)))


def test_a_step_is_kept_while_other_models_come_and_go() -> None:
    model = chain(2)
    model.predict(X, verbose=0)
    step = model.make_predict_function()
    chain(3).predict(X, verbose=0)
    assert model.make_predict_function() is step
    assert model.make_predict_function(force=True) is not step


def test_a_variable_frozen_directly_stays_as_it_is() -> None:
    model = chain(3, 1)
    model.compile("sgd", "mse")
    y = np.ones((3, 1), "float32")
    model.fit(X, y, verbose=0)
    frozen = model.layers[0].kernel
    frozen.trainable = False
    before = frozen.numpy()
    model.fit(X, y, verbose=0)
    np.testing.assert_array_equal(frozen.numpy(), before)
