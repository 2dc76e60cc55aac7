"""Record what Keras' feature spaces make of a table: run with Keras and TensorFlow, writes ``feature_spaces.json``.

    python tests/files/record_feature_spaces.py

Strings and hashes need TensorFlow there. The table, the cases and the results are kept, so that tests need neither.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np
import tensorflow as tf

TARGET = Path(__file__).with_name("feature_spaces.json")
ROWS = 40
CROSSED = [["city", "rooms"], ["rooms", "city"]]

# Features by class method and arguments, or by name; what the space is made with; which rows are encoded.
CASES = {
    "names": {
        "features": {
            "area": "float",
            "age": "float_normalized",
            "price": "float_rescaled",
            "rooms": "integer_categorical",
            "city": "string_categorical",
            "zone": "integer_hashed",
            "street": "string_hashed",
        },
        "options": {"hashing_dim": 6, "crossing_dim": 5, "crosses": CROSSED},
    },
    "arguments": {
        "features": {
            "price": ["float_rescaled", {"scale": 2.0, "offset": 1.0}],
            "area": ["float_discretized", {"num_bins": 4}],
            "rooms": ["integer_categorical", {"max_tokens": 5, "num_oov_indices": 2}],
            "city": ["string_categorical", {"max_tokens": 4, "num_oov_indices": 2}],
            "zone": ["integer_hashed", {"num_bins": 9}],
        },
        "options": {"output_mode": "concat"},
    },
    "indices": {
        "features": {
            "area": ["float_discretized", {"num_bins": 7, "output_mode": "int"}],
            "rooms": ["integer_categorical", {"output_mode": "int"}],
            "city": ["string_categorical", {"output_mode": "int", "num_oov_indices": 3}],
            "zone": ["integer_hashed", {"num_bins": 1000003, "output_mode": "int"}],
            "street": ["string_hashed", {"num_bins": 1000003, "output_mode": "int"}],
        },
        "options": {"output_mode": "dict"},
        "crosses": [["street", "zone"], ["zone", "rooms"]],
    },
    "few_values": {
        "features": {"rooms": ["float_discretized", {"num_bins": 5}]},
        "options": {"num_discretization_bins": 9},
        "first": 3,
    },
    "no_index_for_unknown": {
        "features": {"zone": ["integer_categorical", {"num_oov_indices": 0}]},
        "options": {},
    },
}


def table() -> dict[str, np.ndarray]:
    """Return a table with ties, rare values, long and empty strings, and negative integers."""
    rng = np.random.default_rng(5)
    words = ["", "a", "ab", "abcd", "abcdefgh", "0123456789abcdef", "x" * 17, "y" * 40, "zé" * 40, "q" * 200]
    return {
        "area": rng.normal(60, 20, ROWS).astype("float32"),
        "age": rng.gamma(2.0, 10.0, ROWS).astype("float32"),
        "price": rng.uniform(0, 1000, ROWS).astype("float32"),
        "rooms": rng.integers(-1, 7, ROWS),
        "city": rng.choice(["Rome", "Oslo", "Łódź", "東京", "Bonn", "[UNK]"], ROWS),
        "zone": rng.choice([0, 7, -3, 42, 99999, -123456, 2**31 - 1, -(2**31)], ROWS),
        "street": rng.choice(words, ROWS),
    }


def feature(declared: object) -> object:
    """Return a feature as Keras takes it."""
    if isinstance(declared, str):
        return declared
    name, arguments = declared
    return getattr(keras.utils.FeatureSpace, name)(**arguments)


def record(case: dict, columns: dict[str, np.ndarray]) -> dict:
    """Return what Keras makes of the table in one case."""
    make = keras.utils.FeatureSpace
    options = dict(case["options"])
    if "crosses" in options:
        options["crosses"] = [tuple(pair) for pair in options["crosses"]]
    if "crosses" in case:
        options["crosses"] = [make.cross(tuple(pair), 1000003, "int") for pair in case["crosses"]]
    space = make({name: feature(declared) for name, declared in case["features"].items()}, **options)
    used = {name: columns[name][: case.get("first", ROWS)] for name in case["features"]}
    space.adapt(tf.data.Dataset.from_tensor_slices(used))
    whole = space(used)
    one = space({name: values[0] for name, values in used.items()})
    learned = {}
    for name, encoder in space.preprocessors.items():
        if hasattr(encoder, "get_vocabulary"):
            learned[name] = [item.item() if isinstance(item, np.generic) else item for item in encoder.get_vocabulary()]
        elif hasattr(encoder, "bin_boundaries"):
            learned[name] = list(map(float, encoder.bin_boundaries))
    inputs = {name: [list(value.shape), value.dtype] for name, value in space.get_inputs().items()}
    encoded = space.get_encoded_features()
    plain = (lambda value: np.asarray(value).tolist()) if not isinstance(whole, dict) else None
    return {
        **case,
        "whole": plain(whole) if plain else {name: np.asarray(value).tolist() for name, value in whole.items()},
        "one": plain(one) if plain else {name: np.asarray(value).tolist() for name, value in one.items()},
        "learned": learned,
        "inputs": inputs,
        "encoded": {name: list(value.shape) for name, value in encoded.items()}
        if isinstance(encoded, dict)
        else list(encoded.shape),
    }


def main() -> None:
    """Write the table and every case."""
    columns = table()
    cases = {name: record(case, columns) for name, case in CASES.items()}
    recorded = {"table": {name: values.tolist() for name, values in columns.items()}, "cases": cases}
    TARGET.write_text(json.dumps(recorded, ensure_ascii=True, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
