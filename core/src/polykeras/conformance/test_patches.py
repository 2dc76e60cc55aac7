"""`extract_patches_3d` is `extract_patches` with three sides."""

from __future__ import annotations

import numpy as np
import pytest

from polykeras import ops
from polykeras.plugins.errors import ShapeError


def test_one_number_is_for_all_sides() -> None:
    volumes = np.arange(64, dtype="float32").reshape(1, 4, 4, 4, 1)
    found = ops.convert_to_numpy(ops.image.extract_patches_3d(volumes, 2, padding="same"))
    np.testing.assert_array_equal(found, ops.convert_to_numpy(ops.extract_patches(volumes, (2, 2, 2), padding="same")))
    assert found[0, 0, 0, 1].tolist() == [2, 3, 6, 7, 18, 19, 22, 23]


def test_two_sides_are_refused() -> None:
    with pytest.raises(ShapeError, match="op `extract_patches_3d`"):
        ops.image.extract_patches_3d(ops.ones((1, 4, 4, 4, 1)), (2, 2))
