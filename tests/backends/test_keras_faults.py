"""Faults of Keras 3.15.1 that Polykeras was built without, each held on every backend.

Here stand those that no other module holds. The others:

| fault of Keras | held in |
| --- | --- |
| `u.assign(u + 1)` in `call` raises on torch | `test_state_traps.py` |
| state written in a `scan` leaks a tracer | `polykeras.conformance.test_state` |
| a step counter in Python recompiles or freezes | `polykeras.conformance.test_steps` |
| a custom `train_step` has another signature on JAX | `test_custom_steps.py` |
| one backend in a process | `tests/cross/test_backends_together.py`, `test_to_backend.py` |
| initial weights and shuffles differ by backend | `tests/cross/test_equal_training.py` |
| importing loads JAX and writes a file | `tests/core/test_import.py`, `polykeras.conformance.test_lazy_import` |
| `KERAS_BACKEND` kills TensorFlow | `tests/cross/test_tensorflow_step.py`, `tests/packaging/test_stranger.py` |
| a model file runs code, reaches elsewhere, exhausts memory | `saving/`, `tests/core/saving` |
| a suite for authors of backends is missing | `polykeras.conformance` |
"""

from __future__ import annotations

import numpy as np
import pytest

import polykeras as keras
from polykeras import ops
from polykeras.backend.current import current
from polykeras.plugins import TensorSpec

SLICES = {
    "every tenth": (lambda x: x[:, ::10], (None, None, 3)),
    "the first 64": (lambda x: x[:, :64], (None, None, 3)),
    "all but the last": (lambda x: x[:, :-1], (None, None, 3)),
    "one": (lambda x: x[:, 5], (None, 3)),
    "of a known axis": (lambda x: x[..., ::2], (None, None, 2)),
    "in a row": (lambda x: ops.reshape(x, (-1, 3)), (None, 3)),
    "side by side": (lambda x: ops.concatenate([x, x], axis=1), (None, None, 3)),
}


@pytest.mark.parametrize("name", SLICES)
def test_what_is_unknown_stays_unknown(name):
    function, shape = SLICES[name]
    assert function(keras.KerasTensor((None, None, 3))).shape == shape


@pytest.mark.parametrize("name", SLICES)
def test_what_is_unknown_stays_unknown_in_a_layer(name):
    function, shape = SLICES[name]

    class Slicing(keras.layers.Layer):
        def call(self, x):
            return function(x)

    inputs = keras.Input((None, 3))
    model = keras.Model(inputs, Slicing()(inputs))
    assert model.output_shape == shape
    # Sizes that a probe might have taken for the unknown ones.
    for length in (64, 89, 131):
        assert model(np.zeros((2, length, 3), "float32")).shape == function(np.zeros((2, length, 3), "float32")).shape


@pytest.mark.parametrize("name", SLICES)
def test_what_is_unknown_stays_unknown_to_the_framework(name):
    function, shape = SLICES[name]
    found = current().training.abstract_eval(function, [TensorSpec((None, None, 3), "float32")])
    # Less may be known than by the rules, and nothing else.
    assert len(found.shape) == len(shape)
    assert all(size in (None, known) for size, known in zip(found.shape, shape, strict=True))


def test_seeds_share_no_draw():
    draws = set()
    for seed in range(25):
        generator = keras.random.SeedGenerator(seed)
        for _ in range(8):
            draws.add(np.asarray(ops.convert_to_numpy(keras.random.normal((4,), seed=generator))).tobytes())
    assert len(draws) == 25 * 8


def test_seeds_share_no_draw_inside_of_a_step():
    class Drawing(keras.Model):
        def __init__(self):
            super().__init__()
            self.seeds = [keras.random.SeedGenerator(seed) for seed in range(4)]

        def predict_step(self, data):
            return [keras.random.normal((1, 4), seed=seed) for seed in self.seeds]

    outputs = Drawing().predict(np.zeros((5, 1)), batch_size=1, verbose=0)
    assert len({row.tobytes() for output in outputs for row in output}) == 4 * 5


def by_name():
    first, second = keras.Input((2,), name="first"), keras.Input((3,), name="second")
    joined = keras.layers.Concatenate()([3 * keras.layers.Dense(1, use_bias=False)(first), second])
    model = keras.Model({"second": second, "first": first}, joined)
    model.compile("sgd", "mse")
    return model


A, B = np.full((4, 2), 1.0, "float32"), np.full((4, 3), 2.0, "float32")
WRONG = {
    "a missing key": ({"first": A}, "second"),
    "an extra key": ({"first": A, "second": B, "third": A}, "third"),
    "a misspelt key": ({"first": A, "secnd": B}, "secnd"),
}


@pytest.mark.parametrize("order", [("first", "second"), ("second", "first")])
def test_dicts_bind_by_key(order):
    model, data = by_name(), {"first": A, "second": B}
    given = {key: data[key] for key in order}
    expected = np.concatenate([3 * A @ model.get_weights()[0], B], axis=1)
    np.testing.assert_allclose(ops.convert_to_numpy(model(given)), expected, rtol=1e-5)
    np.testing.assert_allclose(model.predict(given, verbose=0), expected, rtol=1e-5)
    assert model.evaluate(given, expected, verbose=0) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("how", ["call", "predict", "fit"])
@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_key_is_an_error_that_names_it(name, how):
    given, key = WRONG[name]
    model = by_name()
    before = model.get_weights()
    calls = {
        "call": lambda: model(given),
        "predict": lambda: model.predict(given, verbose=0),
        "fit": lambda: model.fit(given, np.zeros((4, 4), "float32"), verbose=0),
    }
    with pytest.raises((ValueError, KeyError), match=key) as caught:
        calls[how]()
    assert "first" in str(caught.value)
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
