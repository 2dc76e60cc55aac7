"""Configs that hold code, name it, or ask for more than their own text: nothing runs, whatever the way in."""

from __future__ import annotations

import base64
import json
import marshal
import sys

import pytest

import polykeras as keras
from polykeras.plugins.errors import UnsafeFileError
from polykeras.saving import deserialize_keras_object, load_model
from tests.core.saving.cases import archive_bytes, hdf5_bytes

WATCHED = (
    "os.system",
    "subprocess.Popen",
    "os.exec",
    "os.posix_spawn",
    "socket.",
    "urllib.",
    "pickle.",
    "marshal.",
    "exec",
)
CODE = base64.b64encode(marshal.dumps(compile("__import__('os').system('touch evil')", "x", "eval"))).decode()


class Watch:
    """Notes what the interpreter reports of code that runs, files opened elsewhere, and connections."""

    def __init__(self):
        self.on = False
        self.seen = []

    def __call__(self, event, arguments):
        if self.on and (event.startswith(WATCHED) or (event == "open" and "hostname" in str(arguments[0]))):
            self.seen.append(event)


_watch = Watch()
sys.addaudithook(_watch)


@pytest.fixture(autouse=True)
def watch(tmp_path, monkeypatch):
    """Fail when anything ran that the test did not call."""
    monkeypatch.chdir(tmp_path)
    _watch.seen.clear()
    yield _watch
    _watch.on = False
    assert _watch.seen == []
    assert not (tmp_path / "evil").exists()


def layer(name, config, module="keras.layers", **more):
    return {"module": module, "class_name": name, "config": config, "registered_name": None, **more}


def dense(**config):
    return layer("Dense", {"units": 2, **config})


def function(name, module="builtins"):
    return {"module": module, "class_name": "function", "config": name, "registered_name": name}


LAMBDA = {"class_name": "__lambda__", "config": {"code": CODE, "defaults": None, "closure": None}}
UNSAFE = {
    "Lambda with code": layer("Lambda", {"function": LAMBDA}),
    "Lambda of old": layer("Lambda", {"function": [CODE, None, None], "function_type": "lambda"}),
    "Lambda that names code": layer("Lambda", {"function": function("os.system")}),
}
REFUSED = {
    "Lambda where a layer belongs": layer("TimeDistributed", {"layer": layer("Lambda", {"function": LAMBDA})}),
    "code as activation": dense(activation=LAMBDA),
    "code as initializer": dense(kernel_initializer=LAMBDA),
    "a function of a module": dense(activation=function("system", "os")),
    "a function by its path": dense(activation=function("os.system")),
    "a builtin": dense(activation=function("exec")),
    "another builtin": dense(activation=function("eval", "builtins")),
    "a name with dots": dense(activation="os.system"),
    "a class of a module": layer("Popen", {"args": ["touch", "evil"]}, "subprocess"),
    "a function as class": layer("system", {"command": "touch evil"}, "os"),
    "an inner function of Keras": layer("get_file", {"fname": "evil", "origin": "http://localhost:1"}, "keras.utils"),
    "our own downloader": dense(activation=function("get_file", "keras.utils")),
    "our own downloader by name": dense(activation="get_file"),
    "our own loader": layer("load_model", {"filepath": "x"}, "keras.saving"),
    "our own module": layer("import_module", {"name": "os"}, "polykeras"),
    "turning safety off": layer("function", "enable_unsafe_deserialization", "keras.config"),
    "turning safety off first": [function("enable_unsafe_deserialization", "keras.config"), UNSAFE["Lambda with code"]],
    "a switch in the config": layer("Lambda", {"function": LAMBDA, "safe_mode": False}, safe_mode=False),
    "a pickled torch module": layer("TorchModuleWrapper", {"module": "gASVCg==", "name": "x"}),
    "a saved model": layer("TFSMLayer", {"filepath": "/etc", "call_endpoint": "serve"}),
    "a vocabulary that is a path": layer("StringLookup", {"vocabulary": "/etc/hostname"}),
    "a vocabulary that is an address": layer("IntegerLookup", {"vocabulary": "http://localhost:1/x"}),
    "a registered name of a built-in": layer("Dense", {"units": 2}, None, registered_name="Custom>Dense"),
    "a module of nobody": layer("Dense", {"units": 2}, "evil.layers"),
    "a class name that is a dict": {"module": "keras.layers", "class_name": {}, "config": {}, "registered_name": None},
    "a class name that is a list": {"module": "keras.layers", "class_name": ["Dense"], "config": {}},
    "a config that is text": layer("Dense", "units"),
    "a config that is a list": layer("Dense", [2]),
    "a config that is a number": layer("Dense", 2),
    "arguments of nobody": dense(evil=1),
    "dunder arguments": dense(__class__="x"),
    "units that are text": dense(units="os.system"),
    "a dtype of nobody": dense(dtype={"module": "os", "class_name": "system", "config": {"command": "touch evil"}}),
    "an empty class": layer("", {}),
}
CONFIGS = UNSAFE | REFUSED


