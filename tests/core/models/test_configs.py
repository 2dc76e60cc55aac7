"""Models as configs and back, with no framework: graphs, chains, subclasses, how they were built and compiled."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest

import polykeras as keras
from polykeras import layers, losses, metrics, ops, optimizers, tree
from polykeras.models import Functional, Model, Sequential, model_from_json
from polykeras.plugins.errors import UnsafeFileError
from polykeras.registry import deserialize_keras_object, serialize_keras_object


@pytest.fixture(autouse=True)
def _names_from_the_start():
    keras.utils.clear_session()


def plain(model):
    return json.loads(model.to_json())


def shapes(structure):
    return tree.map_structure(lambda tensor: tensor.shape, structure)


# ---------------------------------------------------------------------- graphs


def one_layer():
    x = keras.Input((3,), name="x")
    return Model(x, layers.Dense(2, name="d")(x), name="m")


def shared_layer():
    x, y = keras.Input((3,), name="x"), keras.Input((3,), name="y")
    dense = layers.Dense(3, name="d")
    first = dense(x)
    return Model([x, y], [dense(dense(y)), first], name="m")


def structures():
    x, y = keras.Input((3,), name="x"), keras.Input((3,), name="y", dtype="int32")
    a = layers.Dense(2, name="a")(x)
    return Model({"one": x, "other": y}, {"p": [a, layers.Embedding(5, 2, name="e")(y)], "q": a}, name="m")


def raw_ops():
    x = keras.Input((4, 3), name="x")
    y = 1.0 - ops.softmax(x[:, ::2, 1], axis=-1) * np.ones((2,), "float32")
    left, right = ops.split(ops.concatenate([y, y], axis=-1), 2, axis=-1)
    return Model(x, ops.matmul(ops.expand_dims(left, 2), ops.reshape(right, (-1, 1, 2))), name="m")


def nested():
    x, y = keras.Input((3,), name="x"), keras.Input((3,), name="y")
    inner = Model(x, layers.Dense(3, name="d")(x), name="inner")
    chain = Sequential([keras.Input((3,), name="z"), layers.Dropout(0.5, name="drop")], name="chain")
    once = inner(y)
    return Model(y, [inner(chain(once), training=False), once], name="m")


def arguments_by_name():
    x = keras.Input((3,), name="x")
    noisy = layers.Dropout(0.5, name="drop")(x, training=True)
    return Model(x, layers.BatchNormalization(name="norm")(noisy, training=False), name="m")


def inside_a_larger_graph():
    x = keras.Input((3,), name="x")
    middle = layers.Dense(4, name="before")(x)
    return Model(middle, layers.Dense(2, name="after")(middle), name="m")


def an_input_that_leads_nowhere():
    x, y = keras.Input((3,), name="x"), keras.Input((3,), name="y")
    return Model([y, x], [layers.ReLU(name="r")(x)], name="m")


def several_outputs_of_one_call():
    x = keras.Input((4, 4), name="x")
    values, indices = ops.top_k(x, 2)
    return Model(x, [indices, values], name="m")


GRAPHS = [
    one_layer,
    shared_layer,
    structures,
    raw_ops,
    nested,
    arguments_by_name,
    inside_a_larger_graph,
    an_input_that_leads_nowhere,
    several_outputs_of_one_call,
]


@pytest.mark.parametrize("make", GRAPHS)
def test_graphs_go_round(make):
    model = make()
    back = model_from_json(model.to_json())
    assert type(back) is Functional
    assert plain(back) == plain(model)
    assert shapes(back.input) == json.loads(json.dumps(shapes(model.input))) or shapes(back.input) == shapes(
        model.input
    )
    assert [tuple(tensor.shape) for tensor in back.outputs] == [tuple(tensor.shape) for tensor in model.outputs]
    assert [layer.name for layer in back.layers if layer.weights] == [
        layer.name for layer in model.layers if layer.weights
    ]
    assert [weight.shape for weight in back.weights] == [weight.shape for weight in model.weights]
    assert plain(Model.from_config(model.get_config())) == plain(model)
    assert back.output_names == model.output_names


def test_ends_as_keras_writes_them():
    config = nested().get_config()
    assert config["input_layers"] == ["y", 0, 0]
    # The calls of a Functional model count from 1 at the ends, and from 0 between layers.
    assert config["output_layers"] == [["inner", 2, 0], ["inner", 1, 0]]
    calls = {layer["name"]: layer["inbound_nodes"] for layer in config["layers"]}
    assert [call["args"][0]["config"]["keras_history"] for call in calls["inner"]] == [["y", 0, 0], ["chain", 0, 0]]
    assert calls["inner"][1]["kwargs"] == {"training": False}
    assert structures().get_config()["output_layers"] == {"p": [["a", 0, 0], ["e", 0, 0]], "q": ["a", 0, 0]}


def test_calls_may_stand_before_those_they_need():
    config = raw_ops().get_config()
    backwards = {**config, "layers": config["layers"][::-1]}
    assert Model.from_config(backwards).output_shape == (None, 2, 2)


def test_what_a_mask_of_none_means():
    config = nested().get_config()
    for layer in config["layers"]:
        for call in layer["inbound_nodes"]:
            call["kwargs"]["mask"] = None  # as Keras writes it for models
    assert len(Model.from_config(config).outputs) == 2


# ---------------------------------------------------------------------- chains and subclasses


def test_chains_go_round():
    for model in (
        Sequential(name="empty"),
        Sequential([layers.Dense(2, name="d")], name="open"),
        Sequential([keras.Input((3,), name="x"), layers.Dense(2, name="d"), layers.ReLU(name="r")], name="closed"),
        Sequential([Sequential([keras.Input((3,), name="x"), layers.Dense(2, name="d")], name="in")], name="out"),
    ):
        back = model_from_json(model.to_json())
        assert type(back) is Sequential
        assert plain(back) == plain(model)
        assert (back.built, len(back.layers)) == (model.built, len(model.layers))


def test_a_chain_built_by_its_data_says_so():
    model = Sequential([layers.Dense(2, name="d")], name="open")
    model.build((7, 3))
    config = model.get_config()
    assert [layer["class_name"] for layer in config["layers"]] == ["InputLayer", "Dense"]
    assert config["build_input_shape"] == (None, 3)
    assert Sequential.from_config(config).output_shape == (None, 2)


class Block(Model):
    def __init__(self, units=3, sizes=(1, 2), **kwargs):
        super().__init__(**kwargs)
        self.units, self.sizes = units, sizes
        self.dense = layers.Dense(units)

    def call(self, inputs):
        return self.dense(inputs)


class Over(Model):
    """A Functional model with a constructor of its own."""

    def __init__(self, units=3, **kwargs):
        x = keras.Input((3,), name="x")
        super().__init__(x, layers.Dense(units, name="d")(x), **kwargs)


class Ends(Model):
    """A Functional model that takes inputs and outputs, and nothing else that configs carry."""

    def __init__(self, inputs, outputs, name=None):
        super().__init__(inputs, outputs, name=name)


class Chain(Sequential):
    def double(self):
        return [*self.layers, *self.layers]


class Own(Sequential):
    def __init__(self, units=2):
        super().__init__([layers.Dense(units, name="d")], name="own")


def test_subclasses_go_round():
    model = Block(4, sizes=[1, {"a": None}], name="b")
    back = deserialize_keras_object(serialize_keras_object(model), {"Block": Block})
    assert (back.units, back.sizes, back.name) == (4, [1, {"a": None}], "b")


def test_subclasses_are_built_as_they_were():
    model = Block(4)
    model.build((None, 3))
    config = serialize_keras_object(model)
    assert config["build_config"] == {"input_shape": (None, 3)}
    back = deserialize_keras_object(json.loads(json.dumps(config)), {"Block": Block})
    assert back.built
    assert [weight.shape for weight in back.weights] == [(3, 4), (4,)]


@pytest.mark.parametrize("make", [lambda: Over(4, name="o"), lambda: Own(3), lambda: Chain([layers.ReLU()], name="c")])
def test_subclasses_over_graphs_and_chains(make):
    model = make()
    kind = type(model)
    config = serialize_keras_object(model)
    assert (config["class_name"], config["registered_name"]) == (kind.__name__, kind.__name__)
    back = deserialize_keras_object(json.loads(json.dumps(config)), {kind.__name__: kind})
    assert type(back) is kind
    assert [layer.get_config() for layer in back.layers] == [layer.get_config() for layer in model.layers]


def test_a_subclass_that_takes_the_ends():
    x = keras.Input((3,), name="x")
    model = Ends(x, layers.Dense(2, name="d")(x), name="e")
    model.trainable = False
    config = json.loads(json.dumps(serialize_keras_object(model)))
    assert config["config"]["output_layers"] == ["d", 0, 0]
    back = deserialize_keras_object(config, {"Ends": Ends})
    assert (type(back), back.name, back.trainable, back.output_shape) == (Ends, "e", False, (None, 2))


class Odd(layers.Layer):
    def __init__(self, function, *more, **rest):
        super().__init__(**rest)


@pytest.mark.parametrize("arguments", [(len,), (1, 2)])
def test_arguments_that_no_config_holds(arguments):
    with pytest.raises(TypeError, match="has no config of its own"):
        Odd(*arguments).get_config()


def test_arguments_under_any_name():
    config = Odd(1, name="mine", dtype="float16", trainable=False).get_config()
    assert (config["function"], config["name"], config["trainable"]) == (1, "mine", False)
    assert config["dtype"]["config"] == {"name": "float16"}
    assert Odd.from_config(config).dtype == "float16"


# ---------------------------------------------------------------------- compile


def compiled(**arguments):
    model = Sequential([keras.Input((3,), name="x"), layers.Dense(2, name="d")], name="m")
    model.compile(**arguments)
    return model


COMPILED = [
    {"optimizer": "adam", "loss": "mse", "metrics": ["mae", "accuracy"]},
    {"optimizer": optimizers.SGD(0.25, momentum=0.5), "loss": losses.MeanSquaredError(reduction="sum")},
    {"loss": {"d": "mse"}, "loss_weights": {"d": 0.5}, "weighted_metrics": [metrics.Mean(name="m")]},
    {"loss": losses.mean_squared_error, "metrics": [losses.mean_absolute_error], "run_eagerly": True},
    {"optimizer": optimizers.Adam(optimizers.schedules.ExponentialDecay(0.5, 3, 0.5)), "steps_per_execution": 3},
    {"jit_compile": False},
]


@pytest.mark.parametrize("arguments", COMPILED, ids=[str(sorted(row)) for row in COMPILED])
def test_compile_goes_round(arguments):
    model = compiled(**arguments)
    config = model.get_compile_config()
    back = model_from_json(model.to_json())
    assert back.compiled
    assert back.get_compile_config() == config
    assert back.optimizer.built
    assert back.steps_per_execution == arguments.get("steps_per_execution", 1)


def test_an_uncompiled_model_stays_uncompiled():
    model = Sequential([keras.Input((3,)), layers.Dense(2)])
    assert model.get_compile_config() == {}
    assert not model_from_json(model.to_json()).compiled


def test_what_another_backend_chose_is_chosen_again():
    model = compiled(loss="mse")
    model.compile_from_config({**model.get_compile_config(), "jit_compile": True})
    assert model.jit_compile == "auto"


def test_a_compile_of_ones_own_is_left_alone():
    class Mine(Sequential):
        def compile(self, optimizer, extra=3):
            super().compile(optimizer)

    model = Mine([layers.Dense(2)])
    model.compile("sgd")
    with pytest.warns(UserWarning, match="has a `compile` of its own"):
        back = deserialize_keras_object(serialize_keras_object(model), {"Mine": Mine})
    assert not back.compiled


@pytest.mark.parametrize(
    "part",
    [
        {"optimizer": {"class_name": "Nothing", "config": {}}},
        {"optimizer": [1]},
        {"optimizer": "os.system"},
        {"loss": "os.system"},
        {"jit_compile": "os.system"},
        {"steps_per_execution": 10**30, "odd": 1},
        {"steps_per_execution": "many"},
        [1],
        "adam",
    ],
)
def test_hostile_compile_configs(part):
    config = json.loads(compiled(loss="mse").to_json())
    config["compile_config"] = part
    with pytest.raises(ValueError, match=r"\w"):
        model_from_json(json.dumps(config))


# ---------------------------------------------------------------------- JSON


def test_arguments_of_json():
    assert "\n  " in one_layer().to_json(indent=2)


TEXTS = [
    ("", "no JSON"),
    ("{", "no JSON"),
    ("3", "type int"),
    ("null", "type NoneType"),
    ("[" * 100_000, "levels deep|no JSON"),
    (json.dumps({"a": 1}), "type dict"),
    (json.dumps(serialize_keras_object(layers.Dense(2))), "type Dense"),
    (None, "no JSON"),
    (b"\xff", "no JSON"),
]


@pytest.mark.parametrize(("text", "words"), TEXTS, ids=[str(row[0])[:20] for row in TEXTS])
def test_texts_that_are_no_models(text, words):
    with pytest.raises(ValueError, match=words) as caught:
        model_from_json(text)
    assert len(str(caught.value).splitlines()) == 4


# ---------------------------------------------------------------------- hostile graphs


def graph(**changes):
    return {**json.loads(json.dumps(shared_layer().get_config())), **changes}


def dense_of(config):
    return next(layer for layer in config["layers"] if layer["name"] == "d")


def with_node(node):
    config = graph()
    dense_of(config)["inbound_nodes"] = [node]
    return config


def tensor(*place):
    return {
        "class_name": "__keras_tensor__",
        "config": {"shape": [None, 3], "dtype": "float32", "keras_history": place},
    }


def cycle():
    config = graph()
    dense_of(config)["inbound_nodes"][0]["args"] = [tensor("d", 2, 0)]
    return config


GRAPHS_REFUSED = [
    ([1], "it is of type list"),
    (None, "it is of type NoneType"),
    ({**graph(), "layers": None}, "'layers' is None"),
    ({**graph(), "layers": [1]}, "a layer is 1"),
    ({**graph(), "layers": [{"class_name": "Dense"}]}, "a layer is"),
    ({**graph(), "layers": graph()["layers"] * 2}, "names, each of them once"),
    ({**graph(), "input_layers": None}, "inputs or outputs are None"),
    ({**graph(), "input_layers": []}, r"inputs or outputs are \[\]"),
    ({**graph(), "output_layers": ["nobody", 0, 0]}, "'nobody', which is no layer"),
    ({**graph(), "output_layers": ["d", 0, 7]}, r"a tensor is \['d', 0, 7\]"),
    ({**graph(), "output_layers": ["d", 9, 0]}, r"a tensor is \['d', 9, 0\]"),
    ({**graph(), "output_layers": ["d", -1, 0]}, "a tensor is"),
    ({**graph(), "input_layers": ["d", 0, 0], "output_layers": ["x", 0, 0]}, "not among its inputs"),
    (cycle(), "wait for"),
    (with_node(None), "a call of 'd' is None"),
    (with_node({"args": 3}), "a call of 'd'"),
    (with_node({"args": [], "kwargs": {}}), "."),
    (with_node({"args": [3], "kwargs": {}}), "."),
    (with_node({"args": [tensor("x", 0)], "kwargs": {}}), r"a tensor comes from \('x', 0\)"),
    (with_node({"args": [tensor("x", 5, 0)], "kwargs": {}}), "wait for"),
    (with_node({"args": [tensor("x", 0, 0)], "kwargs": {"evil": 1}}), "."),
    (with_node({"args": [tensor("x", 0, 0), {"class_name": "__lambda__", "config": {}}]}), "holds the code"),
]


@pytest.mark.parametrize(("config", "words"), GRAPHS_REFUSED, ids=[row[1] for row in GRAPHS_REFUSED])
def test_hostile_graphs(config, words):
    with pytest.raises(ValueError, match=words):
        Functional.from_config(config)


def test_a_layer_of_another_name_than_its_entry():
    config = graph()
    config["layers"][0]["name"] = "y2"
    with pytest.raises(ValueError, match="calls itself"):
        Functional.from_config(config)


def test_code_in_a_graph_is_unsafe():
    config = graph()
    dense_of(config).update(class_name="Lambda", config={"name": "d", "function": {}})
    for way in (Functional.from_config, Model.from_config):
        with pytest.raises(UnsafeFileError, match="Lambda"):
            way(config)


@pytest.mark.parametrize("config", [None, 3, {}, {"layers": 3}, {"layers": [3]}, {"layers": [], "odd": 1}])
def test_hostile_chains(config):
    with pytest.raises(ValueError, match=r"\w"):
        Sequential.from_config(config)


ODD = [
    None, True, 0, -1, 3, 10**30, float("inf"), "", "x", "os.system", [], [1], [[]], {}, {"class_name": "Dense"},
    {"class_name": 3, "config": {}}, {"class_name": "__slice__", "config": {}}, tensor("x", 0, 0), [None, 3],
    ["x", 0, 0], ["x", 5, 0], ["d", 0, 9],
    {"module": "builtins", "class_name": "function", "config": "relu", "registered_name": "function"},
    {"class_name": "__numpy__", "config": {"value": [1, [2]], "dtype": "float32"}},
]  # fmt: skip


def places(config, path=()):
    """Yield the path of every value in a config."""
    if path:
        yield path
    items = config.items() if isinstance(config, dict) else enumerate(config) if isinstance(config, list) else ()
    for key, value in items:
        yield from places(value, (*path, key))


def broken(source, seed):
    """Return a copy of a config with one value removed, replaced or added."""
    copy = json.loads(json.dumps(source))
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    *path, last = chance.choice(list(places(copy)))
    at = copy
    for key in path:
        at = at[key]
    what = chance.random()
    if what < 0.25:
        del at[last]
    elif what < 0.35 and isinstance(at, dict):
        at["odd"] = chance.choice(ODD)
    else:
        at[last] = chance.choice(ODD)
    return copy


@pytest.mark.parametrize("make", [raw_ops, nested, structures, lambda: compiled(loss="mse", metrics=["mae"])])
def test_a_broken_config_is_a_value_error_or_a_model(make):
    """Nothing that a file holds may surface as another error than one about the file."""
    model = make()
    config = json.loads(model.to_json())
    outcomes = {"model": 0, "refused": 0}
    for seed in range(60):
        copy = broken(config, seed)
        for way in (deserialize_keras_object, type(model).from_config):
            try:
                way(copy if way is deserialize_keras_object else copy.get("config"))
            except ValueError:
                outcomes["refused"] += 1
            else:
                outcomes["model"] += 1
    assert min(outcomes.values()) > 0
