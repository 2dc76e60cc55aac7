"""A file written on one backend is read on another."""

from __future__ import annotations

from importlib.metadata import entry_points

import numpy as np
import pytest

import polykeras as keras
from polykeras.saving import load_model
from tests.exchange import zoo

BACKENDS = sorted({point.name for point in entry_points(group="polykeras.backends")})
PAIRS = [(first, second) for first in BACKENDS for second in BACKENDS if first != second]


@pytest.fixture(scope="module")
def kinds():
    return zoo.classes(keras)


@pytest.mark.parametrize("name", ["sequential", "subclassed"])
@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_read_on_another_backend(first, second, name, kinds, tmp_path):
    with keras.use_backend(first):
        model = zoo.trained(keras, name, kinds)
        model.save(tmp_path / "a.keras")
        for ending in (".weights.h5", ".weights.safetensors"):
            model.save_weights(tmp_path / f"a{ending}")
        wanted = zoo.outputs(model, name)
        kept = [variable.numpy() for variable in (*model.variables, *model.optimizer.variables)]
    with keras.use_backend(second):
        other = load_model(tmp_path / "a.keras")
        assert {variable.backend_name for variable in other.weights} == {second}
        check(other, name, wanted, kept)
        for ending in (".weights.h5", ".weights.safetensors"):
            other.load_weights(tmp_path / f"a{ending}")
            check(other, name, wanted, kept)
        assert np.all(np.isfinite(zoo.train(other, name)))
    # A model keeps its backend, also when a file of another one is loaded into it.
    other.save_weights(tmp_path / "b.weights.h5")
    model.load_weights(tmp_path / "b.weights.h5")
    assert {variable.backend_name for variable in model.weights} == {first}


def check(model, name, wanted, kept):
    """Compare every bit that was kept, and the predictions of two frameworks."""
    for left, right in zip(kept, (*model.variables, *model.optimizer.variables), strict=True):
        np.testing.assert_array_equal(left, right.numpy())
    found = zoo.outputs(model, name)
    for key, value in wanted.items():
        np.testing.assert_allclose(found[key], value, rtol=2e-4, atol=2e-5)
