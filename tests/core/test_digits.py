"""The digits that the examples train on: real size, all classes in equal number, small enough for a repository."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

FILE = Path(__file__).resolve().parents[2] / "examples/data/digits.npz"


@pytest.mark.parametrize(("part", "per_class"), [("train", 600), ("test", 100)])
def test_digits(part, per_class):
    with np.load(FILE) as digits:
        images, labels = digits[f"x_{part}"], digits[f"y_{part}"]
    assert images.shape == (10 * per_class, 28, 28)
    assert images.dtype == labels.dtype == np.uint8
    assert np.bincount(labels).tolist() == [per_class] * 10
    assert len(np.unique(labels[:per_class])) == 10  # mixed, not class after class
    assert len(np.unique(images.reshape(len(images), -1), axis=0)) == len(images)


def test_the_file_is_small():
    assert FILE.stat().st_size < 2_000_000
