"""Sounds from WAV files, by Python's own `wave` module.

Promises PCM of 16 bits in [-1, 1) as float32, which is what `tf.audio.decode_wav` gives. Refuses other encodings by
name of the file: their range would be a guess. Resampling is SciPy's, which is needed only for that.
"""

from __future__ import annotations

import importlib
import importlib.util
import math
import wave
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from polykeras.utils.sample_dataset import ArraySpec

_BYTES = 2
_FULL_SCALE = np.float32(1 << 15)


class WaveFiles:
    """Sounds in files, as samples of a `SampleDataset`: float32 of shape ``(time, channels)``.

    Sounds of a batch that differ in length end with zeros.

    Args:
        paths: The files.
        sampling_rate: Samples per second that sounds are brought to; their own for ``None``.
        length: Samples that are kept of each; shorter ones end with zeros. All for ``None``.
    """

    def __init__(self, paths: Sequence[str], sampling_rate: int | None, length: int | None) -> None:
        self._paths = paths
        self._rate = sampling_rate
        self._length = length
        self.spec = ArraySpec((length, None), np.dtype("float32"))

    def __len__(self) -> int:
        return len(self._paths)

    def take(self, numbers: npt.NDArray[np.int64], batch: int) -> npt.NDArray[np.float32]:
        """Return the sounds of these numbers, of shape ``(n, time, channels)``.

        Raises:
            ValueError: A file cannot be decoded, or sounds differ in their channels.
        """
        sounds = [self._read(self._paths[number], batch) for number in numbers]
        channels = {sound.shape[1] for sound in sounds}
        if len(channels) > 1:
            odd = next(place for place, sound in enumerate(sounds) if sound.shape[1] != sounds[0].shape[1])
            raise ValueError(
                f"The sounds of batch {batch} do not fit into one array.\n"
                f"Received: {sounds[0].shape[1]} channels in {self._paths[numbers[0]]}, "
                f"{sounds[odd].shape[1]} in {self._paths[numbers[odd]]}.\n"
                "Allowed: one number of channels in all files.\nMix them down first, or pass batch_size=None."
            )
        length = max(len(sound) for sound in sounds) if self._length is None else self._length
        result = np.zeros((len(sounds), length, channels.pop()), dtype=np.float32)
        for place, sound in enumerate(sounds):
            result[place, : len(sound)] = sound[:length]
        return result

    def _read(self, path: str, batch: int) -> npt.NDArray[np.float32]:
        sound = _decoded(path, batch)
        samples = sound.samples
        if self._rate is not None and sound.rate != self._rate:
            shared = math.gcd(self._rate, sound.rate)
            signal: Any = importlib.import_module("scipy.signal")
            samples = signal.resample_poly(samples, self._rate // shared, sound.rate // shared, axis=0)
        return samples if self._length is None else samples[: self._length]


class _Sound(NamedTuple):
    samples: npt.NDArray[np.float32]  # (time, channels)
    rate: int


def _decoded(path: str, batch: int) -> _Sound:
    try:
        with wave.open(path, "rb") as file:
            _check_encoding(file)
            channels = file.getnchannels()
            raw = file.readframes(file.getnframes())
            rate = file.getframerate()
    except (wave.Error, EOFError, OSError) as error:
        problem = str(error) or "it ends too early"
        raise ValueError(
            f"A sound cannot be read.\nReceived: the file {path}, for batch {batch}: {problem}\n"
            "Allowed: WAV files of PCM with 16 bits.\nConvert the file, or take it out of the directory."
        ) from error
    frames = len(raw) // (_BYTES * channels)  # a file that was cut off has less than its header says
    samples = np.frombuffer(raw, dtype="<i2", count=frames * channels).reshape(frames, channels)
    return _Sound(samples.astype(np.float32) / _FULL_SCALE, rate)


def _check_encoding(file: wave.Wave_read) -> None:
    if file.getsampwidth() != _BYTES:
        raise wave.Error(f"samples of {8 * file.getsampwidth()} bits")
    if file.getframerate() < 1:
        raise wave.Error(f"a sampling rate of {file.getframerate()}")


def check_resampling(sampling_rate: int | None) -> None:
    """Refuse a rate that is none, or any where SciPy is not installed.

    Raises:
        ValueError: `sampling_rate` is no positive integer.
        ImportError: SciPy is not installed.
    """
    if sampling_rate is None:
        return
    if isinstance(sampling_rate, bool) or not isinstance(sampling_rate, int) or sampling_rate < 1:
        raise ValueError(
            f"The sampling rate is not usable.\nReceived: sampling_rate={sampling_rate!r}.\n"
            "Allowed: integers from 1 up, in samples per second, and None.\nPass one of these."
        )
    if importlib.util.find_spec("scipy") is None:
        raise ImportError(
            "Sounds are resampled by SciPy.\nReceived: sampling_rate, in a Python without the package `scipy`.\n"
            "Allowed: any release of the distribution `scipy`.\nInstall it with `pip install scipy`."
        )
