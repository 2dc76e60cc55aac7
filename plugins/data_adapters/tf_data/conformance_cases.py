"""Sources for the conformance suite: datasets of known, unknown and endless length, and structures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from polykeras.conformance.adapters import AdapterCase
from polykeras.plugins import DataRequest

X = np.arange(14, dtype="float32").reshape(7, 2)
Y = np.arange(7)
WEIGHT = np.linspace(0.0, 1.0, 7)
NAMED = {"left": X, "right": (Y, X[:, :1])}


def _rows(start: int) -> slice:
    return slice(start, start + 3)


def _pairs() -> list[Any]:
    return [(X[_rows(start)], Y[_rows(start)]) for start in range(0, 7, 3)]


def _generated() -> tf.data.Dataset:
    def batches() -> Iterator[Any]:
        yield from _pairs()

    spec = (tf.TensorSpec((None, 2), tf.float32), tf.TensorSpec((None,), tf.int64))
    return tf.data.Dataset.from_generator(batches, output_signature=spec)


def _dataset(*parts: Any) -> tf.data.Dataset:
    return tf.data.Dataset.from_tensor_slices(parts if len(parts) > 1 else parts[0]).batch(3)


CASES = [
    AdapterCase("inputs alone", lambda: DataRequest(_dataset(X)), [(X[_rows(start)],) for start in range(0, 7, 3)]),
    AdapterCase("inputs and targets", lambda: DataRequest(_dataset(X, Y)), _pairs()),
    AdapterCase(
        "weights",
        lambda: DataRequest(_dataset(X, Y, WEIGHT)),
        [(X[_rows(start)], Y[_rows(start)], WEIGHT[_rows(start)]) for start in range(0, 7, 3)],
    ),
    AdapterCase("of unknown length", lambda: DataRequest(_generated()), _pairs()),
    AdapterCase(
        "a structure",
        lambda: DataRequest(_dataset(NAMED, Y)),
        [
            ({"left": X[_rows(start)], "right": (Y[_rows(start)], X[_rows(start), :1])}, Y[_rows(start)])
            for start in range(0, 7, 3)
        ],
    ),
]
FOREIGN = [DataRequest(tf.constant(X)), DataRequest(tf.Variable(1.0)), DataRequest("text")]
