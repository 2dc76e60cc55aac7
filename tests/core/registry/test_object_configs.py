"""The config of every public class, parameter for parameter, beside the one that Keras 3.15.1 wrote."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import polykeras as keras
from polykeras import constraints, initializers, layers, losses, metrics, optimizers, regularizers
from polykeras.optimizers import schedules
from polykeras.registry import deserialize_keras_object, serialize_keras_object
from tests.files.object_calls import BUILT, ROWS, Made, construct, label

RECORDED = json.loads((Path(__file__).parents[2] / "files" / "object_configs.json").read_text(encoding="utf-8"))
CASES = list(zip([*ROWS, *BUILT], RECORDED, strict=True))

# Arguments that the classes of Keras take, and that their configs leave out: its copies lose them, ours do not.
MORE = {
    "Identity": {"gain"},
    "MeanAbsoluteError": {"dtype"},
    "MeanSquaredError": {"dtype"},
    "SparseCategoricalCrossentropy": {"axis"},
    "SparseTopKCategoricalAccuracy": {"from_sorted_ids"},
}
# Keras records the shape of these, which have nothing to build.
NOTHING_TO_BUILD = {"Flatten", "Rescaling"}
FAMILIES = (constraints, initializers, layers, losses, metrics, optimizers, regularizers, schedules)
# Made of functions, which `object_calls` has no rows for; or without a config of its own in Keras.
ELSEWHERE = {"LossFunctionWrapper", "MeanMetricWrapper", "Regularizer", "Optimizer", "LearningRateSchedule"}


@pytest.fixture(autouse=True)
def _names_from_the_start():
    keras.utils.clear_session()


def constructed(row):
    """Return the object of a row; a layer with a shape is called on it."""
    if isinstance(row, Made):
        return construct(keras, row)
    layer, shape = construct(keras, row[0]), row[1]
    layer([keras.KerasTensor(one) for one in shape] if isinstance(shape, list) else keras.KerasTensor(shape))
    return layer


def plain(obj):
    return json.loads(json.dumps(serialize_keras_object(obj)))


def rounded(value):
    """Return a config with every float as float32: Keras keeps some of them in that."""
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return float(np.float32(value)) if isinstance(value, float) else value


def alike(ours, recorded):
    """Return both configs without what may differ."""
    ours, recorded = rounded(ours), rounded(recorded)
    name = ours["class_name"]
    for key in MORE.get(name, set()) - recorded["config"].keys():
        ours["config"].pop(key, None)
    for config in (ours, recorded):
        if name in NOTHING_TO_BUILD:
            config.pop("build_config", None)
        if name == "LayerNormalization" and config["config"]["axis"] == [-1]:
            config["config"]["axis"] = -1
    return ours, recorded


@pytest.mark.parametrize(("row", "recorded"), CASES, ids=[name for _, (name, _) in CASES])
def test_config_is_that_of_keras(row, recorded):
    name, wanted = recorded
    assert name == (label(row) if isinstance(row, Made) else f"built {label(row[0])}")
    ours, wanted = alike(plain(constructed(row)), wanted)
    assert ours == wanted


@pytest.mark.parametrize(("name", "config"), RECORDED, ids=[name for name, _ in RECORDED])
def test_configs_of_keras_go_round(name, config):
    back = deserialize_keras_object(config)
    ours, wanted = alike(plain(back), config)
    assert ours == wanted
    assert plain(deserialize_keras_object(plain(back))) == plain(back)


def test_every_class_is_compared():
    compared = {row.path.rpartition(".")[2] for row in ROWS}
    known = {member.__name__ for area in FAMILIES for member in area.FAMILY.table.values() if isinstance(member, type)}
    assert known - compared == ELSEWHERE


@pytest.mark.parametrize(
    "obj",
    [
        losses.LossFunctionWrapper(losses.mean_squared_error, name="mine"),
        metrics.MeanMetricWrapper(losses.mean_squared_error, name="mine"),
    ],
)
def test_wrappers_of_functions(obj):
    config = plain(obj)
    named = {
        "module": "builtins",
        "class_name": "function",
        "config": "mean_squared_error",
        "registered_name": "function",
    }
    assert config["config"]["fn"] == named
    assert plain(deserialize_keras_object(config)) == config
