"""Texts from directories."""

from __future__ import annotations

import numpy as np
import pytest

from polykeras import utils

WORDS = {"p/a": "héllo wörld", "q/b": "ab\r\ncd", "q/c": ""}


def texts(folder, **options):
    return utils.text_dataset_from_directory(folder, shuffle=False, verbose=False, **options)


@pytest.fixture
def folder(tmp_path):
    for name, text in WORDS.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.txt").write_bytes(text.encode())
    return tmp_path


def test_texts_are_whole_and_str(folder):
    read, labels = texts(folder)[0]
    assert (read.dtype, read.shape, labels.tolist()) == (np.dtype(object), (3,), [0, 1, 1])
    assert read.tolist() == list(WORDS.values())


# Keras cuts bytes too: recorded are b"h\xc3\xa9" for 3 and b"h\xc3" for 2, which is half a character.
@pytest.mark.parametrize(("length", "expected"), [(3, "hé"), (2, "h"), (1, "h"), (100, "héllo wörld")])
def test_max_length_counts_bytes(folder, length, expected):
    assert texts(folder, max_length=length)[0][0][0] == expected


def test_single_texts(folder):
    assert list(texts(folder, batch_size=None, labels=None)) == list(WORDS.values())


def test_a_file_that_is_not_utf8_is_named_with_its_batch(folder):
    (folder / "q/c.txt").write_bytes(b"caf\xe9")
    dataset = texts(folder, batch_size=1)
    with pytest.raises(ValueError, match="A text cannot be read") as told:
        dataset[2]
    lines = str(told.value).splitlines()
    assert len(lines) == 4
    assert f"{folder / 'q/c.txt'}, for batch 2" in lines[1]
