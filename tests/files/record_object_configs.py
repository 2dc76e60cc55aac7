"""Record the configs that Keras writes for the rows of object_calls.py.

Run with Keras 3.15.1: ``KERAS_BACKEND=jax python tests/files/record_object_configs.py``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import keras

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from object_calls import BUILT, ROWS, construct, label  # noqa: E402


def fresh(row):
    """Return the object of a row, its default name counted from the start."""
    keras.utils.clear_session()
    return construct(keras, row)


def called(row, shape):
    """Return the config of a layer after a call on symbolic inputs of `shape`."""
    layer = fresh(row)
    many = isinstance(shape, list)
    layer([keras.KerasTensor(one) for one in shape] if many else keras.KerasTensor(shape))
    return keras.saving.serialize_keras_object(layer)


def main():
    """Write object_configs.json beside this file."""
    rows = [[label(row), keras.saving.serialize_keras_object(fresh(row))] for row in ROWS]
    rows += [[f"built {label(row)}", called(row, shape)] for row, shape in BUILT]
    text = ",\n".join(json.dumps(row, sort_keys=True) for row in rows)
    (HERE / "object_configs.json").write_text(f"[\n{text}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
