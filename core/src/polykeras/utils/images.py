"""Images between Pillow and arrays: reading, writing, and the layouts and value ranges of both.

Pillow is needed when one of these functions is called, and not before. Refuses to guess: an array has three axes and
1, 3 or 4 channels.
"""

from __future__ import annotations

import importlib
import importlib.util
import io
import os
import warnings
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from polykeras.backend.config import floatx, standardize_data_format
from polykeras.plugins.errors import did_you_mean

INTERPOLATIONS = ("nearest", "bilinear", "bicubic", "hamming", "box", "lanczos")
_MODES = {"grayscale": "L", "rgb": "RGB", "rgba": "RGBA"}
# Single-channel images of more than 8 bits, which stay as they are where gray is asked for.
_DEEP_GRAY = frozenset({"L", "I;16", "I"})


def array_to_img(x: Any, data_format: str | None = None, scale: bool = True, dtype: Any = None) -> Any:
    """Return an array as a Pillow image.

    Args:
        x: Array of shape ``(height, width, channels)``, or ``(channels, height, width)``.
        data_format: ``"channels_last"`` or ``"channels_first"``; the configured one for ``None``.
        scale: Whether the least value becomes 0 and the greatest 255; if not, values outside are cut off there.
        dtype: Dtype to compute in; floatx for ``None``.

    Raises:
        ValueError: `x` is no image.
        ImportError: Pillow is not installed.
    """
    image = _pillow()
    pixels = np.asarray(x, dtype=floatx() if dtype is None else dtype)
    if pixels.ndim != 3 or not pixels.size:
        raise _no_image("array_to_img", f"shape {pixels.shape}", "arrays of 3 axes, one of them for 1, 3 or 4 channels")
    if standardize_data_format(data_format) == "channels_first":
        pixels = np.transpose(pixels, (1, 2, 0))  # (height, width, channels)
    if pixels.shape[-1] not in {1, 3, 4}:
        raise _no_image("array_to_img", f"{pixels.shape[-1]} channels", "1, 3 or 4 channels")
    if scale:
        pixels = pixels - np.min(pixels)
        greatest = np.max(pixels)
        if greatest:
            pixels = pixels / greatest * 255
    if pixels.shape[-1] == 1:
        pixels = pixels[..., 0]
        if np.max(pixels) > 255:
            return image.fromarray(pixels.astype("int32"))
    return image.fromarray(np.clip(pixels, 0, 255).astype("uint8"))


def img_to_array(img: Any, data_format: str | None = None, dtype: Any = None) -> npt.NDArray[Any]:
    """Return a Pillow image, or an array of pixels, as an array of three axes.

    Args:
        img: Image, or array of shape ``(height, width)`` or ``(height, width, channels)``.
        data_format: Layout of the result; the configured one for ``None``.
        dtype: Dtype of the result; floatx for ``None``.

    Raises:
        ValueError: `img` is no image.
    """
    layout = standardize_data_format(data_format)
    pixels = np.asarray(img, dtype=floatx() if dtype is None else dtype)
    if pixels.ndim == 2:
        pixels = pixels[..., None]
    if pixels.ndim != 3:
        raise _no_image("img_to_array", f"shape {pixels.shape}", "images, and arrays of 2 or 3 axes")
    return np.transpose(pixels, (2, 0, 1)) if layout == "channels_first" else pixels


def load_img(
    path: str | os.PathLike[str] | BinaryIO,
    color_mode: str = "rgb",
    target_size: tuple[int, int] | None = None,
    interpolation: str = "nearest",
    keep_aspect_ratio: bool = False,
) -> Any:
    """Return the image in a file as a Pillow image.

    Args:
        path: File, or a binary stream.
        color_mode: ``"rgb"``, ``"rgba"`` or ``"grayscale"``, which leaves gray of 16 bits as it is.
        target_size: ``(height, width)`` to resize to.
        interpolation: How: ``"nearest"``, ``"bilinear"``, ``"bicubic"``, ``"hamming"``, ``"box"``, ``"lanczos"``.
        keep_aspect_ratio: Whether to cut away what does not fit the new proportions, in place of squeezing.

    Raises:
        ValueError: An argument is not usable.
        OSError: The file cannot be read, or is no image.
        ImportError: Pillow is not installed.
    """
    _choice("color_mode", color_mode, tuple(_MODES))
    _choice("interpolation", interpolation, INTERPOLATIONS)
    source = io.BytesIO(path.read() if hasattr(path, "read") else Path(path).read_bytes())
    image = _pillow().open(source)
    if not (color_mode == "grayscale" and image.mode in _DEEP_GRAY):
        image = image.convert(_MODES[color_mode])
    image.load()
    if target_size is None:
        return image
    height, width = (int(size) for size in target_size[:2])
    if image.size == (width, height):
        return image
    method = getattr(_pillow().Resampling, interpolation.upper())
    box = _middle(image.size, (width, height)) if keep_aspect_ratio else None
    return image.resize((width, height), method, box=box)


def save_img(
    path: str | os.PathLike[str] | BinaryIO,
    x: Any,
    data_format: str | None = None,
    file_format: str | None = None,
    scale: bool = True,
    **kwargs: Any,
) -> None:
    """Write an array as an image file.

    Args:
        path: File, or a binary stream.
        x: Array as `array_to_img` takes it.
        data_format: Its layout; the configured one for ``None``.
        file_format: Such as ``"png"``; by the suffix of `path` for ``None``.
        scale: Whether the least value becomes 0 and the greatest 255.
        **kwargs: What Pillow takes for the format, such as ``quality``.

    Raises:
        ValueError: `x` is no image, or the format is unknown.
        ImportError: Pillow is not installed.
    """
    image = array_to_img(x, data_format, scale)
    suffix = "" if hasattr(path, "write") else Path(path).suffix[1:]
    if image.mode == "RGBA" and (file_format or suffix).lower() in {"jpg", "jpeg"}:
        warnings.warn("A JPEG has no transparency: the fourth channel was left out.", UserWarning, stacklevel=2)
        image = image.convert("RGB")
    image.save(path, format="jpeg" if file_format == "jpg" else file_format, **kwargs)


def _middle(size: tuple[int, int], target: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return the largest box in the middle of an image of `size` that has the proportions of `target`."""
    width = min(size[0], size[1] * target[0] // target[1])
    height = min(size[1], size[0] * target[1] // target[0])
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    return left, top, left + width, top + height


def _pillow() -> Any:
    if importlib.util.find_spec("PIL") is None:
        raise ImportError(
            "Images need Pillow.\nReceived: a Python without the package `PIL`.\n"
            "Allowed: any release of the distribution `pillow`.\nInstall it with `pip install pillow`."
        )
    return importlib.import_module("PIL.Image")


def _choice(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ValueError(
            f"`load_img` knows no such {name}.{did_you_mean(str(value), allowed)}\nReceived: {name}={value!r}.\n"
            f"Allowed: {', '.join(allowed)}.\nPass one of these."
        )


def _no_image(function: str, received: str, allowed: str) -> ValueError:
    return ValueError(
        f"`{function}` was given no image.\nReceived: {received}.\nAllowed: {allowed}.\n"
        "Take one image out of a batch, and check `data_format`."
    )
