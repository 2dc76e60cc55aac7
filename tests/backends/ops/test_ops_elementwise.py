"""Ops of the family `elementwise`: NumPy's values, inferred dtypes and shapes, gradients."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import polykeras
from polykeras import ops
from tests.backends.ops import checking
from tests.backends.ops.cases import ELEMENTWISE, Case, smooth


@pytest.mark.parametrize("case", ELEMENTWISE, ids=lambda case: case.name)
def test_values(case: Case) -> None:
    checking.check_value(case)


@pytest.mark.parametrize("case", ELEMENTWISE, ids=lambda case: case.name)
def test_inferred_shape_and_dtype(case: Case) -> None:
    checking.check_inferred(case)


@pytest.mark.parametrize("case", [case for case in ELEMENTWISE if case.unknown], ids=lambda case: case.name)
def test_unknown_sizes(case: Case) -> None:
    checking.check_unknown(case)


@pytest.mark.parametrize("case", smooth(ELEMENTWISE), ids=lambda case: case.name)
def test_gradients(case: Case) -> None:
    checking.check_gradient(case)


def test_gradient_of_divide_no_nan_by_zero_is_zero() -> None:
    def quotient(x1: Any, x2: Any) -> Any:
        return ops.sum(ops.divide_no_nan(x1, x2))

    _, gradients = polykeras.value_and_grad(quotient, argnums=(0, 1))(np.ones(2, "float32"), np.zeros(2, "float32"))
    assert [ops.convert_to_numpy(gradient).tolist() for gradient in gradients] == [[0, 0], [0, 0]]


def test_no_gradient_passes_stop_gradient() -> None:
    x = np.array([1.0, 2.0], dtype="float32")
    _, gradient = polykeras.value_and_grad(lambda x: ops.sum(ops.multiply(x, ops.stop_gradient(x))))(x)
    assert ops.convert_to_numpy(gradient).tolist() == x.tolist()
