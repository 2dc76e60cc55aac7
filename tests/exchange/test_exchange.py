"""Files of Keras 3.15.1 load here, and ours load there, with equal predictions."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

import polykeras as keras
from tests.exchange import zoo

ROOT = Path(__file__).resolve().parents[2]
NAMES = list(zoo.ZOO)


def close(found, recorded):
    """Compare predictions of two packages: the same formulas, summed in another order."""
    with np.load(recorded) as wanted:
        assert found.keys() == set(wanted)
        for key, value in found.items():
            np.testing.assert_allclose(value, wanted[key], rtol=2e-4, atol=2e-5)


@pytest.mark.parametrize("name", NAMES)
def test_their_models_load_here(name, theirs, kinds):
    model = keras.saving.load_model(theirs / f"{name}.keras")
    close(zoo.outputs(model, name), theirs / f"{name}.npz")
    assert int(model.optimizer.iterations.numpy()) == 4
    zoo.train(model, name, epochs=1)


# Keras writes no subclassed model in the old form.
FILES = [f"{name}{ending}" for name in NAMES for ending in (".weights.h5", ".keras", ".h5")]


@pytest.mark.parametrize("file", [file for file in FILES if file != "subclassed.h5"])
def test_their_weights_load_here(file, theirs, kinds):
    name = file.partition(".")[0]
    model = zoo.compiled(keras, name, kinds)
    if not model.built:
        zoo.train(model, name, epochs=1)
    model.load_weights(theirs / file)
    close(zoo.outputs(model, name), theirs / f"{name}.npz")


@pytest.mark.parametrize("name", NAMES)
def test_our_models_load_there(name, ours):
    with np.load(ours / f"{name}.loaded.npz") as found:
        close(dict(found), ours / f"{name}.npz")
    assert int(np.load(ours / f"{name}.iterations.npy")) == 4


@pytest.mark.parametrize("name", NAMES)
def test_our_weights_load_there(name, ours):
    with np.load(ours / f"{name}.weights.npz") as found:
        close(dict(found), ours / f"{name}.npz")


def paths(file):
    """Return every array in a file with its shape and dtype, and every group's name."""
    found = {}

    def note(path, item):
        # Seed generators are ours alone.
        if "seed_generator" not in path:
            found[path] = (item.shape, item.dtype) if isinstance(item, h5py.Dataset) else sorted(item.attrs)

    with h5py.File(file) as opened:
        opened.visititems(note)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_layouts_are_the_same(name, ours, theirs):
    assert paths(ours / f"{name}.weights.h5") == paths(theirs / f"{name}.weights.h5")
