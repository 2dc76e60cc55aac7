"""`text_dataset_from_directory`: batches of texts from files.

Promises arrays of dtype `object` that hold `str`, since texts differ in length and most libraries take such arrays.
Refuses files that are not UTF-8, by name: which encoding they have nobody can know. A model takes numbers, so texts
are encoded before they are fitted.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from polykeras.utils.dataset_formats import in_format
from polykeras.utils.directory_files import Request, find_files
from polykeras.utils.sample_dataset import ArraySpec, SampleDataset

SUFFIXES = (".txt",)


class TextFiles:
    """Texts in files, as samples of a `SampleDataset`.

    Args:
        paths: The files.
        max_length: Bytes of UTF-8 that are kept of each; all for ``None``.
    """

    def __init__(self, paths: Sequence[str], max_length: int | None) -> None:
        self._paths = paths
        self._max_length = max_length
        self.spec = ArraySpec((), np.dtype(object))

    def __len__(self) -> int:
        return len(self._paths)

    def take(self, numbers: npt.NDArray[np.int64], batch: int) -> npt.NDArray[Any]:
        """Return the texts of these numbers.

        Raises:
            ValueError: A file is not UTF-8.
        """
        result = np.empty(len(numbers), dtype=object)
        for place, number in enumerate(numbers):
            result[place] = self._read(self._paths[number], batch)
        return result

    def _read(self, path: str, batch: int) -> str:
        raw = Path(path).read_bytes()
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ValueError(
                f"A text cannot be read.\nReceived: the file {path}, for batch {batch}: {error}\n"
                "Allowed: files in UTF-8.\nConvert the file, or take it out of the directory."
            ) from error
        if self._max_length is None or len(raw) <= self._max_length:
            return text
        # A character that the limit cuts in two is left out.
        return raw[: self._max_length].decode("utf-8", "ignore")


def text_dataset_from_directory(
    directory: str | os.PathLike[str],
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Sequence[str] | None = None,
    batch_size: int | None = 32,
    max_length: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    follow_links: bool = False,
    format: str | None = None,
    verbose: bool = True,
) -> Any:
    """Return batches of the texts below a directory: ``(texts, labels)``, or texts alone.

    The result is a `PyDataset`, with `class_names` and `file_paths`. Texts are arrays of dtype `object` and shape
    ``(n,)`` that hold `str`.

    Args:
        directory: Where the ``.txt`` files lie, in UTF-8, in one folder per class for inferred labels.
        labels: ``"inferred"``; numbers, one per file in the order of paths; or ``None``.
        label_mode: ``"int"`` for int32 of shape ``(n,)``; ``"categorical"`` for float32 of shape ``(n, classes)``;
            ``"binary"`` for float32 of shape ``(n, 1)``; ``None`` for no labels.
        class_names: Folders that are classes, in the order of their labels; all, sorted, for ``None``.
        batch_size: Texts per batch; ``None`` for single texts.
        max_length: Bytes of UTF-8 that are kept of each text; all for ``None``.
        shuffle: Whether each epoch has another order.
        seed: Integer in [0, 2**32) that splits and orders come from.
        validation_split: Share of the files that is for validation, in (0, 1).
        subset: ``"training"``, ``"validation"``, or ``"both"`` for two data sets.
        follow_links: Whether links to folders are followed.
        format: ``None`` for a `PyDataset`; or a format that an installed data adapter makes, such as ``"tf"`` for a
            `tf.data.Dataset` and ``"grain"`` for a `grain.IterDataset`.
        verbose: Whether to tell how many files there are.

    Raises:
        ValueError: Arguments are not usable, or there are no texts.
        ImportError: The library of the format is not installed.
    """
    if max_length is not None and (isinstance(max_length, bool) or not isinstance(max_length, int) or max_length < 1):
        raise ValueError(
            f"The length of texts is not usable.\nReceived: max_length={max_length!r}.\n"
            "Allowed: integers from 1 up, and None for whole texts.\nPass one of these."
        )
    request = Request(
        directory, labels, label_mode, class_names, shuffle, seed, validation_split, subset, follow_links, verbose,
        SUFFIXES, "text",
    )  # fmt: skip
    made = [
        in_format(
            SampleDataset(
                TextFiles(files.paths, max_length),
                files.labels,
                batch_size=batch_size,
                shuffle=shuffle,
                seed=files.seed,
                class_names=files.class_names,
                file_paths=files.paths,
            ),
            format,
        )
        for files in find_files(request)
    ]
    return made[0] if len(made) == 1 else tuple(made)
