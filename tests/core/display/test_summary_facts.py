"""What a summary reads off a model, on models that are nothing but the public face of one."""

from __future__ import annotations

import math
import subprocess
import sys
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from polykeras.models.summary_facts import ParameterTotal, bits_of, summary_facts


class Weight(NamedTuple):
    shape: tuple[int, ...]
    dtype: str = "float32"


class Layer:
    def __init__(self, name: str, *weights: Weight, shape: Any = (None, 4), built: bool = True) -> None:
        self.name, self.built, self.trainable = name, built, True
        self.weights = list(weights)
        if shape is not None:
            self.output = shape if isinstance(shape, (list, dict)) else SimpleNamespace(shape=shape)

    def count_params(self) -> int:
        return sum(math.prod(weight.shape) for weight in self.weights)


class RanOnBatches(Layer):
    """No symbolic output, but it knows what it was built on."""

    def __init__(self, name: str, config: dict[str, Any]) -> None:
        super().__init__(name, shape=None)
        self.config = config

    def get_build_config(self) -> dict[str, Any]:
        return self.config

    def compute_output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        return (*input_shape[:-1], 7)


class Model(Layer):
    def __init__(self, *layers: Layer, optimizer: Any = None, name: str = "model") -> None:
        super().__init__(name, *(weight for layer in layers for weight in layer.weights))
        self.layers, self.optimizer = list(layers), optimizer
        self.trainable_weights, self.non_trainable_weights = self.weights, []


class Graph(Model):
    connections: dict[str, tuple[str, ...]]

    def layer_connections(self) -> dict[str, tuple[str, ...]]:
        return self.connections


TENSOR = SimpleNamespace(shape=(None, 2))


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (Layer("one", shape=(None, 26, 26, 64)), "(None, 26, 26, 64)"),
        (Layer("scalar", shape=()), "()"),
        (Layer("several", shape=[TENSOR, TENSOR]), "[(None, 2), (None, 2)]"),
        (Layer("named", shape={"a": TENSOR, "b": [TENSOR]}), "[(None, 2), (None, 2)]"),
        (Layer("never run", shape=None), "?"),
        (RanOnBatches("ran", {"input_shape": (2, 3)}), "(2, 7)"),
        (RanOnBatches("ran on named", {"shapes_dict": {"input_shape": (2, 3)}}), "(2, 7)"),
        (RanOnBatches("knows nothing", {}), "?"),
    ],
    ids=lambda value: value.name if isinstance(value, Layer) else "",
)
def test_output_shapes(layer, shape):
    assert summary_facts(Model(layer)).rows[0].output_shape == shape


def test_a_row_says_what_the_layer_has():
    frozen = Layer("frozen", Weight((5,)))
    frozen.trainable = False
    rows = summary_facts(Model(Layer("free", Weight((6,))), frozen, Layer("none"), Layer("late", built=False))).rows
    assert [(row.name, row.class_name, row.parameters, row.trainable) for row in rows] == [
        ("free", "Layer", 6, True),
        ("frozen", "Layer", 5, False),
        ("none", "Layer", 0, None),
        ("late", "Layer", None, None),
    ]


def test_totals_count_elements_and_bytes():
    model = Model(Layer("a", Weight((3, 4)), Weight((5,), "int4"), Weight((), "float16")))
    model.non_trainable_weights = [Weight((2,), "float64")]
    facts = summary_facts(model)
    assert facts.trainable == ParameterTotal(18, 53)  # 48 + 2.5 + 2 bytes, rounded up
    assert facts.non_trainable == ParameterTotal(2, 16)
    assert facts.total == ParameterTotal(20, 69)


@pytest.mark.parametrize(("built", "total"), [(True, ParameterTotal(7, 28)), (False, None)])
def test_an_optimizer_counts_once_it_is_built(built, total):
    optimizer = SimpleNamespace(built=built, variables=[Weight((7,))])
    assert summary_facts(Model(Layer("a"), optimizer=optimizer)).optimizer == total


@pytest.mark.parametrize(
    ("dtype", "bits"), [("float32", 32), ("bfloat16", 16), ("uint8", 8), ("int4", 4), ("bool", 8), ("float8_e5m2", 8)]
)
def test_bits(dtype, bits):
    assert bits_of(dtype) == bits


@pytest.mark.parametrize(
    ("connections", "connected"),
    [
        ({"a": (), "b": ("a[0][0]",), "c": ("b[0][0]",)}, False),
        ({"a": (), "b": ("a[3][0]",), "c": ("b[0][0]",)}, False),
        ({"a": (), "b": ("a[0][0]",), "c": ("a[0][0]",)}, True),
        ({"a": (), "b": ("a[0][0]", "b[0][0]"), "c": ("b[1][0]",)}, True),
        ({"a": (), "b": (), "c": ("a[0][0]", "b[0][0]")}, True),
    ],
    ids=["chain", "chain of a reused layer", "fork", "shared", "two inputs"],
)
def test_connections_are_shown_only_where_they_say_something(connections, connected):
    model = Graph(Layer("a"), Layer("b"), Layer("c"))
    model.connections = connections
    facts = summary_facts(model)
    assert facts.connected is connected
    assert [row.connected_to for row in facts.rows] == list(connections.values())


@pytest.mark.parametrize(
    ("expand", "rows"),
    [
        (False, [("a", 0), ("inner", 0), ("z", 0)]),
        (True, [("a", 0), ("inner", 0), ("b", 1), ("deep", 1), ("c", 2), ("z", 0)]),
    ],
)
def test_nested_models(expand, rows):
    inner = Model(Layer("b"), Model(Layer("c"), name="deep"), name="inner")
    facts = summary_facts(Model(Layer("a"), inner, Layer("z")), expand_nested=expand)
    assert [(row.name, row.depth) for row in facts.rows] == rows


NAMES = ("conv", "conv_1", "pool", "dense", "dense_1")


@pytest.mark.parametrize(
    ("layer_range", "names"),
    [
        (None, NAMES),
        (("conv", "pool"), NAMES[:3]),
        (["pool", "conv"], NAMES[:3]),
        (("conv.*", "den.*"), NAMES),
        ((".*_1", "pool"), NAMES[1:3]),
        (("dense", "dense"), NAMES[3:4]),
    ],
)
def test_layer_range(layer_range, names):
    model = Model(*(Layer(name, Weight((2,))) for name in NAMES))
    facts = summary_facts(model, layer_range=layer_range)
    assert tuple(row.name for row in facts.rows) == names
    assert facts.trainable.elements == 2 * len(NAMES)


@pytest.mark.parametrize(
    ("layer_range", "message"),
    [
        (("conv",), r"Received: \('conv',\).*Allowed: None, or a list or tuple of two strings"),
        ("co", "Received: 'co'.*two strings"),
        ((1, 2), r"Received: \(1, 2\).*two strings"),
        (("conv", "missing"), "Received: 'missing'.*Layers of this model: conv, conv_1.*Name one"),
        (("(", "conv"), r"broken.*Received: '\('.*Name one"),
    ],
)
def test_bad_layer_range(layer_range, message):
    model = Model(*(Layer(name) for name in NAMES))
    with pytest.raises(ValueError, match=f"(?s)summary\\(\\) cannot.*{message}"):
        summary_facts(model, layer_range=layer_range)


def test_facts_are_read_without_rich():
    code = "import sys, polykeras.models.summary_facts, polykeras.callbacks; sys.exit('rich' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
