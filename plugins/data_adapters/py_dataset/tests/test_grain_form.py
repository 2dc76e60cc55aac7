"""Data sets that Polykeras makes, as datasets of Grain."""

from __future__ import annotations

import importlib.util

import grain
import numpy as np
import pytest

from polykeras import utils


def windows(**options):
    return utils.timeseries_dataset_from_array(np.arange(20.0), np.arange(20), 4, batch_size=5, **options)


@pytest.mark.parametrize("shuffle", [False, True])
def test_batches_are_those_of_the_py_dataset(shuffle):
    made = windows(shuffle=shuffle, seed=1, format="grain")
    assert isinstance(made, grain.IterDataset)
    for (window, target), (expected, label) in zip(made, windows(shuffle=shuffle, seed=1), strict=True):
        np.testing.assert_array_equal(window, expected)
        np.testing.assert_array_equal(target, label)


def test_names_are_kept(tmp_path):
    for name in ("p/a", "q/b"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / f"{name}.txt").write_text(name)
    made = utils.text_dataset_from_directory(tmp_path, shuffle=False, verbose=False, format="grain")
    assert (made.class_names, len(made.file_paths)) == (["p", "q"], 2)
    ((texts, labels),) = made
    assert (texts.tolist(), labels.tolist()) == (["p/a", "q/b"], [0, 1])


def test_grain_is_asked_for(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ImportError, match="pip install grain"):
        windows(format="grain")
