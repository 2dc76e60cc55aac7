"""Ops of the family `indexing`: NumPy's values, inferred dtypes and shapes, gradients."""

from __future__ import annotations

import pytest

from tests.backends.ops import checking
from tests.backends.ops.cases import INDEXING, Case, smooth


@pytest.mark.parametrize("case", INDEXING, ids=lambda case: case.name)
def test_values(case: Case) -> None:
    checking.check_value(case)


@pytest.mark.parametrize("case", INDEXING, ids=lambda case: case.name)
def test_inferred_shape_and_dtype(case: Case) -> None:
    checking.check_inferred(case)


@pytest.mark.parametrize("case", [case for case in INDEXING if case.unknown], ids=lambda case: case.name)
def test_unknown_sizes(case: Case) -> None:
    checking.check_unknown(case)


@pytest.mark.parametrize("case", smooth(INDEXING), ids=lambda case: case.name)
def test_gradients(case: Case) -> None:
    checking.check_gradient(case)