def in_chain(config):
    """Return the config of a model around a layer's."""
    inner = [layer("InputLayer", {"batch_shape": [None, 4], "name": "input"}), config]
    return layer("Sequential", {"name": "chain", "layers": inner}, "keras", build_config={"input_shape": [None, 4]})


def in_graph(config):
    """Return the config of a graph around a layer's."""
    tensor = {"class_name": "__keras_tensor__", "config": {"shape": [None, 4], "dtype": "float32"}}
    tensor["config"]["keras_history"] = ["input", 0, 0]
    node = {"args": [tensor], "kwargs": {}}
    config = dict(config) if isinstance(config, dict) else {"class_name": "x", "config": config}
    if isinstance(config["config"], dict):
        config["config"] = {**config["config"], "name": "odd"}
    layers = [
        {**layer("InputLayer", {"batch_shape": [None, 4], "name": "input"}), "name": "input", "inbound_nodes": []},
        {**config, "name": "odd", "inbound_nodes": [node]},
    ]
    graph = {"name": "graph", "layers": layers, "input_layers": [["input", 0, 0]], "output_layers": [["odd", 0, 0]]}
    return layer("Functional", graph, "keras.src.models.functional")


def from_file(config, folder, **options):
    path = folder / "bad.keras"
    path.write_bytes(archive_bytes(config=json.dumps(config).encode()))
    return load_model(path, **options)


def compiled_with(config):
    return {**in_chain(dense()), "compile_config": {"loss": config, "optimizer": config}}


WAYS = {
    "load_model of a chain": lambda config, folder: from_file(in_chain(config), folder),
    "load_model of a graph": lambda config, folder: from_file(in_graph(config), folder),
    "load_model of the layer": from_file,
    "load_model with safe_mode=False": lambda config, folder: from_file(in_chain(config), folder, safe_mode=False),
    "compile config": lambda config, folder: from_file(compiled_with(config), folder),
    "deserialize_keras_object": lambda config, _: deserialize_keras_object(in_chain(config)),
    "deserialize_keras_object unsafely": lambda config, _: deserialize_keras_object(in_chain(config), safe_mode=False),
    "layers.deserialize": lambda config, _: keras.layers.deserialize(config),
    "from_config of a chain": lambda config, _: keras.Sequential.from_config(in_chain(config)["config"]),
    "from_config of a graph": lambda config, _: keras.Model.from_config(in_graph(config)["config"]),
    "model_from_json": lambda config, _: keras.models.model_from_json(json.dumps(in_chain(config))),
}


def sound(folder):
    """Take each way once with a sound config, so that everything it needs is imported."""
    for way in WAYS.values():
        try:
            way(dense(), folder)
        except ValueError as error:
            text = str(error)
            assert "no model" in text or "weights" in text or "loss" in text or "optimizer" in text, text


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", CONFIGS)
def test_is_refused_and_nothing_ran(name, way, tmp_path, watch):
    sound(tmp_path)
    watch.on = True
    with pytest.raises(ValueError, match=r"\w"):
        WAYS[way](CONFIGS[name], tmp_path)


@pytest.mark.parametrize("way", [way for way in WAYS if way not in {"compile config", "load_model of the layer"}])
@pytest.mark.parametrize("name", UNSAFE)
def test_code_is_called_unsafe(name, way, tmp_path):
    with pytest.raises(UnsafeFileError):
        WAYS[way](CONFIGS[name], tmp_path)


def test_a_config_may_ask_for_no_more_than_the_file_explains(tmp_path):
    """Weights of petabytes in a config are declared, and never made: the file has no values for them."""
    config = in_chain(dense(units=10**13))
    with pytest.raises(ValueError, match="do not fit"):
        from_file(config, tmp_path)


def test_a_sound_file_loads(tmp_path):
    """Otherwise the tables above would prove nothing."""
    config = in_chain(layer("Flatten", {}))
    path = tmp_path / "a.keras"
    path.write_bytes(archive_bytes(hdf5_bytes_of_nothing(), json.dumps(config).encode()))
    model = load_model(path)
    assert [type(own).__name__ for own in model.layers] == ["Flatten"]


def hdf5_bytes_of_nothing():
    return hdf5_bytes(lambda file: [file.__delitem__(name) for name in list(file)])


def test_what_the_caller_vouches_for_is_used(tmp_path):
    class Mine(keras.layers.Layer):
        def call(self, inputs):
            return inputs

    config = in_chain(layer("Mine", {"name": "mine"}, None, registered_name="shop>Mine"))
    path = tmp_path / "a.keras"
    path.write_bytes(archive_bytes(hdf5_bytes_of_nothing(), json.dumps(config).encode()))
    with pytest.raises(ValueError, match="shop>Mine"):
        load_model(path)
    for objects in ({"Mine": Mine}, {"shop>Mine": Mine}):
        assert isinstance(load_model(path, custom_objects=objects).layers[0], Mine)
