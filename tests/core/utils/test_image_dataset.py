"""Images from directories: pixels against those recorded from Keras 3.15.1, and files that are hostile."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from polykeras import config, utils

PIXELS = (np.arange(4 * 4 * 4) * 53 % 256).astype("uint8").reshape(4, 4, 4)


def images(folder, **options):
    options = {"shuffle": False, "labels": None, "image_size": (4, 4), "verbose": False, **options}
    return utils.image_dataset_from_directory(folder, **options)


@pytest.fixture
def folder(tmp_path):
    for index, name in enumerate(["a/0.png", "a/1.bmp", "b/2.gif", "b/3.PNG", "b/4.jpeg"]):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        Image.new("RGB", (5 + index, 4), (index, 2, 3)).save(tmp_path / name)
    (tmp_path / "a/5.webp").write_bytes(b"not listed")
    return tmp_path


def test_batches(folder):
    dataset = images(folder, labels="inferred", batch_size=3)
    (first, labels), (last, _) = dataset
    assert (first.dtype, first.shape, last.shape) == (np.float32, (3, 4, 4, 3), (2, 4, 4, 3))
    assert (labels.tolist(), dataset.class_names) == ([0, 0, 1], ["a", "b"])
    np.testing.assert_array_equal(first[1], np.broadcast_to(np.float32([1, 2, 3]), (4, 4, 3)))
    assert isinstance(dataset, utils.PyDataset)
    assert dataset.workers >= 1


@pytest.mark.parametrize(("mode", "channels"), [("grayscale", 1), ("rgb", 3), ("rgba", 4)])
@pytest.mark.parametrize("data_format", ["channels_last", "channels_first", None])
def test_layouts(folder, mode, channels, data_format):
    first = images(folder, color_mode=mode, data_format=data_format, image_size=(6, 2))[0]
    layout = data_format or config.image_data_format()
    assert first.shape == ((5, 6, 2, channels) if layout == "channels_last" else (5, channels, 6, 2))


RGBA, RGB, GRAY = Image.fromarray(PIXELS), Image.fromarray(PIXELS[..., :3]), Image.fromarray(PIXELS[..., 0])
LUMA = np.asarray(RGB.convert("L"))[..., None]
OPAQUE = np.full((4, 4, 1), 255)
DEEP = Image.fromarray(PIXELS[..., 0].astype("uint16") * 256 + PIXELS[..., 1])


@pytest.mark.parametrize(
    ("image", "mode", "expected"),
    [
        (RGB, "rgb", PIXELS[..., :3]),
        (RGB, "rgba", np.concatenate([PIXELS[..., :3], OPAQUE], axis=-1)),
        (RGB, "grayscale", LUMA),
        (RGBA, "rgb", PIXELS[..., :3]),
        (RGBA, "rgba", PIXELS),
        (GRAY, "rgb", np.repeat(PIXELS[..., :1], 3, axis=-1)),
        (GRAY, "grayscale", PIXELS[..., :1]),
        (DEEP, "grayscale", PIXELS[..., :1]),
        (DEEP, "rgb", np.repeat(PIXELS[..., :1], 3, axis=-1)),
        (RGBA.convert("LA"), "rgb", np.repeat(LUMA, 3, axis=-1)),
        (GRAY.convert("1"), "grayscale", np.asarray(GRAY.convert("1"))[..., None] * 255),
    ],
    ids=lambda value: value.mode if isinstance(value, Image.Image) else None,
)
def test_modes_of_files(tmp_path, image, mode, expected):
    image.save(tmp_path / "x.png")
    np.testing.assert_array_equal(images(tmp_path, color_mode=mode)[0][0], expected)


def test_a_palette_with_transparency(tmp_path):
    RGB.convert("P").save(tmp_path / "x.png", transparency=bytes(range(256)))
    np.testing.assert_array_equal(images(tmp_path)[0][0], np.asarray(RGB.convert("P").convert("RGB")))


def test_an_animation_gives_its_first_frame(tmp_path):
    frames = [Image.new("RGB", (4, 4), color) for color in ("red", "blue")]
    frames[0].save(tmp_path / "x.gif", save_all=True, append_images=frames[1:])
    np.testing.assert_array_equal(images(tmp_path)[0], np.broadcast_to(np.float32([255, 0, 0]), (1, 4, 4, 3)))


@pytest.mark.parametrize(
    ("options", "lit"),
    [({}, (0, 0, 4, 4)), ({"crop_to_aspect_ratio": True}, None), ({"pad_to_aspect_ratio": True}, (1, 0, 3, 4))],
)
def test_aspect_ratios(tmp_path, options, lit):
    # Black at the left and right ends, which a crop cuts away.
    pixels = np.full((4, 8), 200, dtype="uint8")
    pixels[:, [0, 1, 6, 7]] = 100
    Image.fromarray(pixels).save(tmp_path / "x.png")
    made = images(tmp_path, color_mode="grayscale", interpolation="area", **options)[0][0, ..., 0]
    if lit is None:
        np.testing.assert_array_equal(made, 200.0)
        return
    top, left, bottom, right = lit
    expected = np.zeros((4, 4), dtype="float32")
    expected[top:bottom, left:right] = [100, 200, 200, 100]
    np.testing.assert_array_equal(made, expected)


@pytest.mark.parametrize("kind", ["truncated png", "truncated jpeg", "text", "empty", "bomb", "broken chunk"])
def test_a_hostile_file_is_named_with_its_batch(folder, monkeypatch, kind):
    path = folder / "b/3.PNG"
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype="uint8"))
    noise.save(path, "jpeg" if kind.endswith("jpeg") else "png")
    whole = path.read_bytes()
    if kind == "bomb":
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 64)
    else:
        changed = {"text": b"no image", "empty": b"", "broken chunk": whole[:40] + b"\xff\xff\xff" + whole[43:]}
        path.write_bytes(changed.get(kind, whole[: len(whole) // 2]))
    dataset = images(folder, batch_size=2)
    dataset[0]
    with pytest.raises(ValueError, match="An image cannot be read") as told:
        dataset[1]
    lines = str(told.value).splitlines()
    assert len(lines) == 4
    assert str(path) in lines[1]
    assert "batch 1" in lines[1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"color_mode": "hsv"}, "no such color_mode"),
        ({"interpolation": "lanczos"}, "lanczos3"),
        ({"image_size": (4,)}, "image_size"),
        ({"image_size": (4, 0)}, "image_size"),
        ({"image_size": (4.0, 4)}, "image_size"),
        ({"crop_to_aspect_ratio": True, "pad_to_aspect_ratio": True}, "cropped or padded"),
        ({"data_format": "x"}, "channels_last"),
    ],
)
def test_refusals(folder, options, message):
    with pytest.raises(ValueError, match=message):
        images(folder, **options)


def test_a_square_may_be_one_number(folder):
    assert images(folder, image_size=7).element_spec.shape == (None, 7, 7, 3)


def test_pillow_is_asked_for(folder, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(ImportError, match="pip install pillow"):
        images(folder)
