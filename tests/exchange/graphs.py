"""Graphs drawn at random from layers and raw ops: written once, over whichever package is passed as `keras`.

The weights are constants, so that a model needs its config alone to predict the same everywhere.
"""

from __future__ import annotations

import random
from typing import Any

SEEDS = range(24)
WIDTH = 3


def _dense(keras: Any, name: str) -> Any:
    fixed = keras.initializers.Constant
    return keras.layers.Dense(WIDTH, kernel_initializer=fixed(0.25), bias_initializer=fixed(0.5), name=name)


def _with_op(ops: Any, chance: random.Random, x: Any, y: Any) -> Any:
    return chance.choice([
        lambda: ops.relu(x - 0.5),
        lambda: x * 2.0 + y,
        lambda: 1.0 / (ops.exp(x) + 1.0),
        lambda: ops.concatenate([x, y], axis=-1)[:, 1 : 1 + WIDTH],
        lambda: ops.softmax(ops.stack([x, y], axis=1), axis=1)[:, 0],
        lambda: ops.where(x > y, x, 0.0),
        lambda: ops.reshape(ops.transpose(ops.expand_dims(x, 2), (0, 2, 1)), (-1, WIDTH)),
        lambda: ops.maximum(x, ops.mean(y, axis=-1, keepdims=True)),
        lambda: ops.split(ops.concatenate([x, y], axis=-1), 2, axis=-1)[1],
        lambda: abs(-x) ** 2.0,
    ])()  # fmt: skip


def build(keras: Any, seed: int) -> Any:
    """Return the model of a seed."""
    layers, chance = keras.layers, random.Random(seed)  # noqa: S311 - repeatable, not secret
    inputs = [keras.Input((WIDTH,), name=f"x{index}") for index in range(chance.randint(1, 3))]
    pool, shared = list(inputs), []
    for number in range(chance.randint(3, 12)):
        x, y, what = chance.choice(pool), chance.choice(pool), chance.random()
        if what < 0.25:
            pool.append(_dense(keras, f"d{number}")(x))
        elif what < 0.4:
            pool.append(layers.Add(name=f"a{number}")([x, y]))
        elif what < 0.55:
            if not shared or chance.random() < 0.4:
                shared.append(_dense(keras, f"s{number}"))
            pool.append(chance.choice(shared)(x))
        elif what < 0.9:
            pool.append(_with_op(keras.ops, chance, x, y))
        else:
            start = keras.Input((WIDTH,), name=f"in{number}")
            inner = keras.Model(start, _dense(keras, "inside")(start), name=f"m{number}")
            pool.append(inner(inner(x)) if chance.random() < 0.5 else inner(x))
    ends = chance.sample(pool[len(inputs) :], k=min(chance.randint(1, 3), len(pool) - len(inputs)))
    chance.shuffle(inputs)
    return keras.Model(inputs, ends, name="graph")
