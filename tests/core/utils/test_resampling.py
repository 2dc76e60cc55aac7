"""Resized images, against values recorded from Keras 3.15.1 over TensorFlow 2.21."""

from __future__ import annotations

import numpy as np
import pytest

from polykeras.utils.resampling import INTERPOLATIONS, cropped, padded, resize

IMAGE = (np.arange(30) * 37 % 251).astype("uint8").reshape(5, 6, 1)
RECORDED = {
    ("bilinear", (3, 4)): [
        [62.333, 55.083, 110.583, 166.083],
        [202.25, 69.5, 62.25, 117.75],
        [153.917, 209.417, 139.417, 69.417],
    ],
    ("nearest", (3, 4)): [[0.0, 74.0, 111.0, 185.0], [193.0, 16.0, 53.0, 127.0], [135.0, 209.0, 246.0, 69.0]],
    ("bicubic", (3, 4)): [
        [53.42, 54.18, 113.259, 171.797],
        [204.708, 57.734, 62.25, 120.788],
        [148.014, 219.098, 150.681, 65.797],
    ],
    ("bicubic", (7, 6)): [
        [-12.912, 38.687, 75.687, 112.687, 149.687, 186.687],
        [126.11, 6.022, 59.706, 96.706, 133.706, 170.706],
        [232.002, 60.557, 29.367, 73.702, 110.702, 147.702],
        [193.0, 230.0, 16.0, 53.0, 90.0, 127.0],
        [172.298, 216.633, 185.443, 13.998, 69.298, 106.298],
        [149.294, 186.294, 239.978, 119.89, 46.294, 83.294],
        [133.313, 170.313, 207.313, 258.912, 30.313, 67.313],
    ],
    ("area", (3, 4)): [
        [67.667, 50.067, 111.733, 161.067],
        [188.6, 104.067, 65.333, 114.667],
        [158.933, 208.267, 119.333, 68.267],
    ],
    ("lanczos3", (3, 4)): [
        [49.446, 53.133, 111.758, 173.688],
        [212.063, 59.579, 68.37, 121.729],
        [144.051, 224.417, 144.941, 60.3],
    ],
    ("lanczos5", (4, 2)): [[26.655, 146.229], [89.208, 102.522], [239.2, 77.478], [170.385, 33.771]],
    ("gaussian", (4, 2)): [[36.586, 142.71], [97.229, 108.788], [201.305, 71.705], [177.29, 59.147]],
    ("mitchellcubic", (4, 2)): [[34.092, 144.201], [92.875, 108.125], [212.653, 71.383], [175.862, 47.855]],
    ("mitchellcubic", (7, 6)): [
        [2.177, 37.0, 74.0, 111.0, 148.0, 182.824],
        [118.72, 21.736, 58.291, 95.782, 132.782, 167.606],
        [211.89, 75.27, 36.509, 73.461, 110.714, 145.538],
        [194.356, 204.435, 41.565, 53.775, 90.0, 124.824],
        [174.73, 209.491, 170.73, 36.064, 68.89, 104.109],
        [152.394, 187.709, 224.264, 122.832, 53.354, 82.041],
        [137.176, 172.0, 209.0, 232.056, 45.944, 66.824],
    ],
}


@pytest.mark.parametrize(("interpolation", "size"), list(RECORDED))
def test_pixels_are_those_of_keras(interpolation, size):
    made = resize(IMAGE, size, interpolation)
    assert made.dtype == np.float32
    np.testing.assert_allclose(made[..., 0], RECORDED[interpolation, size], rtol=0, atol=2e-3)


def test_every_interpolation_is_recorded():
    assert {name for name, _ in RECORDED} == set(INTERPOLATIONS)


@pytest.mark.parametrize("interpolation", INTERPOLATIONS)
@pytest.mark.parametrize("size", [(1, 1), (2, 9), (64, 3)])
def test_a_plain_image_stays_plain(interpolation, size):
    plain = np.full((7, 5, 2), 131, dtype="uint8")
    np.testing.assert_allclose(resize(plain, size, interpolation), 131.0, rtol=1e-5)


@pytest.mark.parametrize("interpolation", sorted(set(INTERPOLATIONS) - {"gaussian", "mitchellcubic"}))
def test_an_image_of_the_right_size_stays_as_it_is(interpolation):
    np.testing.assert_array_equal(resize(IMAGE, (5, 6), interpolation), IMAGE)


@pytest.mark.parametrize(
    ("size", "shape"),
    [((3, 3), (5, 5)), ((10, 2), (5, 1)), ((1, 9), (1, 6)), ((500, 1), (5, 1)), ((5, 6), (5, 6)), ((4, 3), (5, 3))],
)
def test_a_crop_is_the_largest_of_its_proportions(size, shape):
    part = cropped(IMAGE, size)
    assert part.shape == (*shape, 1)
    top, left = (5 - shape[0]) // 2, (6 - shape[1]) // 2
    np.testing.assert_array_equal(part, IMAGE[top : top + shape[0], left : left + shape[1]])


@pytest.mark.parametrize(
    ("size", "rows", "columns"), [((9, 6), (2, 7), (0, 6)), ((5, 10), (0, 5), (2, 8)), ((1, 50), (0, 1), (24, 25))]
)
def test_a_padded_image_is_whole_and_in_the_middle(size, rows, columns):
    image = np.full((5, 6, 1), 9, dtype="uint8")
    made = padded(image, size, "bilinear")
    expected = np.zeros(size, dtype="float32")
    expected[slice(*rows), slice(*columns)] = 9.0
    np.testing.assert_allclose(made[..., 0], expected, rtol=1e-6)
