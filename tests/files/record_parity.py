"""Record what Keras answers to the cases of the conformance suite.

Run with Keras 3.15.1: ``KERAS_BACKEND=jax python tests/files/record_parity.py``. Polykeras, which must be
importable, gives the cases only.
"""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import keras
import numpy as np

from polykeras.conformance.case import listed, over_arrays
from polykeras.conformance.cases import CASES

HERE = Path(__file__).parent


def answer(case):
    """Return Keras' answer to a case: a list of arrays and their dtypes."""
    args = over_arrays(keras.ops.convert_to_tensor, case.args)
    if case.op == "einsum_of":
        return listed(keras.ops.einsum(args[0], *args[1]))
    return listed((getattr(keras.ops, case.op, None) or getattr(keras.ops.image, case.op))(*args))


def main():
    """Write parity.npz and parity.json beside this file."""
    arrays, facts = {}, {}
    for number, case in enumerate(CASES):
        if case.op != "einsum_of" and not (hasattr(keras.ops, case.op) or hasattr(keras.ops.image, case.op)):
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                outputs = answer(case)
        except Exception as error:  # noqa: BLE001 - whatever Keras raises is what is recorded
            facts[case.name] = {
                "error": f"{type(error).__name__}: {str(error).splitlines()[0][:160] if str(error) else ''}"
            }
            continue
        facts[case.name] = {"key": number, "dtypes": [keras.backend.standardize_dtype(one.dtype) for one in outputs]}
        for position, one in enumerate(outputs):
            values = np.asarray(keras.ops.convert_to_numpy(one))
            arrays[f"{number}-{position}"] = values.astype("float32") if values.dtype.kind == "V" else values
    np.savez_compressed(HERE / "parity.npz", **arrays)
    text = ",\n".join(f"{json.dumps(name)}: {json.dumps(fact)}" for name, fact in facts.items())
    (HERE / "parity.json").write_text("{\n" + text + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
