"""Derivatives in a direction: against the Jacobian by hand, inside gradients and steps, and of what they refuse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import polykeras as keras
from polykeras import ops
from polykeras.backend.resolved import Backend
from polykeras.conformance.case import Numbers
from polykeras.conformance.checking import host

real = Numbers("jvp").real
FIRST, SECOND = real(2, 3), real(3, 2)
ALONG_FIRST, ALONG_SECOND = real(2, 3), real(3, 2)


def test_structures(here: Backend) -> None:
    del here

    def products(a: Any, b: Any) -> Any:
        return {"product": ops.matmul(a, b), "sum": ops.sum(a)}

    value, slope = ops.jvp(products, (FIRST, SECOND), (ALONG_FIRST, ALONG_SECOND))
    np.testing.assert_allclose(host(value["product"]), FIRST @ SECOND, rtol=1e-5)
    np.testing.assert_allclose(
        host(slope["product"]), ALONG_FIRST @ SECOND + FIRST @ ALONG_SECOND, rtol=1e-4, atol=1e-5
    )
    assert float(slope["sum"]) == pytest.approx(ALONG_FIRST.sum(), rel=1e-5)


def test_what_the_output_does_not_depend_on(here: Backend) -> None:
    del here
    value, slope = ops.jvp(lambda a: (a * 2, ops.ones((2,))), [3.0], [1.0])
    assert [float(value[0]), float(slope[0])] == [6.0, 2.0]
    np.testing.assert_array_equal(host(slope[1]), [0.0, 0.0])


def test_aux(here: Backend) -> None:
    del here
    value, slope, aux = ops.jvp(lambda x: (x**3, {"count": ops.shape(x)}), [2.0], [0.5], has_aux=True)
    assert (float(value), float(slope), aux) == (8.0, 6.0, {"count": ()})


def test_inside_a_gradient(here: Backend) -> None:
    del here
    second = keras.grad(lambda x: ops.jvp(lambda y: y**3, (x,), (1.0,))[1])(2.0)
    assert float(second) == pytest.approx(12.0)


def test_inside_a_layer(here: Backend) -> None:
    del here

    class Slope(keras.layers.Layer):
        def call(self, x: Any) -> Any:
            return ops.jvp(ops.tanh, (x,), (ops.ones_like(x),))[1]

    inputs = keras.Input((3,))
    model = keras.Model(inputs, Slope()(inputs))
    assert model.output_shape == (None, 3)
    np.testing.assert_allclose(model.predict(FIRST, verbose=0), 1 - np.tanh(FIRST) ** 2, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("primals", "tangents", "error", "received"),
    [
        ((1.0,), (np.ones(3, "float32"),), ValueError, "float32[3]"),
        ((1.0,), (), ValueError, "tangents none"),
        (([1.0, 2.0],), ((1.0, 2.0),), ValueError, "float32[], float32[]"),
        ((1,), (1,), TypeError, "int32"),
    ],
)
def test_refusals(here: Backend, primals: Any, tangents: Any, error: type[Exception], received: str) -> None:
    del here
    with pytest.raises(error, match="`jvp`") as caught:
        ops.jvp(lambda x: x, primals, tangents)
    assert received in str(caught.value)


def test_integers_are_not_differentiated(here: Backend) -> None:
    del here
    with pytest.raises(TypeError, match="has_aux=True"):
        ops.jvp(lambda x: ops.cast(x, "int32"), [1.0], [1.0])
