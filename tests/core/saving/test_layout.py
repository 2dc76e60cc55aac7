"""Paths in files: those that Keras 3.15.1 was seen to write for objects in odd places."""

from __future__ import annotations

from collections import OrderedDict

import polykeras as keras
from polykeras.saving.layout import saved_objects

layers = keras.layers


def dense():
    return layers.Dense(4)


def paths(obj):
    return [path for path, _ in saved_objects(obj)]


class Odd(keras.Model):
    """Holds layers in every place that a program may choose."""

    def __init__(self):
        super().__init__(name="odd")
        self.a10, self.a2, self.Upper, self._under, self.__mangled = (dense() for _ in range(5))
        self.b_set = {1, 2}
        self.c_ordered = OrderedDict(z=dense(), y=dense())
        self.e_empty = []
        self.f_mixed = [1, "a", dense(), None]
        self.g_loss = keras.losses.MeanSquaredError()
        self.h_metric = keras.metrics.Mean()
        self.nested = [[1], [dense()], (dense(), []), {"u": 1}, self.a2, [[dense()]], dense()]
        self.optimizers = [keras.optimizers.SGD(), keras.optimizers.Adam()]
        self.zz = dense()

    @property
    def a_property(self):
        return self.zz

    @property
    def not_yet(self):
        raise RuntimeError("call `build` first")


def test_attributes_in_their_places():
    assert paths(Odd()) == [
        "",
        "Upper",
        "_Odd__mangled",
        "_under",
        "a10",
        "a2",
        "a_property",
        "c_ordered/dense",
        "c_ordered/dense_1",
        "f_mixed/dense",
        # `layers` comes next in the alphabet: what was met before is passed over, and counted.
        "layers/dense_8",
        "layers/dense_9",
        "layers/dense_10",
        "layers/dense_11",
        "optimizers/sgd",
        "optimizers/adam",
    ]


class Held(layers.Layer):
    """The same containers in a layer, which has no property `layers`."""

    def __init__(self):
        super().__init__()
        own = dense()
        self.a = [[1], [dense()], (dense(), []), {"u": 1}, own, [own], [[dense()]], own]
        self.b = {"first": dense(), 2: dense()}
        self.seeds = keras.random.SeedGenerator(1)
        self.layers = [dense()]
        self.optimizer = keras.optimizers.SGD()
        self.loop = [self]


def test_containers_are_counted_whether_they_hold_anything_or_not():
    assert paths(Held()) == [
        "",
        "a/container_1/dense",
        "a/container_2/dense",
        "a/dense",
        "a/container_5/container/dense",
        "b/dense",
        "b/dense_1",
        "layers/dense",
        "optimizer",
        "seeds",
    ]


def test_a_graph_and_a_chain_begin_with_their_layers():
    class Chain(keras.Sequential):
        def __init__(self):
            super().__init__()
            self.a_first = dense()
            self.add(dense())
            self.z_last = dense()
            self.add(self.a_first)

    class Graph(keras.Model):
        def __init__(self):
            inputs = keras.Input((4,))
            first = dense()
            super().__init__(inputs, layers.Dropout(0.5)(first(inputs)))
            self.a_first = first
            self.zz = dense()

    assert paths(Chain()) == ["", "layers/dense", "layers/dense_1", "z_last"]
    assert paths(Graph()) == [
        "", "layers/input_layer", "layers/dense", "layers/dropout", "layers/dropout/seed_generator", "zz",
    ]  # fmt: skip


def test_own_names_do_not_matter():
    """Names of layers may be anything; paths are made of classes and attributes."""
    model = keras.Sequential([keras.Input((4,)), layers.Dense(2, name="..\\evil"), layers.Dense(2, name="C:x")])
    assert paths(model) == ["", "layers/dense", "layers/dense_1"]
