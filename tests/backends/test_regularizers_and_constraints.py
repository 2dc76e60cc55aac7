"""Values of regularizers and constraints on the backend of this run, against formulas in NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from polykeras import ops
from polykeras.constraints import MaxNorm, MinMaxNorm, NonNeg, UnitNorm
from polykeras.ops.keras_tensor import KerasTensor
from polykeras.regularizers import L1, L1L2, L2, OrthogonalRegularizer

W = np.array([[3.0, 4.0, 0.0], [0.0, -2.0, 0.0]], "float32")
ROOT20 = np.sqrt(20.0)

PENALTIES = [
    (L1(0.1), 0.9),
    (L2(0.1), 2.9),
    (L1L2(0.1, 0.1), 3.8),
    (L1L2(), 0.0),
    # Cosine of the two rows: -8 / (5 * 2).
    (OrthogonalRegularizer(0.5), 0.5 * 0.8),
    # Three columns, three pairs; a column of zeros is orthogonal to all.
    (OrthogonalRegularizer(1.0, "columns"), 12 / (3 * ROOT20) / 3),
]


@pytest.mark.parametrize(("regularizer", "penalty"), PENALTIES)
def test_penalties(regularizer, penalty):
    got = ops.convert_to_numpy(regularizer(ops.convert_to_tensor(W)))
    assert got.shape == ()
    assert got.dtype == "float32"
    assert got == pytest.approx(penalty, rel=1e-6)


def test_one_row_has_no_pair():
    assert ops.convert_to_numpy(OrthogonalRegularizer()(np.ones((1, 3), "float32"))) == 0


def test_only_matrices_have_rows():
    with pytest.raises(ValueError, match="rank 3"):
        OrthogonalRegularizer()(np.ones((2, 2, 2), "float32"))
    with pytest.raises(ValueError, match="static shape"):
        OrthogonalRegularizer()(KerasTensor((None, 3)))


RULES = [
    (MaxNorm(2), [[2, 8 / ROOT20, 0], [0, -4 / ROOT20, 0]]),
    (MaxNorm(2, axis=[0, 1]), W * 2 / np.sqrt(29)),
    (MaxNorm(9), W),
    (NonNeg(), [[3, 4, 0], [0, 0, 0]]),
    (UnitNorm(), [[1, 4 / ROOT20, 0], [0, -2 / ROOT20, 0]]),
    (UnitNorm(axis=1), [[0.6, 0.8, 0], [0, -1, 0]]),
    (MinMaxNorm(5, 6), [[5, 20 / ROOT20, 0], [0, -10 / ROOT20, 0]]),
    # Half way from norms 3 and sqrt(20) to 2.
    (MinMaxNorm(1, 2, 0.5), [[2.5, 4 * (0.5 + 1 / ROOT20), 0], [0, -2 * (0.5 + 1 / ROOT20), 0]]),
]


@pytest.mark.parametrize(("constraint", "wanted"), RULES)
def test_rules(constraint, wanted):
    got = ops.convert_to_numpy(constraint(ops.convert_to_tensor(W)))
    assert got.dtype == "float32"
    np.testing.assert_allclose(got, np.asarray(wanted), rtol=1e-6, atol=1e-6)
