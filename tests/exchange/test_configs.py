"""Configs of models cross between Keras 3.15.1 and here, in both directions, with equal predictions.

Graphs are drawn at random from layers, models and raw ops; besides, every public op is read by Keras.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import polykeras as keras
from polykeras import ops
from polykeras.models import model_from_json
from tests.exchange import graphs
from tests.files.op_calls import CALLS, NAMELESS, NOT_READ

ROOT = Path(__file__).resolve().parents[2]


def data(model, seed=7):
    chance = np.random.default_rng(seed)
    return [chance.uniform(0.5, 1.5, (4, *tensor.shape[1:])).astype("float32") for tensor in model.inputs]


def predictions(model):
    outputs = model(data(model))  # eagerly: compiling so many graphs takes minutes
    return [ops.convert_to_numpy(output) for output in (outputs if isinstance(outputs, list) else [outputs])]


def close(found, recorded):
    with np.load(recorded) as wanted:
        assert len(found) == len(wanted)
        for number, value in enumerate(found):
            np.testing.assert_allclose(value, wanted[str(number)], rtol=2e-5, atol=1e-6)


@pytest.mark.parametrize("seed", graphs.SEEDS)
def test_keras_reads_our_graphs(seed, folder):
    close(predictions(graphs.build(keras, seed)), folder / "read" / f"graph{seed}.npz")


@pytest.mark.parametrize("seed", graphs.SEEDS)
def test_we_read_the_graphs_of_keras(seed, folder):
    text = (folder / "theirs" / f"graph{seed}.json").read_text(encoding="utf-8")
    model = model_from_json(text)
    close(predictions(model), folder / "theirs" / f"graph{seed}.npz")
    names = [layer["name"] for layer in json.loads(text)["config"]["layers"]]
    assert [layer["name"] for layer in model.get_config()["layers"]] == names


@pytest.mark.parametrize("seed", graphs.SEEDS)
def test_layers_are_listed_in_the_same_order(seed, folder):
    """Weights lie in files by the order of the layers, so it is part of the exchange."""
    keras.utils.clear_session()
    ours = json.loads((folder / "ours" / f"graph{seed}.json").read_text(encoding="utf-8"))["config"]
    theirs = json.loads((folder / "theirs" / f"graph{seed}.json").read_text(encoding="utf-8"))["config"]
    # The operator `/` is a class of its own there.
    named = [layer["class_name"].replace("TrueDivide", "Divide") for layer in theirs["layers"]]
    assert [layer["class_name"] for layer in ours["layers"]] == named
    assert len(ours["output_layers"]) == len(theirs["output_layers"])


READ = {f"{number}-{call[0]}": number for number, call in enumerate(CALLS) if call[0] not in NOT_READ}


@pytest.mark.parametrize("number", READ.values(), ids=READ.keys())
def test_keras_reads_every_op(number, folder):
    ours = json.loads((folder / "ours" / f"op{number}.json").read_text(encoding="utf-8"))
    read = json.loads((folder / "read" / f"op{number}.json").read_text(encoding="utf-8"))
    for layer, own in zip(read["config"]["layers"], ours["config"]["layers"], strict=True):
        if CALLS[number][0] in NAMELESS and "name" not in layer["config"]:
            layer["config"]["name"] = own["name"]
    assert read["config"] == ours["config"]
    back = model_from_json(json.dumps(read))
    assert json.loads(back.to_json())["config"] == ours["config"]
