"""Sounds from directories, against values recorded from Keras 3.15.1."""

from __future__ import annotations

import struct
import wave

import numpy as np
import pytest

from polykeras import utils

MONO = np.array([[0], [1], [-1], [32767], [-32768]], dtype="<i2")
SHORT = np.array([[100], [-200], [300]], dtype="<i2")
# The same numbers as `tf.audio.decode_wav` gives.
HEARD = np.array([0.0, 3.0517578e-05, -3.0517578e-05, 9.9996948e-01, -1.0], dtype="float32")[:, None]


def write(path, samples, rate=8000, width=2):
    path.parent.mkdir(exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())


def sounds(folder, **options):
    return utils.audio_dataset_from_directory(folder, shuffle=False, verbose=False, **options)


@pytest.fixture
def folder(tmp_path):
    write(tmp_path / "p/a.wav", MONO)
    write(tmp_path / "q/b.WAV", SHORT)
    return tmp_path


def test_short_sounds_end_with_zeros(folder):
    dataset = sounds(folder)
    heard, labels = dataset[0]
    assert (heard.dtype, heard.shape, labels.tolist()) == (np.float32, (2, 5, 1), [0, 1])
    np.testing.assert_array_equal(heard[0], HEARD)
    np.testing.assert_array_equal(heard[1, :, 0] * 32768, [100, -200, 300, 0, 0])
    assert dataset.element_spec[0].shape == (None, None, None)


@pytest.mark.parametrize("length", [2, 4, 9])
def test_every_sound_of_a_given_length(folder, length):
    dataset = sounds(folder, output_sequence_length=length, batch_size=1)
    assert dataset.element_spec[0].shape == (None, length, None)
    for (heard, _), whole in zip(dataset, (MONO, SHORT), strict=True):
        expected = np.zeros((1, length, 1))
        expected[0, : len(whole)] = whole[:length] / 32768
        np.testing.assert_array_equal(heard, expected)


def test_single_sounds_have_their_own_length(folder):
    assert [heard.shape for heard in sounds(folder, batch_size=None, labels=None)] == [(5, 1), (3, 1)]


def test_a_sound_that_was_cut_off_gives_what_is_there(folder):
    path = folder / "p/a.wav"
    path.write_bytes(path.read_bytes()[:-3])
    np.testing.assert_array_equal(sounds(folder, batch_size=1)[0][0][0], HEARD[:3])


def test_channels_of_a_batch(folder):
    stereo = np.array([[1, 2], [3, 4]], dtype="<i2")
    write(folder / "q/b.WAV", stereo)
    np.testing.assert_array_equal(sounds(folder, batch_size=1)[1][0][0] * 32768, stereo)
    with pytest.raises(ValueError, match="sounds of batch 0") as told:
        sounds(folder)[0]
    assert f"1 channels in {folder / 'p/a.wav'}, 2 in {folder / 'q/b.WAV'}" in str(told.value)


def test_resampling(folder):
    tone = np.sin(np.arange(8000) / 8000 * 2 * np.pi * 100)
    write(folder / "p/a.wav", (tone * 20000).astype("<i2")[:, None])
    heard = sounds(folder, sampling_rate=16000, batch_size=1)[0][0][0, :, 0]
    assert heard.dtype == np.float32
    expected = np.sin(np.arange(16000) / 16000 * 2 * np.pi * 100) * 20000 / 32768
    np.testing.assert_allclose(heard[500:-500], expected[500:-500], atol=2e-3)
    np.testing.assert_array_equal(sounds(folder, sampling_rate=8000)[0][0], sounds(folder)[0][0])


def test_resampling_asks_for_scipy(folder, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(ImportError, match="pip install scipy"):
        sounds(folder, sampling_rate=4000)


FLOAT = b"RIFF" + struct.pack("<I", 44) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 3, 1, 8000, 32000, 4, 32)


@pytest.mark.parametrize(
    ("content", "told_of"),
    [
        (b"", "ends too early"),
        (b"no sound at all", "RIFF"),
        (FLOAT + b"data" + struct.pack("<If", 4, 0.5), "unknown format"),
        (1, "8 bits"),
        (4, "32 bits"),
    ],
)
def test_a_file_that_cannot_be_decoded_is_named_with_its_batch(folder, content, told_of):
    path = folder / "q/b.WAV"
    if isinstance(content, int):
        write(path, np.zeros((4, 1), f"<i{content}"), width=content)
    else:
        path.write_bytes(content)
    dataset = sounds(folder, batch_size=1)
    with pytest.raises(ValueError, match=told_of) as told:
        dataset[1]
    lines = str(told.value).splitlines()
    assert len(lines) == 4
    assert f"{path}, for batch 1" in lines[1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"ragged": True}, "ragged=True"),
        ({"output_sequence_length": 0}, "output_sequence_length=0"),
        ({"sampling_rate": 0}, "sampling_rate=0"),
        ({"sampling_rate": 8e3}, "sampling_rate=8000.0"),
    ],
)
def test_refusals(folder, options, message):
    with pytest.raises(ValueError, match=message):
        sounds(folder, **options)
