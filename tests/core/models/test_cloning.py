"""Copies of models: same config, new layers and weights, other layers where the caller wants them."""

from __future__ import annotations

import json

import pytest

import polykeras as keras
from polykeras import layers, ops
from polykeras.models import Functional, Model, Sequential, clone_model


@pytest.fixture(autouse=True)
def _names_from_the_start():
    keras.utils.clear_session()


def graph():
    x, y = keras.Input((4,), name="x"), keras.Input((4,), name="y")
    dense = layers.Dense(4, name="d")
    inner = Sequential([keras.Input((4,), name="i"), layers.Dense(4, name="e")], name="inner")
    joined = ops.concatenate([inner(dense(x)), dense(y)], axis=-1)
    return Model({"one": x, "other": y}, [layers.ReLU(name="r")(joined), ops.softmax(joined)], name="m")


def chain():
    return Sequential([keras.Input((4,), name="x"), layers.Dense(3, name="d"), layers.ReLU(name="r")], name="m")


class Block(Model):
    def __init__(self, units=3, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.dense = layers.Dense(units)

    def call(self, inputs):
        return self.dense(inputs)


def config(model):
    return json.loads(json.dumps(model.get_config()))


@pytest.mark.parametrize("make", [graph, chain])
def test_the_copy_has_the_same_config_and_other_layers(make):
    model = make()
    copy = clone_model(model)
    assert type(copy) is type(model)
    assert config(copy) == config(model)
    assert not {id(layer) for layer in copy.layers} & {id(layer) for layer in model.layers}
    assert not {id(weight) for weight in copy.weights} & {id(weight) for weight in model.weights}
    assert [weight.shape for weight in copy.weights] == [weight.shape for weight in model.weights]
    assert not copy.compiled


def test_an_open_chain_stays_open():
    model = Sequential([layers.Dense(3, name="d")], name="m")
    copy = clone_model(model)
    assert config(copy) == config(model)
    assert not copy.built


def test_a_subclass_is_made_from_its_config():
    copy = clone_model(Block(5, name="b"))
    assert (type(copy), copy.units, copy.name) == (Block, 5, "b")


@pytest.mark.parametrize("make", [graph, chain])
def test_other_layers(make):
    seen = []

    def wider(layer):
        seen.append(layer.name)
        changed = layer.get_config()
        return type(layer).from_config({**changed, "trainable": False})

    copy = clone_model(make(), clone_function=wider)
    assert "x" not in seen
    assert len(seen) == len(set(seen))
    assert not copy.trainable_variables


def test_models_inside_are_left_to_the_function_unless_told_otherwise():
    for recursive, wanted in ((False, {"d", "r", "inner"}), (True, {"d", "r", "e"})):
        seen = set()

        def note(layer, seen=seen):
            seen.add(layer.name)
            return type(layer).from_config(layer.get_config())

        copy = clone_model(graph(), clone_function=note, recursive=recursive)
        assert seen == wanted
        assert isinstance(copy.get_layer("inner"), Sequential)


def test_other_calls():
    called = []

    def call(layer, *args, **kwargs):
        called.append(layer.name)
        return layers.Dropout(0.5)(layer(*args, **kwargs))

    copy = clone_model(graph(), call_function=call)
    assert sorted(called) == ["d", "d", "inner", "r"]
    assert sum(isinstance(layer, layers.Dropout) for layer in copy.layers) == 4


def test_other_inputs():
    x, y = keras.Input((4,), name="p"), keras.Input((4,), name="q")
    copy = clone_model(graph(), input_tensors={"one": x, "other": y})
    assert copy.inputs == [x, y]
    copy = clone_model(chain(), input_tensors=x)
    assert copy.inputs[0] is x


def test_trainable_and_names_are_kept():
    model = chain()
    model.layers[0].trainable = False
    copy = clone_model(model)
    assert (copy.layers[0].trainable, copy.name) == (False, "m")


class Twice(layers.Layer):
    def call(self, inputs):
        return inputs, inputs


REFUSED = [
    (lambda: clone_model(layers.Dense(2)), "Allowed: models"),
    (lambda: clone_model(Block(), clone_function=lambda layer: layer), "the subclassed model"),
    (lambda: clone_model(Block(), input_tensors=[keras.Input((4,))]), "the subclassed model"),
    (lambda: clone_model(graph(), input_tensors=[keras.Input((4,))]), "2 symbolic tensors"),
    (lambda: clone_model(graph(), input_tensors=[1, 2]), "2 symbolic tensors"),
    (lambda: clone_model(chain(), input_tensors=[keras.Input((4,)), keras.Input((4,))]), "one for a Sequential"),
    (lambda: clone_model(chain(), clone_function=lambda _: None), "functions that return a layer"),
    (lambda: clone_model(graph(), clone_function=lambda _: Twice()), "as many as its own"),
    (lambda: clone_model(graph(), deep=True), "only its own arguments"),
]


@pytest.mark.parametrize(("clone", "words"), REFUSED, ids=[row[1] for row in REFUSED])
def test_refused(clone, words):
    with pytest.raises(ValueError, match=words) as caught:
        clone()
    assert len(str(caught.value).splitlines()) == 4


def test_a_graph_cut_out_of_a_larger_one():
    x = keras.Input((4,), name="x")
    middle = layers.Dense(3, name="before")(x)
    model = Functional(middle, layers.Dense(2, name="after")(middle), name="m")
    copy = clone_model(model)
    assert copy.input_shape == (None, 3)
    assert [weight.shape for weight in copy.weights] == [(3, 2), (2,)]
