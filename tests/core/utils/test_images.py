"""Images to arrays and back, against values recorded from Keras 3.15.1 with Pillow."""

from __future__ import annotations

import importlib.util
import io

import numpy as np
import pytest
from PIL import Image

from polykeras import utils

RGB = np.arange(12.0).reshape(2, 2, 3)
GRAY = np.arange(4.0).reshape(2, 2, 1)
SCALED = [[[0, 23, 46], [69, 92, 115]], [[139, 162, 185], [208, 231, 255]]]


@pytest.mark.parametrize(
    ("x", "options", "mode", "expected"),
    [
        (RGB, {}, "RGB", SCALED),
        (RGB.tolist(), {"dtype": "float16"}, "RGB", SCALED),
        (RGB, {"scale": False}, "RGB", RGB),
        (RGB.transpose(2, 0, 1), {"scale": False, "data_format": "channels_first"}, "RGB", RGB),
        (GRAY, {}, "L", [[0, 85], [170, 255]]),
        (GRAY, {"scale": False}, "L", GRAY[..., 0]),
        (np.zeros((2, 2, 3)), {}, "RGB", np.zeros((2, 2, 3))),
        (np.full((2, 2, 1), 300.0), {"scale": False}, "I", np.full((2, 2), 300)),
        (np.arange(16.0).reshape(2, 2, 4), {"scale": False}, "RGBA", np.arange(16).reshape(2, 2, 4)),
        (np.full((1, 1, 3), [-5.0, 9.0, 300.0]), {"scale": False}, "RGB", [[[0, 9, 255]]]),
    ],
)
def test_array_to_img(x, options, mode, expected):
    image = utils.array_to_img(x, **options)
    assert image.mode == mode
    np.testing.assert_array_equal(np.asarray(image), expected)


@pytest.mark.parametrize(
    ("x", "options", "message"),
    [
        (np.zeros((2, 2, 2)), {}, "2 channels"),
        (np.zeros((2, 2)), {}, r"shape \(2, 2\)"),
        (RGB, {"data_format": "x"}, "channels_last"),
    ],
)
def test_no_image(x, options, message):
    with pytest.raises(ValueError, match=message):
        utils.array_to_img(x, **options)


@pytest.mark.parametrize(
    ("mode", "shape"),
    [("L", (2, 3, 1)), ("RGB", (2, 3, 3)), ("RGBA", (2, 3, 4)), ("1", (2, 3, 1)), ("I;16", (2, 3, 1))],
)
def test_img_to_array(mode, shape):
    image = Image.new(mode, (3, 2))
    last, first = utils.img_to_array(image), utils.img_to_array(image, "channels_first")
    assert (last.shape, last.dtype) == (shape, np.float32)
    assert first.shape == (shape[2], *shape[:2])
    assert utils.img_to_array(image, dtype="uint8").dtype == np.uint8


def test_arrays_of_pixels():
    assert utils.img_to_array(np.zeros((2, 3)), "channels_first").shape == (1, 2, 3)
    with pytest.raises(ValueError, match=r"shape \(2,\)"):
        utils.img_to_array(np.zeros(2))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "image.png"
    Image.fromarray(np.arange(7 * 5 * 3, dtype="uint8").reshape(7, 5, 3)).save(path)
    return path


@pytest.mark.parametrize(("color_mode", "mode"), [("rgb", "RGB"), ("rgba", "RGBA"), ("grayscale", "L")])
def test_load_img(file, color_mode, mode):
    with file.open("rb") as stream:
        for source in (file, str(file), stream, io.BytesIO(file.read_bytes())):
            image = utils.load_img(source, color_mode)
            assert (image.mode, image.size) == (mode, (5, 7))


def test_deep_gray_stays_deep(tmp_path):
    Image.fromarray(np.full((2, 3), 1000, "uint16")).save(tmp_path / "deep.png")
    image = utils.load_img(tmp_path / "deep.png", "grayscale")
    assert utils.img_to_array(image).max() == 1000


@pytest.mark.parametrize(
    ("target", "options", "reds"),
    [
        ((2, 2), {"keep_aspect_ratio": True}, [[33, 39], [63, 69]]),
        ((3, 7), {"keep_aspect_ratio": True}, [[30, 33, 33, 36, 39, 39, 42], *[[45, 48, 48, 51, 54, 54, 57]] * 2]),
        ((7, 5), {}, np.arange(0, 105, 3).reshape(7, 5)),
        ((1, 5), {}, [[45, 48, 51, 54, 57]]),
        ((7, 1), {"interpolation": "box"}, np.arange(6, 105, 15)[:, None]),
    ],
)
def test_resizing(file, target, options, reds):
    image = utils.load_img(file, target_size=target, **options)
    np.testing.assert_array_equal(utils.img_to_array(image)[..., 0], reds)


@pytest.mark.parametrize("options", [{"color_mode": "x"}, {"target_size": (2, 2), "interpolation": "x"}])
def test_what_cannot_be_loaded(file, options):
    with pytest.raises(ValueError, match="Allowed"):
        utils.load_img(file, **options)
    with pytest.raises(FileNotFoundError):
        utils.load_img(file.with_name("other.png"))


def test_save_img(tmp_path):
    utils.save_img(tmp_path / "a.png", RGB, scale=False, optimize=True)
    np.testing.assert_array_equal(utils.img_to_array(utils.load_img(tmp_path / "a.png")), RGB)
    utils.save_img(tmp_path / "b", GRAY, file_format="png")
    assert utils.load_img(tmp_path / "b").size == (2, 2)
    utils.save_img(tmp_path / "c", RGB, file_format="jpg", quality=50)
    with pytest.warns(UserWarning, match="no transparency") as told:
        utils.save_img(tmp_path / "d.jpg", np.arange(16.0).reshape(2, 2, 4))
    assert told[0].filename == __file__
    with pytest.raises(ValueError, match="unknown file extension"):
        utils.save_img(tmp_path / "e", RGB)


def test_without_pillow(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ImportError, match="pip install pillow"):
        utils.array_to_img(RGB)
    assert utils.img_to_array(RGB).shape == (2, 2, 3)
