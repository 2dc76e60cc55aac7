"""Values and objects as JSON-able data and back, in the forms that Keras writes."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pytest

import polykeras as keras
from polykeras import layers, losses
from polykeras.plugins.errors import UnsafeFileError
from polykeras.registry import (
    ObjectSharingScope,
    deserialize_keras_object,
    get_custom_objects,
    register_keras_serializable,
    serialize_keras_object,
)
from polykeras.registry.nesting import MOST_LEVELS


@pytest.fixture(autouse=True)
def _unregister():
    before = dict(get_custom_objects())
    yield
    get_custom_objects().clear()
    get_custom_objects().update(before)


def tagged(name, **config):
    return {"class_name": name, "config": config}


def function(name):
    return {"module": "builtins", "class_name": "function", "config": name, "registered_name": "function"}


# What Keras 3.15.1 returned for the same values, compared by hand.
VALUES = [
    (1, 1),
    (1.5, 1.5),
    ("a", "a"),
    (True, True),
    (None, None),
    ([1, "a", (1, 2)], [1, "a", (1, 2)]),
    ({"a": (1,), "b": {"c": None}}, {"a": (1,), "b": {"c": None}}),
    (np.arange(3.0), tagged("__numpy__", value=[0.0, 1.0, 2.0], dtype="float64")),
    (np.arange(3), tagged("__numpy__", value=[0, 1, 2], dtype="int64")),
    (np.array(True), tagged("__numpy__", value=True, dtype="bool")),
    (np.float32(2), 2.0),
    (np.int64(2), 2),
    (np.bool_(True), True),
    (b"ab", tagged("__bytes__", value="ab")),
    (slice(1, None, 2), tagged("__slice__", start=1, stop=None, step=2)),
    (Ellipsis, tagged("__ellipsis__")),
    (np.float32, {"module": "builtins", "class_name": "type", "config": "float32", "registered_name": "type"}),
]


@pytest.mark.parametrize(("value", "written"), VALUES, ids=[str(row[0])[:30] for row in VALUES])
def test_values(value, written):
    assert serialize_keras_object(value) == written
    back = deserialize_keras_object(json.loads(json.dumps(written)))
    if isinstance(value, np.ndarray):
        assert back.dtype == value.dtype
        np.testing.assert_array_equal(back, value)
    else:
        assert back == json.loads(json.dumps(value)) if isinstance(value, (list, dict)) else back == value


def test_bytes_that_are_no_text():
    assert deserialize_keras_object(serialize_keras_object(bytes(range(256)))) == bytes(range(256))


def test_functions_go_by_their_names():
    assert serialize_keras_object(keras.activations.relu) == function("relu")
    assert deserialize_keras_object(function("relu")) is keras.activations.relu
    assert deserialize_keras_object(function("mean_squared_error")) is losses.mean_squared_error

    @register_keras_serializable("pk")
    def mine(x):
        return x

    assert serialize_keras_object(mine) == function("pk>mine")
    assert deserialize_keras_object(function("pk>mine")) is mine


def test_a_lambda_is_a_name_and_never_code():
    double = lambda x: 2 * x  # noqa: E731 - what users write
    config = serialize_keras_object(double)
    assert config == function("<lambda>")
    with pytest.raises(ValueError, match="No function is called '<lambda>'"):
        deserialize_keras_object(config)
    assert deserialize_keras_object(config, {"<lambda>": double}) is double


def test_symbolic_tensors():
    tensor = keras.Input((3,), name="i")
    written = serialize_keras_object(tensor)
    assert written == tagged("__keras_tensor__", shape=(None, 3), dtype="float32", keras_history=["i", 0, 0])
    back = deserialize_keras_object(json.loads(json.dumps(written)))
    assert (back.shape, back.dtype) == ((None, 3), "float32")


def test_objects_of_every_floor():
    for obj, module in [
        (layers.Dense(2), "keras.layers"),
        (keras.losses.MeanSquaredError(), "keras.losses"),
        (keras.random.SeedGenerator(3), "keras.random"),
        (layers.Dense(2).dtype_policy, "keras"),
        (keras.Sequential(), "keras"),
    ]:
        config = serialize_keras_object(obj)
        assert (config["module"], config["class_name"]) == (module, type(obj).__name__)
        assert type(deserialize_keras_object(config)) is type(obj)


def test_inner_modules_of_keras_mean_the_same_classes():
    for module in ("keras.src.layers.core.dense", "keras.layers"):
        for name in (None, "Dense"):
            config = {"module": module, "class_name": "Dense", "config": {"units": 3}, "registered_name": name}
            assert isinstance(deserialize_keras_object(config), layers.Dense)


def test_what_get_config_returns_may_hold_objects():
    class Holder(layers.Layer):
        def __init__(self, inner, **kwargs):
            super().__init__(**kwargs)
            self.inner = inner

        def get_config(self):
            return {**super().get_config(), "inner": self.inner}

        @classmethod
        def from_config(cls, config):
            return cls(**{**config, "inner": deserialize_keras_object(config["inner"])})

    config = serialize_keras_object(Holder(layers.Dense(2, name="inside"), name="outside"))
    assert config["config"]["inner"]["class_name"] == "Dense"
    back = deserialize_keras_object(config, {"Holder": Holder})
    assert (back.name, back.inner.name) == ("outside", "inside")


class Pair(layers.Layer):
    def __init__(self, first, second, **kwargs):
        super().__init__(**kwargs)
        self.first, self.second = first, second

    def get_config(self):
        return {**super().get_config(), "first": self.first, "second": self.second}

    @classmethod
    def from_config(cls, config):
        made = {key: deserialize_keras_object(config[key]) for key in ("first", "second")}
        return cls(**{**config, **made})


def test_shared_objects_stay_shared_within_a_scope():
    shared = layers.Dense(2)
    pair = Pair(shared, shared)
    with ObjectSharingScope():
        config = serialize_keras_object(pair)
    numbers = [config["config"][key].get("shared_object_id") for key in ("first", "second")]
    assert numbers[0] is not None
    assert numbers[0] == numbers[1]
    back = deserialize_keras_object(json.loads(json.dumps(config)), {"Pair": Pair})
    assert back.first is back.second

    apart = deserialize_keras_object(serialize_keras_object(pair), {"Pair": Pair})
    assert apart.first is not apart.second


def test_a_registered_name_is_no_built_in():
    config = {"module": "keras.layers", "class_name": "Dense", "config": {"units": 3}, "registered_name": "mine>Dense"}
    with pytest.raises(ValueError, match="No object is called 'mine>Dense'"):
        deserialize_keras_object(config)

    class Dense(layers.Dense):
        pass

    assert type(deserialize_keras_object(config, {"mine>Dense": Dense})) is Dense


def test_built_and_compiled_as_the_config_says():
    layer = layers.Dense(2)
    layer.build((None, 3))
    config = serialize_keras_object(layer)
    assert config["build_config"] == {"input_shape": (None, 3)}
    assert deserialize_keras_object(config).built
    assert not deserialize_keras_object({**config, "build_config": None}).built


def deep(levels, around=lambda inner: [inner]):
    config = 1
    for _ in range(levels):
        config = around(config)
    return config


def chain(inner):
    return {"module": "keras", "class_name": "Sequential", "config": {"layers": [inner]}, "registered_name": None}


HOSTILE = [
    (tagged("__lambda__", value=["4wEA", None, None]), UnsafeFileError, "holds the code"),
    (tagged("__lambda__"), UnsafeFileError, "holds the code"),
    ({"class_name": "function", "config": {"a": 1}, "module": "os"}, UnsafeFileError, "more than a name"),
    (
        {"class_name": "function", "config": "system", "module": "os", "registered_name": "function"},
        ValueError,
        "No function is called 'system' in module 'os'",
    ),
    (
        {"module": "keras.layers", "class_name": "Lambda", "config": {"function": {}}, "registered_name": None},
        UnsafeFileError,
        "Lambda layer",
    ),
    ({"module": "os", "class_name": "system", "config": {}}, ValueError, "No object is called 'system'"),
    ({"class_name": 3, "config": {}}, ValueError, '"class_name" is not a string'),
    ({"module": "keras.layers", "class_name": "Dense", "config": [1]}, ValueError, '"config" is of type list'),
    ({"module": "keras.layers", "class_name": "Dense", "config": {}}, ValueError, "cannot be made"),
    ({"module": "builtins", "class_name": "type", "config": "object_"}, ValueError, "No scalar type"),
    ({"module": "builtins", "class_name": "type", "config": "testing"}, ValueError, "No scalar type"),
    ({"module": "builtins", "class_name": "type", "config": {}}, ValueError, "No scalar type"),
    (tagged("__numpy__", value=[[1], [1, 2]], dtype="float32"), ValueError, "'__numpy__' is malformed"),
    (tagged("__numpy__", value=["a"], dtype="float32"), ValueError, "'__numpy__' is malformed"),
    (tagged("__numpy__", value=[1], dtype="object"), ValueError, "'__numpy__' is malformed"),
    (tagged("__numpy__", value=[1]), ValueError, "'__numpy__' is malformed"),
    (tagged("__slice__", start="a", stop=1, step=1), ValueError, "'__slice__' is malformed"),
    (tagged("__slice__"), ValueError, "'__slice__' is malformed"),
    (tagged("__bytes__", value=3), ValueError, "'__bytes__' is malformed"),
    (tagged("__keras_tensor__", shape=3, dtype="float32"), ValueError, "'__keras_tensor__' is malformed"),
    ({"class_name": "__numpy__", "config": 3}, ValueError, "'__numpy__' is malformed"),
    (deep(MOST_LEVELS + 2), ValueError, "nested too deeply"),
    (deep(100_000), ValueError, "nested too deeply"),
    (deep(MOST_LEVELS, chain), ValueError, "nested too deeply"),
]


@pytest.mark.parametrize(("config", "error", "words"), HOSTILE, ids=[f"{i}-{row[2]}" for i, row in enumerate(HOSTILE)])
def test_hostile_configs(config, error, words):
    with pytest.raises(error, match=words) as caught:
        deserialize_keras_object(config)
    assert len(str(caught.value).splitlines()) >= 3
    with pytest.raises(ValueError, match=r"."):
        deserialize_keras_object({"held": [config]})


def test_a_config_that_holds_itself():
    config: list = []
    config.append(config)
    with pytest.raises(ValueError, match="nested too deeply"):
        deserialize_keras_object(config)


def test_deep_enough_for_models_in_models():
    levels = 20
    model = deserialize_keras_object(deep(levels, lambda inner: chain(inner) if inner != 1 else chain_end()))
    for _ in range(levels - 1):
        model = model.layers[0]
    assert isinstance(model, keras.Sequential)


def chain_end():
    return {"module": "keras", "class_name": "Sequential", "config": {"layers": []}, "registered_name": None}


@pytest.mark.parametrize("obj", [object(), {1, 2}, 1j, SimpleNamespace(), np.array([None]), layers.Dense, range(3)])
def test_what_has_no_config_is_refused(obj):
    with pytest.raises(ValueError, match="cannot be written down"):
        serialize_keras_object(obj)


def test_unknown_arguments_are_refused():
    with pytest.raises(ValueError, match="arguments that it does not have"):
        deserialize_keras_object(1, unsafe=True)
