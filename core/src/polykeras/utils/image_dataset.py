"""`image_dataset_from_directory`: batches of images from files, decoded by Pillow.

Promises the pixels that Keras gives for PNG, BMP and GIF files, to rounding; JPEG files differ by what decoders of
that format differ in. Refuses files that are damaged, or larger than Pillow's limit on decompression, by name.
Animations give their first frame.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import struct
import zlib
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from polykeras.backend.config import standardize_data_format
from polykeras.utils.dataset_formats import in_format
from polykeras.utils.directory_files import Request, find_files, refused
from polykeras.utils.resampling import INTERPOLATIONS, cropped, padded, resize
from polykeras.utils.sample_dataset import ArraySpec, SampleDataset

SUFFIXES = (".bmp", ".gif", ".jpeg", ".jpg", ".png")
_MODES = {"grayscale": "L", "rgb": "RGB", "rgba": "RGBA"}
_DEEP_GRAY = frozenset({"I;16", "I;16B", "I;16L", "I"})
_THREADS = 4


class Look(NamedTuple):
    """What images are made to look like.

    Attributes:
        size: Height and width.
        color_mode: ``"grayscale"``, ``"rgb"`` or ``"rgba"``.
        interpolation: How they are resized.
        fit: ``"stretch"``, ``"crop"`` or ``"pad"``.
        channels_first: Whether channels come first.
    """

    size: tuple[int, int]
    color_mode: str
    interpolation: str
    fit: str
    channels_first: bool


class ImageFiles:
    """Images in files, as samples of a `SampleDataset`: float32 in [0, 255].

    Args:
        paths: The files.
        look: What they are made to look like.
    """

    def __init__(self, paths: Sequence[str], look: Look) -> None:
        self._paths = paths
        self._look = look
        channels = len(_MODES[look.color_mode])
        self._shape = (channels, *look.size) if look.channels_first else (*look.size, channels)
        self.spec = ArraySpec(self._shape, np.dtype("float32"))

    def __len__(self) -> int:
        return len(self._paths)

    def take(self, numbers: npt.NDArray[np.int64], batch: int) -> npt.NDArray[np.float32]:
        """Return the images of these numbers.

        Raises:
            ValueError: A file cannot be decoded.
        """
        result = np.empty((len(numbers), *self._shape), dtype=np.float32)
        for place, number in enumerate(numbers):
            image = self._fitted(_decoded(self._paths[number], self._look.color_mode, batch))
            result[place] = image.transpose(2, 0, 1) if self._look.channels_first else image
        return result

    def _fitted(self, image: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        look = self._look
        if look.fit == "pad":
            return padded(image, look.size, look.interpolation)
        return resize(cropped(image, look.size) if look.fit == "crop" else image, look.size, look.interpolation)


def _decoded(path: str, color_mode: str, batch: int) -> npt.NDArray[np.uint8]:
    """Return the pixels of a file, of shape ``(height, width, channels)``."""
    pillow: Any = importlib.import_module("PIL.Image")
    damaged = (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error, zlib.error)
    try:
        with pillow.open(path) as image:
            image.load()
            if image.mode in _DEEP_GRAY:
                # Of 16 bits the upper eight, as TensorFlow does; Pillow would cut off at 255.
                image = pillow.fromarray((np.asarray(image).astype(np.int64) >> 8).astype(np.uint8))  # noqa: PLW2901
            if image.mode == "P" and "transparency" in image.info:
                image = image.convert("RGBA")  # noqa: PLW2901 - Pillow warns of the direct way
            pixels = np.asarray(image.convert(_MODES[color_mode]))
    except (*damaged, pillow.DecompressionBombError) as error:
        raise ValueError(
            f"An image cannot be read.\nReceived: the file {path}, for batch {batch}: {error}\n"
            f"Allowed: whole files of the formats {', '.join(SUFFIXES)}, of no more pixels than Pillow's limit.\n"
            "Replace the file, or take it out of the directory."
        ) from error
    return pixels[..., None] if pixels.ndim == 2 else pixels


def image_dataset_from_directory(
    directory: str | os.PathLike[str],
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Sequence[str] | None = None,
    color_mode: str = "rgb",
    batch_size: int | None = 32,
    image_size: tuple[int, int] = (256, 256),
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    interpolation: str = "bilinear",
    follow_links: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    data_format: str | None = None,
    format: str | None = None,
    verbose: bool = True,
) -> Any:
    """Return batches of the images below a directory: ``(images, labels)``, or images alone.

    The result is a `PyDataset`, with `class_names` and `file_paths`; set `workers`, `use_multiprocessing` and
    `max_queue_size` on it as on any other. Files are read by up to 4 threads in `fit`.

    Args:
        directory: Where the files lie, in one folder per class for inferred labels; ``.bmp``, ``.gif``, ``.jpeg``,
            ``.jpg`` and ``.png``, at any depth.
        labels: ``"inferred"``; numbers, one per file in the order of paths; or ``None``.
        label_mode: ``"int"`` for int32 of shape ``(n,)``; ``"categorical"`` for float32 of shape ``(n, classes)``;
            ``"binary"`` for float32 of shape ``(n, 1)``; ``None`` for no labels.
        class_names: Folders that are classes, in the order of their labels; all, sorted, for ``None``.
        color_mode: ``"grayscale"``, ``"rgb"`` or ``"rgba"``: 1, 3 or 4 channels.
        batch_size: Images per batch; ``None`` for single images.
        image_size: Height and width that images are resized to.
        shuffle: Whether each epoch has another order.
        seed: Integer in [0, 2**32) that splits and orders come from.
        validation_split: Share of the files that is for validation, in (0, 1).
        subset: ``"training"``, ``"validation"``, or ``"both"`` for two data sets.
        interpolation: ``"bilinear"``, ``"nearest"``, ``"bicubic"``, ``"area"``, ``"lanczos3"``, ``"lanczos5"``,
            ``"gaussian"`` or ``"mitchellcubic"``, without antialiasing.
        follow_links: Whether links to folders are followed.
        crop_to_aspect_ratio: Whether to cut away what does not fit the proportions, in place of stretching.
        pad_to_aspect_ratio: Whether to put the whole image in the middle of zeros, in place of stretching.
        data_format: ``"channels_last"`` or ``"channels_first"``; the configured one for ``None``.
        format: ``None`` for a `PyDataset`; or a format that an installed data adapter makes, such as ``"tf"`` for a
            `tf.data.Dataset` and ``"grain"`` for a `grain.IterDataset`.
        verbose: Whether to tell how many files there are.

    Raises:
        ValueError: Arguments are not usable, or there are no images.
        ImportError: Pillow, or the library of the format, is not installed.
    """
    look = _look(
        image_size, color_mode, interpolation, crop_to_aspect_ratio, pad_to_aspect_ratio, data_format
    )  # fmt: skip
    request = Request(
        directory, labels, label_mode, class_names, shuffle, seed, validation_split, subset, follow_links, verbose,
        SUFFIXES, "image",
    )  # fmt: skip
    made = [
        in_format(
            SampleDataset(
                ImageFiles(files.paths, look),
                files.labels,
                batch_size=batch_size,
                shuffle=shuffle,
                seed=files.seed,
                class_names=files.class_names,
                file_paths=files.paths,
                workers=min(_THREADS, os.cpu_count() or 1),
            ),
            format,
        )
        for files in find_files(request)
    ]
    return made[0] if len(made) == 1 else tuple(made)


def _look(size: Any, color_mode: str, interpolation: str, crop: bool, pad: bool, data_format: str | None) -> Look:
    if importlib.util.find_spec("PIL") is None:
        raise ImportError(
            "Images need Pillow.\nReceived: a Python without the package `PIL`.\n"
            "Allowed: any release of the distribution `pillow`.\nInstall it with `pip install pillow`."
        )
    if color_mode not in _MODES:
        raise refused("color_mode", color_mode, tuple(_MODES))
    if interpolation not in INTERPOLATIONS:
        raise refused("interpolation", interpolation, tuple(INTERPOLATIONS))
    if crop and pad:
        raise ValueError(
            "An image is cropped or padded.\nReceived: crop_to_aspect_ratio=True and pad_to_aspect_ratio=True.\n"
            "Allowed: at most one of them.\nLeave one out."
        )
    sizes = (size, size) if isinstance(size, int) else tuple(size)
    if len(sizes) != 2 or not all(isinstance(side, (int, np.integer)) and side > 0 for side in sizes):
        raise ValueError(
            f"The size of images is not usable.\nReceived: image_size={size!r}.\n"
            "Allowed: two integers from 1 up, height and width.\nPass such a tuple."
        )
    first = standardize_data_format(data_format) == "channels_first"
    fit = "crop" if crop else "pad" if pad else "stretch"
    return Look((int(sizes[0]), int(sizes[1])), color_mode, interpolation, fit, first)
