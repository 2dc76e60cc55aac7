"""Whole models in files: what comes back predicts the same, and trains on the same."""

from __future__ import annotations

import json
import os
import zipfile

import numpy as np
import pytest

import polykeras as keras
from polykeras.plugins.errors import CorruptFileError
from polykeras.saving import load_model, save_model
from tests.exchange import zoo


@pytest.fixture(scope="module")
def kinds():
    return zoo.classes(keras)


def equal(left, right):
    assert left.keys() == right.keys()
    for key, value in left.items():
        np.testing.assert_array_equal(value, right[key])


@pytest.mark.parametrize("name", zoo.ZOO)
def test_predictions_and_training_go_on_the_same(name, kinds, tmp_path):
    path = tmp_path / "a.keras"
    model = zoo.trained(keras, name, kinds)
    model.save(path)
    other = load_model(path)
    assert type(other) is type(model)
    assert other.name == model.name
    equal(zoo.outputs(model, name), zoo.outputs(other, name))
    assert int(other.optimizer.iterations.numpy()) == 4
    # Dropout draws on from the state in the file, Adam goes on with its moments: the same losses to the last bit.
    assert zoo.train(model, name) == zoo.train(other, name)


def test_a_file_is_what_keras_files_are(kinds, tmp_path):
    path = tmp_path / "a.keras"
    zoo.trained(keras, "sequential", kinds).save(path)
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["metadata.json", "config.json", "model.weights.h5"]
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
        assert archive.testzip() is None
        assert json.loads(archive.read("metadata.json")).keys() >= {"keras_version", "date_saved"}
        assert json.loads(archive.read("config.json"))["class_name"] == "Sequential"


def test_files_of_layers_come_back(kinds, tmp_path):
    path = tmp_path / "a.keras"
    zoo.trained(keras, "own_files", kinds).save(path)
    with zipfile.ZipFile(path) as archive:
        assert "assets/layers/listed/inside/words.txt" in archive.namelist()
    listed = load_model(path).layers[0]
    assert listed.words == ("one", "two", "three")
    np.testing.assert_array_equal(listed.table, np.arange(6).reshape(2, 3))


def test_without_compiling(kinds, tmp_path):
    path = tmp_path / "a.keras"
    model = zoo.trained(keras, "sequential", kinds)
    model.save(path)
    other = load_model(path, compile=False)
    assert not other.compiled
    equal(zoo.outputs(model, "sequential"), zoo.outputs(other, "sequential"))


def test_a_model_that_was_never_compiled(tmp_path):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    model.save(tmp_path / "a.keras")
    other = load_model(tmp_path / "a.keras")
    assert not other.compiled
    np.testing.assert_array_equal(model.get_weights()[0], other.get_weights()[0])


def test_a_model_that_is_not_built(tmp_path):
    keras.Sequential([keras.layers.Dense(2)]).save(tmp_path / "a.keras")
    other = load_model(tmp_path / "a.keras")
    assert not other.built
    assert other(np.ones((1, 3), "float32")).shape == (1, 2)


def test_weights_alone_from_a_whole_model(kinds, tmp_path):
    model = zoo.trained(keras, "sequential", kinds)
    model.save(tmp_path / "a.keras")
    other = zoo.compiled(keras, "sequential", kinds)
    other.load_weights(tmp_path / "a.keras")
    equal(zoo.outputs(model, "sequential"), zoo.outputs(other, "sequential"))


def test_paths_of_every_type(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    for path in ("a.keras", tmp_path / "b.keras", os.fspath(tmp_path / "c.keras"), "ünï {x}.keras"):
        save_model(model, path)
        np.testing.assert_array_equal(load_model(path).get_weights()[0], model.get_weights()[0])
    with pytest.raises(FileExistsError):
        model.save("a.keras", overwrite=False)


def test_a_class_that_nobody_made_known(tmp_path):
    class Strange(keras.layers.Layer):
        def call(self, inputs):
            return inputs

    keras.Sequential([keras.Input((3,)), Strange()]).save(tmp_path / "a.keras")
    with pytest.raises(ValueError, match="Strange"):
        load_model(tmp_path / "a.keras")
    assert isinstance(load_model(tmp_path / "a.keras", {"Strange": Strange}).layers[0], Strange)


def test_weights_of_another_model_in_the_file(tmp_path):
    """Config and weights come from one file, so it is the file that is wrong."""
    for name, units in (("a", 2), ("b", 5)):
        keras.Sequential([keras.Input((3,)), keras.layers.Dense(units)]).save(tmp_path / f"{name}.keras")
    with zipfile.ZipFile(tmp_path / "a.keras") as first, zipfile.ZipFile(tmp_path / "b.keras") as second:
        members = {name: first.read(name) for name in first.namelist()}
        members["model.weights.h5"] = second.read("model.weights.h5")
    with zipfile.ZipFile(tmp_path / "c.keras", "w") as mixed:
        for name, data in members.items():
            mixed.writestr(name, data)
    with pytest.raises(CorruptFileError, match="do not fit"):
        load_model(tmp_path / "c.keras")


@pytest.mark.parametrize(
    ("name", "advice"),
    [("a.h5", "load_weights"), ("a.weights.h5", "load_weights"), ("a.safetensors", "load_weights"), ("a.npz", "Save")],
)
def test_files_that_hold_no_model(name, advice, tmp_path):
    (tmp_path / name).write_bytes(b"\x80\x04K\x01.")
    with pytest.raises(ValueError, match=advice):
        load_model(tmp_path / name)
