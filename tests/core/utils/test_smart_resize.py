"""`smart_resize` of NumPy arrays, against values recorded from Keras 3.15.1."""

from __future__ import annotations

import numpy as np
import pytest

from polykeras.preprocessing.image import smart_resize
from polykeras.utils.resampling import INTERPOLATIONS, cropped, resize

IMAGE = (np.arange(30) * 37 % 251).reshape(5, 6, 1)
RECORDED = [
    [35.791672, 59.916664, 115.416664, 170.916656],
    [185.375, 52.625, 76.75, 132.25],
    [178.083328, 202.208355, 38.083328, 93.583328],
]


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [("uint8", "float32"), ("int64", "float32"), ("float32", "float32"), ("float16", "float16"),
     ("float64", "float64")],
)  # fmt: skip
def test_values_and_dtypes(dtype, expected):
    made = smart_resize(IMAGE.astype(dtype), (3, 4))
    assert made.dtype == expected
    np.testing.assert_allclose(made[..., 0], RECORDED, rtol=1e-3 if dtype == "float16" else 1e-5)


@pytest.mark.parametrize("interpolation", INTERPOLATIONS)
def test_images_are_those_of_data_sets(interpolation):
    batch = np.random.default_rng(0).uniform(0, 255, (2, 9, 7, 3)).astype("float32")
    made = smart_resize(batch, (4, 6), interpolation)
    expected = np.stack([resize(cropped(image, (4, 6)), (4, 6), interpolation) for image in batch])
    np.testing.assert_allclose(made, expected, atol=1e-3)
    first = smart_resize(batch.transpose(0, 3, 1, 2), (4, 6), interpolation, data_format="channels_first")
    np.testing.assert_allclose(first.transpose(0, 2, 3, 1), made, atol=1e-4)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"size": (3,)}, ValueError, "size"),
        ({"size": 3}, ValueError, "size=3"),
        ({"interpolation": "x"}, ValueError, "no such interpolation"),
        ({"x": np.zeros((5, 6))}, ValueError, r"shape \(5, 6\)"),
        ({"foo": 1}, TypeError, "foo"),
    ],
)
def test_refusals(options, error, message):
    with pytest.raises(error, match=message):
        smart_resize(**{"x": IMAGE, "size": (3, 3), **options})


def test_the_module_of_a_backend_is_passed_over():
    assert smart_resize(IMAGE, (2, 2), backend_module=object()).shape == (2, 2, 1)
