"""Models for files: written once, over whichever package is passed as `keras`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np


class Animal(NamedTuple):
    """A model: how it is made, and the shape of one sample."""

    make: Callable[[Any, SimpleNamespace], Any]
    shape: tuple[int, ...]
    integers: int | None = None

    def data(self) -> np.ndarray:
        """Return 16 samples; the seed is fixed."""
        generator = np.random.default_rng(5)
        if self.integers is not None:
            return generator.integers(0, self.integers, (16, *self.shape)).astype("int32")
        return generator.normal(size=(16, *self.shape)).astype("float32")


def classes(keras: Any) -> SimpleNamespace:  # noqa: C901 - methods of small classes, one beside the other
    """Return the registered classes of this zoo, made over `keras`."""
    register = keras.saving.register_keras_serializable(package="zoo")
    layers = keras.layers

    @register
    class Scale(layers.Layer):
        def build(self, input_shape):
            self.shift = self.add_weight(shape=(input_shape[-1],), initializer="zeros", name="shift", trainable=False)
            self.scale = self.add_weight(shape=(input_shape[-1],), initializer="ones", name="scale")

        def call(self, inputs):
            return inputs * self.scale + self.shift

    @register
    class Block(layers.Layer):
        def __init__(self, units=3, **kwargs):
            super().__init__(**kwargs)
            self.units = units
            self.gain = keras.Variable(np.ones(units, "float32") * 1.5, name="gain")
            self.zeta = layers.Dense(units)
            self.alpha = layers.Dense(units, name="first_by_name")
            self._hidden = layers.Dense(units, activation="relu")
            self.chain = [layers.Dense(units), [layers.Dense(units)], {"q": layers.Dense(units)}, (Scale(),)]
            self.table = {"b": layers.Dense(units), "a": Scale()}
            self.again = self.zeta

        def build(self, input_shape):
            self.late = self.add_weight(shape=(self.units,), initializer="ones", name="late")

        def call(self, inputs):
            x = self._hidden(self.alpha(self.zeta(inputs)))
            x = self.chain[3][0](self.chain[2]["q"](self.chain[1][0](self.chain[0](x))))
            return self.table["a"](self.table["b"](x)) * self.gain + self.late

        def get_config(self):
            return {**super().get_config(), "units": self.units}

    @register
    class Subclassed(keras.Model):
        def __init__(self, units=3, **kwargs):
            super().__init__(**kwargs)
            self.units = units
            self.block = Block(units)
            self.my_layers = [
                layers.Dense(4, activation="tanh"),
                layers.Dropout(0.3, seed=3),
                layers.BatchNormalization(),
            ]
            self.inner = keras.Sequential([layers.Dense(4), layers.Dense(2)])
            self.Upper = layers.Dense(2)

        def call(self, inputs, training=False):
            x = self.block(inputs)
            for layer in self.my_layers[:1]:
                x = layer(x)
            x = self.my_layers[2](self.my_layers[1](x, training=training), training=training)
            return self.Upper(self.inner(x))

        def get_config(self):
            return {**super().get_config(), "units": self.units}

    @register
    class Listed(layers.Layer):
        """Keeps an array and a file of its own."""

        words: tuple[str, ...] = ()
        table: Any = None

        def call(self, inputs):
            return inputs * 1.0

        def save_own_variables(self, store):
            store["table"] = np.arange(6, dtype="int64").reshape(2, 3)

        def load_own_variables(self, store):
            self.table = np.asarray(store["table"])

        def save_assets(self, dir_path):
            folder = Path(dir_path) / "inside"
            folder.mkdir()
            (folder / "words.txt").write_text("one two three", encoding="utf-8")

        def load_assets(self, dir_path):
            self.words = tuple((Path(dir_path) / "inside" / "words.txt").read_text(encoding="utf-8").split())

    return SimpleNamespace(Scale=Scale, Block=Block, Subclassed=Subclassed, Listed=Listed)


def sequential(keras, kinds):
    layers = keras.layers
    return keras.Sequential([
        keras.Input((6,)), layers.Dense(5, activation="relu", name="named"), layers.Dropout(0.5),
        layers.BatchNormalization(), layers.Dense(4, kernel_regularizer="l2"), layers.LayerNormalization(),
        layers.Dense(2),
    ])  # fmt: skip


def convnet(keras, kinds):
    layers = keras.layers
    return keras.Sequential([
        keras.Input((8, 8, 3)), layers.Conv2D(4, 3, activation="relu", padding="same"), layers.MaxPooling2D(2),
        layers.Conv2D(4, 3), layers.GlobalAveragePooling2D(), layers.Dense(2, activation="softmax"),
    ])  # fmt: skip


def embedded(keras, kinds):
    layers = keras.layers
    return keras.Sequential([
        keras.Input((5,), dtype="int32"), layers.Embedding(20, 4), layers.Flatten(), layers.Dense(2),
    ])  # fmt: skip


def raw_ops(keras, kinds):
    ops, layers = keras.ops, keras.layers
    inputs = keras.Input((6,), name="features")
    x = layers.Dense(6, name="first")(inputs)
    x = ops.relu(x) + inputs
    x = ops.concatenate([x * 2.0, inputs - 1.0], axis=-1)
    x = ops.reshape(x, (-1, 3, 4))
    x = ops.mean(x, axis=1) / 2.0
    x = ops.transpose(ops.stack([x, ops.exp(-x)], axis=1), (0, 2, 1))
    x = ops.max(x, axis=-1)
    return keras.Model(inputs, layers.Dense(2)(x), name="raw")


def nested(keras, kinds):
    layers = keras.layers
    inputs = keras.Input((6,))
    shared = layers.Dense(6, activation="tanh")
    inner = keras.Sequential([keras.Input((6,)), layers.Dense(6), layers.Dense(6)], name="inner")
    x = shared(shared(inner(inputs)))
    x = layers.Add()([x, inner(x)])
    return keras.Model(inputs, layers.Dense(2)(kinds.Block(3)(x)))


def two_outputs(keras, kinds):
    layers = keras.layers
    inputs = keras.Input((6,))
    x = layers.Dense(4)(inputs)
    return keras.Model(inputs, {"b": layers.Dense(2, name="b")(x), "a": layers.Dense(2, name="a")(x)})


def subclassed(keras, kinds):
    return kinds.Subclassed(4)


def own_files(keras, kinds):
    return keras.Sequential([keras.Input((6,)), kinds.Listed(name="odd name"), keras.layers.Dense(2)])


ZOO = {
    "sequential": Animal(sequential, (6,)),
    "convnet": Animal(convnet, (8, 8, 3)),
    "embedded": Animal(embedded, (5,), integers=20),
    "raw_ops": Animal(raw_ops, (6,)),
    "nested": Animal(nested, (6,)),
    "two_outputs": Animal(two_outputs, (6,)),
    "subclassed": Animal(subclassed, (6,)),
    "own_files": Animal(own_files, (6,)),
}


def targets(name: str) -> Any:
    """Return targets for a model's outputs."""
    y = np.random.default_rng(6).normal(size=(16, 2)).astype("float32")
    return {"a": y, "b": -y} if name == "two_outputs" else y


def compiled(keras: Any, name: str, kinds: SimpleNamespace) -> Any:
    """Return a fresh model of this name, compiled."""
    model = ZOO[name].make(keras, kinds)
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse", metrics=None if name == "two_outputs" else ["mae"])
    return model


def trained(keras: Any, name: str, kinds: SimpleNamespace) -> Any:
    """Return a model of this name after two epochs."""
    model = compiled(keras, name, kinds)
    train(model, name)
    return model


def train(model: Any, name: str, epochs: int = 2) -> list[float]:
    """Train a model and return its losses; batches come in one order."""
    history = model.fit(ZOO[name].data(), targets(name), epochs=epochs, batch_size=8, shuffle=False, verbose=0)
    return history.history["loss"]


def outputs(model: Any, name: str) -> dict[str, np.ndarray]:
    """Return the predictions of a model, by output."""
    found = model.predict(ZOO[name].data(), verbose=0)
    return found if isinstance(found, dict) else {"out": found}
