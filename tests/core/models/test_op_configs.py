"""Raw ops in graphs: each is written as Keras 3.15.1 writes it, and comes back as the same op."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import polykeras as keras
from polykeras import ops, tree
from polykeras.models import Model, model_from_json
from polykeras.ops import keras_names
from polykeras.ops.defined import OPS
from tests.files.op_calls import CALLS, NAMELESS, OWN_CALLS, TENSORS

RECORDED = json.loads((Path(__file__).parents[2] / "files" / "op_configs.json").read_text(encoding="utf-8"))
ROWS = list(zip(CALLS, RECORDED, strict=True))
IDS = [f"{number}-{row[0]}" for number, row in enumerate(RECORDED)]

# No tensor goes in, so no graph holds them; or data decide the shape.
NEVER_IN_A_GRAPH = {
    "arange",
    "bartlett",
    "blackman",
    "hamming",
    "hanning",
    "kaiser",
    "empty",
    "eye",
    "full",
    "identity",
    "linspace",
    "nonzero",
    "ones",
    "tri",
    "zeros",
}


@pytest.fixture(autouse=True)
def _names_from_the_start():
    keras.utils.clear_session()


def symbols():
    return {key: keras.Input(batch_shape=shape, dtype=dtype, name=key) for key, (shape, dtype) in TENSORS.items()}


def model_of(name, args, kwargs):
    inputs = symbols()

    def fill(value):
        if isinstance(value, str):
            return inputs.get(value, value)
        return [fill(item) for item in value] if isinstance(value, list) else value

    outputs = getattr(ops, name)(*map(fill, args), **{key: fill(value) for key, value in kwargs.items()})
    return Model(inputs, outputs)


def plain(model):
    return json.loads(json.dumps(model.get_config()))


def specs(model):
    return [(tensor.shape, tensor.dtype) for tensor in tree.flatten(model.output)]


@pytest.mark.parametrize(("call", "recorded"), ROWS, ids=IDS)
def test_as_keras_writes_it(call, recorded):
    model = model_of(*call)
    layers = [layer for layer in plain(model)["layers"] if layer["class_name"] != "InputLayer"]
    if call[0] in NAMELESS:
        for layer in layers:
            del layer["config"]["name"]
    assert layers == recorded[1]


@pytest.mark.parametrize("call", [*CALLS, *OWN_CALLS], ids=[*IDS, *(call[0] for call in OWN_CALLS)])
def test_round_trip(call):
    model = model_of(*call)
    back = model_from_json(model.to_json())
    assert plain(back) == plain(model)
    assert specs(back) == specs(model)
    assert [str(node.operation) for node in back._graph.nodes] == [str(node.operation) for node in model._graph.nodes]


def test_every_op_is_in_the_table():
    recorded = {"einsum": "einsum_of", "meshgrid": "grid_of", "rearrange": "rearrange_by"}
    called = {recorded.get(name, name) for name, _, _ in [*CALLS, *OWN_CALLS]}
    assert set(OPS) - called == NEVER_IN_A_GRAPH | keras_names._UNNAMED


SYNONYMS = [
    ("keras.src.ops.numpy", "TrueDivide", {}, 2, "divide"),
    ("keras.src.ops.numpy", "Amax", {"axis": -1, "keepdims": False}, 1, "amax"),
    ("keras.src.ops.numpy", "Amin", {"axis": None, "keepdims": True}, 1, "amin"),
    ("keras.src.ops.numpy", "LeftShift", {}, 2, "bitwise_left_shift"),
    ("keras.src.ops.numpy", "RightShift", {}, 2, "bitwise_right_shift"),
    ("keras.src.ops.numpy", "BitwiseInvert", {}, 1, "bitwise_not"),
    ("keras.src.ops.core", "ConvertToTensor", {"dtype": "float16", "sparse": None, "ragged": None}, 1, "cast"),
    ("keras.src.activations.activations", "ReLU", {"negative_slope": 0.5, "max_value": 6.0}, 1, None),
]


def graph_of(module, class_name, fields, inputs, dtype="float32"):
    """Return the config of a model of one op, as Keras writes it."""
    tensor = {"class_name": "__keras_tensor__", "config": {"shape": [None, 3], "dtype": dtype}}
    tensor["config"]["keras_history"] = ["x", 0, 0]
    start = {"batch_shape": [None, 3], "dtype": dtype, "name": "x"}
    return {
        "name": "m",
        "trainable": True,
        "layers": [
            {"module": "keras.layers", "class_name": "InputLayer", "config": start, "registered_name": None,
             "name": "x", "inbound_nodes": []},
            {"module": module, "class_name": class_name, "config": {"name": "op", **fields}, "name": "op",
             "registered_name": class_name, "inbound_nodes": [{"args": [tensor] * inputs, "kwargs": {}}]},
        ],
        "input_layers": ["x", 0, 0],
        "output_layers": ["op", 0, 0],
    }  # fmt: skip


@pytest.mark.parametrize(("module", "class_name", "fields", "inputs", "name"), SYNONYMS)
def test_other_classes_of_keras(module, class_name, fields, inputs, name):
    dtype = "int32" if name and name.startswith("bitwise") else "float32"
    model = Model.from_config(graph_of(module, class_name, fields, inputs, dtype))
    last = model._graph.nodes[-1].operation
    assert name is None or last is OPS[name]
    assert Model.from_config(model.get_config()).output_shape == model.output_shape


def test_a_conversion_that_changes_nothing_is_no_call():
    config = graph_of("keras.src.ops.core", "ConvertToTensor", {"dtype": None}, 1)
    model = Model.from_config(config)
    assert model.output is model.input


REFUSED = [
    (("keras.src.ops.numpy", "Fourier", {}, 1), "No op stands for the class 'Fourier'"),
    (("keras.src.ops.nn", "Add", {}, 2), "No op stands for the class 'Add'"),
    (("keras.src.ops.nn", "AdamUpdate", {}, 2), "No op stands for the class 'AdamUpdate'"),
    (("keras.src.ops.numpy", "Zeros", {"shape": [10**9, 10**9], "dtype": "float32"}, 0), "No op stands for"),
    (("keras.src.ops.numpy", "Split", {"indices_or_sections": 10**12, "axis": 0}, 1), "1000000000000 pieces"),
    (("keras.src.ops.numpy", "ArraySplit", {"indices_or_sections": 10**12, "axis": 0}, 1), "1000000000000 pieces"),
    (("keras.src.ops.numpy", "Diff", {"n": 10**12, "axis": 0}, 1), "1000000000000 pieces"),
    (("keras.src.ops.core", "Unstack", {"num": 10**12, "axis": 0}, 1), "1000000000000 pieces"),
    (("keras.src.ops.numpy", "Concatenate", {"axis": 0}, 0), "on no symbolic tensor"),
    (("keras.src.ops.numpy", "Add", {"axis": 1}, 2), "cannot be called as the config says"),
    (("keras.src.ops.numpy", "Add", {}, 3), "cannot be called as the config says"),
    (("keras.src.ops.numpy", "Add", {}, 1), "cannot be made"),
    (("keras.src.ops.numpy", "Sum", {"axis": "os.system"}, 1), "."),
    (("keras.src.ops.nn", "LayerNorm", {"axis": -1, "epsilon": 0.1, "rms_scaling": True}, 1), "rms_scaling"),
    (("keras.src.activations.activations", "ReLU", {"evil": 1}, 1), "malformed"),
]


@pytest.mark.parametrize(("row", "words"), REFUSED)
def test_refused(row, words):
    with pytest.raises(ValueError, match=words):
        Model.from_config(graph_of(*row))


def test_one_unknown_size_becomes_minus_one():
    x = keras.Input((4, 4))
    model = Model(x, ops.reshape(x, (ops.shape(x)[0], 16)))
    assert plain(model)["layers"][-1]["config"]["newshape"] == [-1, 16]
    assert model_from_json(model.to_json()).output_shape == (None, 16)


@pytest.mark.parametrize(
    "make",
    [
        lambda x: ops.broadcast_to(x[:1], (ops.shape(x)[0], 4)),
        lambda x: ops.clip(x, x * 2.0, 1.0),
    ],
)
def test_what_no_config_holds_is_refused(make):
    x = keras.Input((4,))
    model = Model(x, make(x))
    with pytest.raises(ValueError, match="cannot be written into a config"):
        model.get_config()
