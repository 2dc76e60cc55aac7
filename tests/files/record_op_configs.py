"""Record how Keras writes each public op of a Functional model.

Run with Keras 3.15.1: ``KERAS_BACKEND=jax python tests/files/record_op_configs.py``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import keras

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from op_calls import CALLS, TENSORS  # noqa: E402


def record(name, args, kwargs):
    """Return the configs of the ops that one call leaves in a model, inputs left out."""
    keras.utils.clear_session()
    inputs = {key: keras.Input(batch_shape=shape, dtype=dtype, name=key) for key, (shape, dtype) in TENSORS.items()}

    def fill(value):
        if isinstance(value, str):
            return inputs.get(value, value)
        return [fill(item) for item in value] if isinstance(value, list) else value

    call = getattr(keras.ops, name, None) or getattr(keras.ops.image, name)
    output = call(*(fill(item) for item in args), **{key: fill(value) for key, value in kwargs.items()})
    model = keras.Model(inputs, output)
    return [layer for layer in model.get_config()["layers"] if layer["class_name"] != "InputLayer"]


def main():
    """Write op_configs.json beside this file."""
    rows = []
    for name, args, kwargs in CALLS:
        try:
            rows.append([name, record(name, args, kwargs)])
        except (AttributeError, ValueError, TypeError, NotImplementedError) as error:
            rows.append([name, f"{type(error).__name__}: {str(error)[:200]}"])
    text = ",\n".join(json.dumps(row, sort_keys=True) for row in rows)
    (HERE / "op_configs.json").write_text(f"[\n{text}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
