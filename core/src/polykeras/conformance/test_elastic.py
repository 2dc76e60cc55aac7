"""Images pulled out of shape at random: how far, how smoothly, and equal for equal seeds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import polykeras as keras
from polykeras import ops
from polykeras.plugins.errors import ShapeError

_RAMP = np.broadcast_to(np.arange(12, dtype="float32")[None, None, :, None], (2, 10, 12, 1)).copy()


def _numbers(x: object) -> np.ndarray:
    return np.asarray(ops.convert_to_numpy(x))


def test_no_distance_moves_nothing() -> None:
    np.testing.assert_allclose(_numbers(ops.elastic_transform(_RAMP, alpha=0.0, seed=1)), _RAMP, atol=1e-5)


def test_equal_seeds_move_alike() -> None:
    first, again, other = (_numbers(ops.elastic_transform(_RAMP, 10.0, 2.0, seed=seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 0.01


def test_every_image_has_a_field_of_its_own() -> None:
    one, two = _numbers(ops.elastic_transform(_RAMP, 10.0, 2.0, seed=1))
    assert np.abs(one - two).max() > 0.01


def test_a_generator_moves_on() -> None:
    seed = keras.random.SeedGenerator(3)
    first, second = (_numbers(ops.elastic_transform(_RAMP, 10.0, 2.0, seed=seed)) for _ in range(2))
    assert np.abs(first - second).max() > 0.01


def test_moves_grow_with_alpha_and_are_smooth() -> None:
    # On a ramp the value is the place that a pixel was looked up at; away from the sides nothing is cut off.
    near, far = (_numbers(ops.elastic_transform(_RAMP, alpha, 2.0, seed=1)) - _RAMP for alpha in (2.0, 4.0))
    inner = (slice(None), slice(None), slice(4, 8))
    np.testing.assert_allclose(far[inner], 2 * near[inner], atol=1e-4)
    assert np.abs(near[inner]).max() > 0.05
    assert np.abs(np.diff(near[inner], axis=1)).max() < np.abs(near[inner]).max()


def test_formats_agree_and_one_image_is_a_batch() -> None:
    last = _numbers(ops.elastic_transform(_RAMP, 10.0, 2.0, seed=1, data_format="channels_last"))
    planes = np.moveaxis(_RAMP, -1, 1).copy()
    first = _numbers(ops.elastic_transform(planes, 10.0, 2.0, seed=1, data_format="channels_first"))
    np.testing.assert_allclose(np.moveaxis(first, 1, -1), last, atol=1e-5)
    assert _numbers(ops.elastic_transform(_RAMP[0], 10.0, 2.0, seed=1)).shape == (10, 12, 1)


def test_whole_numbers_stay_whole() -> None:
    moved = _numbers(ops.elastic_transform((20 * _RAMP).astype("uint8"), 4.0, 2.0, seed=1))
    exact = _numbers(ops.elastic_transform(20 * _RAMP, 4.0, 2.0, seed=1))
    assert moved.dtype == np.uint8
    assert np.abs(moved - exact).max() <= 0.5 + 1e-3


def test_in_a_model() -> None:
    inputs = keras.Input((None, 12, 1))
    model = keras.Model(inputs, ops.elastic_transform(inputs, 10.0, 2.0, seed=1))
    assert model.output_shape == (None, None, 12, 1)
    np.testing.assert_allclose(
        _numbers(model(_RAMP)), _numbers(ops.elastic_transform(_RAMP, 10.0, 2.0, seed=1)), atol=1e-5
    )


@pytest.mark.parametrize(
    ("options", "told"),
    [({"sigma": 0.0}, "sigma"), ({"interpolation": "cubic"}, "interpolation"), ({"fill_mode": "edge"}, "fill_mode")],
)
def test_refusals(options: dict[str, Any], told: str) -> None:
    with pytest.raises(ShapeError, match=told):
        ops.elastic_transform(_RAMP, **options)
