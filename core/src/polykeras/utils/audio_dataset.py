"""`audio_dataset_from_directory`: batches of sounds from WAV files.

Refuses ragged batches: what trains on every backend are arrays, in which short sounds end with zeros.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from polykeras.utils.dataset_formats import in_format
from polykeras.utils.directory_files import Request, find_files
from polykeras.utils.sample_dataset import SampleDataset
from polykeras.utils.wave_files import WaveFiles, check_resampling

SUFFIXES = (".wav",)


def audio_dataset_from_directory(
    directory: str | os.PathLike[str],
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Sequence[str] | None = None,
    batch_size: int | None = 32,
    sampling_rate: int | None = None,
    output_sequence_length: int | None = None,
    ragged: bool = False,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    follow_links: bool = False,
    verbose: bool = True,
    format: str | None = None,
) -> Any:
    """Return batches of the sounds below a directory: ``(sounds, labels)``, or sounds alone.

    The result is a `PyDataset`, with `class_names` and `file_paths`. Sounds are float32 in [-1, 1), of shape
    ``(n, time, channels)``; short ones end with zeros.

    Args:
        directory: Where the ``.wav`` files lie, PCM of 16 bits, in one folder per class for inferred labels.
        labels: ``"inferred"``; numbers, one per file in the order of paths; or ``None``.
        label_mode: ``"int"`` for int32 of shape ``(n,)``; ``"categorical"`` for float32 of shape ``(n, classes)``;
            ``"binary"`` for float32 of shape ``(n, 1)``; ``None`` for no labels.
        class_names: Folders that are classes, in the order of their labels; all, sorted, for ``None``.
        batch_size: Sounds per batch; ``None`` for single sounds.
        sampling_rate: Samples per second that sounds are brought to, by SciPy; their own for ``None``.
        output_sequence_length: Samples of each sound, longer ones cut and shorter ones padded; those of the longest
            in the batch for ``None``.
        ragged: Only ``False``.
        shuffle: Whether each epoch has another order.
        seed: Integer in [0, 2**32) that splits and orders come from.
        validation_split: Share of the files that is for validation, in (0, 1).
        subset: ``"training"``, ``"validation"``, or ``"both"`` for two data sets.
        follow_links: Whether links to folders are followed.
        verbose: Whether to tell how many files there are.
        format: ``None`` for a `PyDataset`; or a format that an installed data adapter makes, such as ``"tf"`` for a
            `tf.data.Dataset` and ``"grain"`` for a `grain.IterDataset`.

    Raises:
        ValueError: Arguments are not usable, or there are no sounds.
        ImportError: SciPy is needed, or the library of the format, and not installed.
    """
    if ragged:
        raise ValueError(
            "Batches of sounds are arrays.\nReceived: ragged=True.\n"
            "Allowed: ragged=False, where short sounds end with zeros.\n"
            "Leave it out; pass batch_size=None for sounds of their own length."
        )
    length = output_sequence_length
    if length is not None and (isinstance(length, bool) or not isinstance(length, int) or length < 1):
        raise ValueError(
            f"The length of sounds is not usable.\nReceived: output_sequence_length={length!r}.\n"
            "Allowed: integers from 1 up, in samples, and None for whole sounds.\nPass one of these."
        )
    check_resampling(sampling_rate)
    request = Request(
        directory, labels, label_mode, class_names, shuffle, seed, validation_split, subset, follow_links, verbose,
        SUFFIXES, "audio",
    )  # fmt: skip
    made = [
        in_format(
            SampleDataset(
                WaveFiles(files.paths, sampling_rate, length),
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
