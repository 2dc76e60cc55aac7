"""Layers on symbolic tensors: shapes, weights, configs. No framework."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path
from typing import Any

import pytest

import polykeras as keras
from tests.core.layers.cases import CASES, Case

L = keras.layers
RECORDED = json.loads((Path(__file__).parent / "keras_configs.json").read_text(encoding="utf-8"))


def made(case: Case, **more: Any) -> Any:
    return getattr(L, case.layer)(**case.config, **more)


def symbols(case: Case, batch: int | None) -> Any:
    inputs = [keras.Input(batch_shape=(batch, *shape[1:]), dtype=case.dtype) for shape in case.shapes]
    return inputs if isinstance(case.inputs, list) else inputs[0]


def each(cases: list[Case]) -> Any:
    return pytest.mark.parametrize("case", cases, ids=lambda case: case.id)


@each(CASES)
def test_shape_and_dtype_with_an_unknown_batch(case: Case) -> None:
    layer = made(case)
    output = layer(symbols(case, None))
    assert output.shape == (None, *case.output[1:])
    assert output.dtype == case.result
    assert layer.built
    assert layer.output is output


@each(CASES)
def test_shape_with_a_known_batch(case: Case) -> None:
    batch = case.shapes[0][0]
    assert made(case)(symbols(case, batch)).shape == case.output


@each(CASES)
def test_output_shape_of_a_layer_that_is_not_built(case: Case) -> None:
    shapes = [(None, *shape[1:]) for shape in case.shapes]
    answer = made(case).compute_output_shape(shapes if isinstance(case.inputs, list) else shapes[0])
    assert tuple(answer) == (None, *case.output[1:])


@each([case for case in CASES if all(len(shape) > 2 for shape in case.shapes) and "Norm" not in case.layer])
def test_every_size_but_the_channels_may_be_unknown(case: Case) -> None:
    first = case.config.get("data_format") == "channels_first"
    inputs = [
        keras.Input(batch_shape=(None, shape[1], *[None] * (len(shape) - 2)))
        if first
        else keras.Input(batch_shape=(*[None] * (len(shape) - 1), shape[-1]), dtype=case.dtype)
        for shape in case.shapes
    ]
    output = made(case)(inputs if isinstance(case.inputs, list) else inputs[0])
    assert len(output.shape) == len(case.output)
    assert all(own in {None, size} for own, size in zip(output.shape, case.output, strict=True))


@each(CASES)
def test_weights_in_order_with_their_paths(case: Case) -> None:
    layer = made(case, name="mine")
    layer(symbols(case, None))
    assert {weight.name: weight.shape for weight in layer.weights} == case.weights
    assert [weight.path for weight in layer.weights] == [f"mine/{name}" for name in case.weights]
    trainable = [weight.name for weight in layer.trainable_weights]
    assert trainable == [name for name in case.weights if not name.startswith("moving")]
    layer.trainable = False
    assert not layer.trainable_weights


@each(CASES)
def test_a_config_gives_the_same_layer(case: Case) -> None:
    layer = made(case, name="mine", dtype="float16", trainable=False)
    config = layer.get_config()
    twin = type(layer).from_config(json.loads(json.dumps(config)))
    assert json.dumps(twin.get_config()) == json.dumps(config)
    assert (twin.name, twin.dtype, twin.trainable) == ("mine", "float16", False)
    again = L.deserialize(json.loads(json.dumps(L.serialize(layer))))
    assert type(again) is type(layer)
    assert json.dumps(again.get_config()) == json.dumps(config)
    for key, value in case.config.items():
        assert key in config, f"{key}={value} is lost"


def _classes() -> list[str]:
    return [
        name
        for name in L.__all__
        if inspect.isclass(getattr(L, name)) and issubclass(getattr(L, name), L.Layer) and name != "Layer"
    ]


def test_every_layer_is_in_the_table() -> None:
    here = {getattr(L, case.layer) for case in CASES} | {L.InputLayer}
    assert here == {getattr(L, name) for name in _classes()}


@pytest.mark.parametrize("name", sorted(RECORDED))
def test_what_keras_wrote_is_read(name: str) -> None:
    """Keras' own configs make the layer, and nothing of them is lost but what is not offered."""
    layer = L.deserialize(RECORDED[name])
    ours = layer.get_config()
    theirs = RECORDED[name]["config"]
    lost = {key for key in theirs if key not in ours and theirs[key] not in (None, False)}
    assert not lost
    for key in theirs.keys() & ours.keys() - {"dtype", "activity_regularizer"}:
        assert json.loads(json.dumps(ours[key])) == theirs[key], key
    assert layer.dtype == "float32"


def test_an_activity_regularizer_is_kept() -> None:
    for layer in (L.Dense(2, activity_regularizer="l2"), L.Conv2D(2, 3, activity_regularizer="l2")):
        twin = type(layer).from_config(layer.get_config())
        assert twin.activity_regularizer.get_config() == layer.activity_regularizer.get_config()


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        *((f"{short}Pool{rank}D", f"{long}Pooling{rank}D") for rank in (1, 2, 3) for short, long in (
            ("Max", "Max"), ("Avg", "Average"), ("GlobalMax", "GlobalMax"), ("GlobalAvg", "GlobalAverage")
        )),
        *((f"Convolution{rank}D", f"Conv{rank}D") for rank in (1, 2, 3)),
    ],
)  # fmt: skip
def test_aliases(alias: str, name: str) -> None:
    assert getattr(L, alias) is getattr(L, name)


def test_default_names() -> None:
    """The names that summaries show and files hold are Keras'."""
    names = {"Conv2D": "conv2d", "MaxPooling1D": "max_pooling1d", "ReLU": "re_lu", "LeakyReLU": "leaky_re_lu",
             "GlobalAveragePooling2D": "global_average_pooling2d", "ELU": "elu", "InputLayer": "input_layer",
             "BatchNormalization": "batch_normalization"}  # fmt: skip
    made_by = {case.layer: case for case in CASES}
    for name, expected in names.items():
        layer = L.InputLayer((3,)) if name == "InputLayer" else made(made_by[name])
        assert re.fullmatch(rf"{expected}(_\d+)?", layer.name)


def test_functional_forms_of_merges() -> None:
    a, b = keras.Input((3,)), keras.Input((3,))
    for name in ("add", "subtract", "multiply", "average", "maximum", "minimum"):
        assert getattr(L, name)([a, b], name=f"my_{name}").shape == (None, 3)
    assert L.concatenate([a, b], axis=-1).shape == (None, 6)


def test_identity_takes_any_structure() -> None:
    inputs = {"a": keras.Input((3,)), "b": [keras.Input((2,), dtype="int32")]}
    outputs = L.Identity()(inputs)
    assert outputs["a"].shape == (None, 3)
    assert outputs["b"][0].dtype == "int32"
