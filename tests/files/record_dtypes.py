"""Record the dtype that each op of Keras gives for every pair of dtypes.

Run with Keras 3.15.1: ``KERAS_BACKEND=jax JAX_ENABLE_X64=1 python tests/files/record_dtypes.py`` and once more with
``JAX_ENABLE_X64=0``. Polykeras, which must be importable, gives the calls only: `tests.files.dtype_calls`.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path

import jax
import keras

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from dtype_calls import calls  # noqa: E402


def answer(call):
    """Return the dtypes of Keras' answer, or the name of its error."""

    def run():
        function = (
            keras.ops.einsum
            if call.op == "einsum_of"
            else getattr(keras.ops, call.op, None) or getattr(keras.ops.image, call.op)
        )
        args = call.arguments(keras.ops.convert_to_tensor)
        return function(args[0], *args[1]) if call.op == "einsum_of" else function(*args)

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                result = jax.eval_shape(run)
            except (jax.errors.ConcretizationTypeError, jax.errors.TracerArrayConversionError):
                result = run()
    except Exception as error:  # noqa: BLE001 - whatever Keras raises is what is recorded
        return type(error).__name__
    results = result if isinstance(result, (list, tuple)) else [result]
    return " ".join(keras.backend.standardize_dtype(one.dtype) for one in results)


def main():
    """Write dtypes.json beside this file, or dtypes_x64.json."""
    table = {}
    for call in calls():
        if call.op == "einsum_of" or hasattr(keras.ops, call.op) or hasattr(keras.ops.image, call.op):
            table.setdefault(call.op, {})[call.key] = answer(call)
    rows = []
    for op, answers in table.items():
        by_result = {}
        for key, result in answers.items():
            by_result.setdefault(result, []).append(key)
        rows.append(f"{json.dumps(op)}: {json.dumps(by_result)}")
    name = "dtypes_x64.json" if jax.config.jax_enable_x64 else "dtypes.json"
    (HERE / name).write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
