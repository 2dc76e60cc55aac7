"""Operations that users derive, and functions of symbolic tensors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import polykeras as keras
from polykeras import ops
from polykeras.backend.resolved import Backend
from polykeras.conformance.checking import host


class Scaled(keras.Operation):
    """Multiplies by a number."""

    def __init__(self, factor: float, name: str | None = None) -> None:
        super().__init__(name=name)
        self.factor = factor

    def call(self, x: Any) -> Any:
        """Return ``factor * x``."""
        return ops.multiply(x, self.factor)


def test_operation(here: Backend) -> None:
    del here
    scaled = Scaled(3.0, name="scaled")
    np.testing.assert_array_equal(host(scaled(np.ones(2, "float32"))), [3.0, 3.0])
    assert scaled.get_config() == {"factor": 3.0, "name": "scaled"}
    assert Scaled.from_config(scaled.get_config()).factor == 3.0
    with pytest.raises(AttributeError, match="never called"):
        scaled.output  # noqa: B018 - raises
    x = keras.Input((2,))
    y = scaled(x)
    assert (y.shape, scaled.input is x, scaled.output is y) == ((None, 2), True, True)
    assert isinstance(keras.layers.Dense(1), keras.Operation)
    with pytest.raises(NotImplementedError, match="Define `call"):
        keras.Operation()(1.0)
    with pytest.raises(ValueError, match="cannot have this name"):
        Scaled(1.0, name="a/b")


def test_operation_in_a_model(here: Backend) -> None:
    del here
    scaled = Scaled(3.0)
    x = keras.Input((2,))
    model = keras.Model(x, scaled(scaled(x)))
    np.testing.assert_array_equal(host(model(np.ones((1, 2), "float32"))), [[9.0, 9.0]])
    with keras.utils.custom_object_scope({"Scaled": Scaled}):
        back = keras.models.model_from_json(model.to_json())
    np.testing.assert_array_equal(host(back(np.ones((1, 2), "float32"))), [[9.0, 9.0]])
    assert back.get_config() == model.get_config()
    with pytest.raises(ValueError, match="'Scaled'"):
        keras.models.model_from_json(model.to_json())


def test_function(here: Backend) -> None:
    del here
    a, b = keras.KerasTensor((None, 3)), keras.KerasTensor((None, 3))
    function = keras.Function([a, b], {"sum": ops.exp(a + b)}, name="f")
    x = np.array([[0.0, 1.0, -1.0]], "float32")
    np.testing.assert_allclose(host(function([x, x])["sum"]), np.exp(2 * x), rtol=1e-5)
    assert function([keras.KerasTensor((5, 3)), keras.KerasTensor((None, 3))])["sum"].shape[1] == 3
    assert function.compute_output_shape([(4, 3), (4, 3)]) == {"sum": (4, 3)}
    assert [str(one) for one in function.operations] == ["<op add>", "<op exp>"]
    assert (function.inputs, [one.shape for one in function.outputs]) == ([a, b], [(None, 3)])
    inside = keras.Model(given := keras.Input((3,)), function([given, given])["sum"])
    np.testing.assert_allclose(host(inside(x)), np.exp(2 * x), rtol=1e-5)


def test_function_refuses(here: Backend) -> None:
    del here
    a, b = keras.KerasTensor((None, 3)), keras.KerasTensor((None, 3))
    function = keras.Function([a, b], a + b)
    with pytest.raises(ValueError, match="1 tensors"):
        function([np.ones((1, 3))])
    with pytest.raises(ValueError, match=r"shape \(1, 2\)"):
        function([np.ones((1, 2)), np.ones((1, 3))])
    with pytest.raises(ValueError, match="not among its inputs"):
        keras.Function(a, a + b)
    with pytest.raises(NotImplementedError, match="Model"):
        function.get_config()
