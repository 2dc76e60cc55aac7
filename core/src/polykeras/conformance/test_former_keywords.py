"""Ops take the keywords of former versions, and no others."""

from __future__ import annotations

import numpy as np
import pytest

from polykeras import KerasTensor, ops
from polykeras.plugins.errors import ShapeError

X = np.arange(6, dtype="float32").reshape(2, 3)


def test_the_former_name_of_the_classes() -> None:
    expected = ops.convert_to_numpy(ops.multi_hot([1, 2], 4))
    np.testing.assert_array_equal(ops.convert_to_numpy(ops.multi_hot([1, 2], num_tokens=4)), expected)
    assert ops.multi_hot(KerasTensor((None, 3), "int32"), num_tokens=4).shape == (None, 4)


def test_classes_have_to_be_counted() -> None:
    with pytest.raises(ShapeError, match="num_classes=None"):
        ops.multi_hot([1, 2])


def test_scaling_that_is_off_means_nothing() -> None:
    expected = ops.convert_to_numpy(ops.layer_normalization(X))
    np.testing.assert_array_equal(ops.convert_to_numpy(ops.layer_normalization(X, rms_scaling=False)), expected)
    with pytest.raises(ValueError, match="rms_normalization"):
        ops.layer_normalization(X, rms_scaling=True)


@pytest.mark.parametrize("op", ["layer_normalization", "multi_hot"])
def test_a_name_that_never_was(op: str) -> None:
    with pytest.raises(TypeError, match=rf"`{op}` has no such argument(.|\n)*turbo=True"):
        getattr(ops, op)(X, turbo=True)
