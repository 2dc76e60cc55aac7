"""The training provider: values, aux, gradients that nest, constants, shapes without values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import polykeras as keras
from polykeras import ops
from polykeras.backend.resolved import Backend
from polykeras.conformance.providers import native, values
from polykeras.plugins.info import TensorSpec


def test_value_aux_and_gradients(here: Backend) -> None:
    x, y = native(here, [1.0, 2.0]), native(here, [3.0, 5.0])
    (value, aux), gradients = here.training.value_and_grad(lambda a, b: (ops.sum(a * a * b), {"b": b}), [x, y])
    assert float(value) == 23.0
    np.testing.assert_array_equal(values(here, aux["b"]), [3.0, 5.0])
    np.testing.assert_allclose(values(here, gradients[0]), [6.0, 20.0])
    np.testing.assert_allclose(values(here, gradients[1]), [1.0, 4.0])


def test_calls_nest(here: Backend) -> None:
    x = native(here, [1.0, -2.0, 0.5])
    cube = here.training.value_and_grad

    def slope(a: Any) -> tuple[Any, Any]:
        (_, _), (gradient,) = cube(lambda b: (ops.sum(b * b * b), None), [a])
        return ops.sum(gradient * a), None  # sum(3 a^3)

    (value, _), (second,) = cube(slope, [x])
    host = np.array([1.0, -2.0, 0.5])
    np.testing.assert_allclose(float(value), (3 * host**3).sum(), rtol=1e-6)
    np.testing.assert_allclose(values(here, second), 9 * host**2, rtol=1e-6)


def test_unused_tensors_get_zeros_or_none(here: Backend) -> None:
    x, y = native(here, [1.0, 2.0]), native(here, [3.0])
    _, (used, unused) = here.training.value_and_grad(lambda a, _: (ops.sum(a), None), [x, y])
    np.testing.assert_array_equal(values(here, used), [1.0, 1.0])
    assert unused is None or values(here, unused).tolist() == [0.0]
    # A loss that depends on none of them.
    (value, _), (nothing,) = here.training.value_and_grad(lambda _: (native(here, 4.0), None), [x])
    assert float(value) == 4.0
    assert nothing is None or not values(here, nothing).any()
    # What users call gives zeros in any case.
    _, gradients = keras.value_and_grad(lambda a, _: ops.sum(a), argnums=(0, 1))(x, y)
    np.testing.assert_array_equal(values(here, gradients[1]), [0.0])


def test_stop_gradient_makes_a_constant(here: Backend) -> None:
    x = native(here, [2.0, 3.0])
    stop = here.training.stop_gradient
    _, (gradient,) = here.training.value_and_grad(lambda a: (ops.sum(a * stop(a)), None), [x])
    np.testing.assert_array_equal(values(here, gradient), [2.0, 3.0])
    np.testing.assert_array_equal(values(here, stop(x)), [2.0, 3.0])


ABSTRACT = [
    ("elementwise", ops.relu, [((None, 3), "float32")], ((None, 3), "float32")),
    ("matmul", ops.matmul, [((None, 4), "float32"), ((4, 3), "float32")], ((None, 3), "float32")),
    ("reduced", lambda x: ops.sum(x, axis=0), [((None, 3), "float32")], ((3,), "float32")),
    ("joined", lambda x: ops.concatenate([x, x]), [((None, 3), "int32")], ((None, 3), "int32")),
    ("transposed", ops.transpose, [((2, None, 5), "bfloat16")], ((5, None, 2), "bfloat16")),
    ("known", lambda x: ops.reshape(x, (-1,)), [((2, 3), "bool")], ((6,), "bool")),
    ("scalar", ops.exp, [((), "float32")], ((), "float32")),
]


@pytest.mark.parametrize(("fn", "specs", "expected"), [row[1:] for row in ABSTRACT], ids=[row[0] for row in ABSTRACT])
def test_abstract_evaluation_knows_what_can_be_known(here: Backend, fn: Any, specs: Any, expected: Any) -> None:
    result = here.training.abstract_eval(fn, [TensorSpec(*spec) for spec in specs])
    assert result == TensorSpec(*expected)


def test_abstract_evaluation_keeps_structures(here: Backend) -> None:
    spec = TensorSpec((None, 2), "float32")
    result = here.training.abstract_eval(lambda x, y: {"a": x, "b": [y, x + x]}, [spec, TensorSpec((3,), "int32")])
    assert result == {"a": spec, "b": [TensorSpec((3,), "int32"), spec]}
