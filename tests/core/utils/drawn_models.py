"""Models that the tests of pictures draw."""

from __future__ import annotations

from polykeras import Model, Sequential, layers, ops


def chain():
    return Sequential([layers.Input((8,)), layers.Dense(4, activation="relu", name="a"), layers.Dense(2, name="b")])


def residual():
    left, right = layers.Input((8,), name="left"), layers.Input((3,), name="right")
    x = layers.Dense(4, name="first")(left)
    y = layers.Dense(4, name="second")(x)
    x = ops.relu(layers.Add(name="sum")([x, y]))
    z = layers.Concatenate(name="join")([x, right])
    return Model([left, right], [layers.Dense(1, name="one")(z), layers.Dense(2, name="two")(z)])


def nested():
    features = layers.Input((8,), name="features")
    hidden = layers.Dense(4, name="hidden")(features)
    encoder = Model(features, [layers.Dense(4, name="code")(hidden), hidden], name="encoder")
    head = Sequential([layers.Input((4,)), layers.Dense(3, name="h1"), layers.Dense(1, name="h2")], name="head")
    left, right = layers.Input((8,), name="left"), layers.Input((8,), name="right")
    (a, b), (c, d) = encoder(left), encoder(right)
    outputs = [head(ops.abs(a - c)), head(b), layers.Add(name="sum")([b, d])]
    return Model([left, right], outputs)


def shared():
    """Return a model in which a layer takes what comes after its own first call, and one takes its own output."""
    x = layers.Input((4,), name="x")
    dense, twice = layers.Dense(4, name="dense"), layers.Dense(4, name="twice")
    y = dense(ops.relu(dense(x)))
    return Model(x, twice(twice(y)))


MODELS = {"chain": chain, "residual": residual, "nested": nested, "shared": shared}
