"""Keras 3.15.1 on configs; run by `tests.exchange.keras_side`.

Reads ``ours/*.json`` of FOLDER, and writes what each model predicts and the config that it has then into
``read``; writes its own graphs and predictions into ``theirs``.
"""

from __future__ import annotations

import keras
import numpy as np

from tests.exchange import graphs


def data(model, seed=7):
    """Return inputs for a model, the same for the same shapes."""
    chance = np.random.default_rng(seed)
    return [chance.uniform(0.5, 1.5, (4, *tensor.shape[1:])).astype("float32") for tensor in model.inputs]


def predictions(model):
    """Return the outputs, numbered."""
    outputs = model(data(model))  # eagerly: compiling so many graphs takes minutes
    flat = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    return {str(number): keras.ops.convert_to_numpy(output) for number, output in enumerate(flat)}


def answer(folder):
    """Read what lies in the folder, and write beside it."""
    for name in ("read", "theirs"):
        (folder / name).mkdir()
    for path in sorted((folder / "ours").glob("*.json")):
        model = keras.models.model_from_json(path.read_text(encoding="utf-8"))
        (folder / "read" / path.name).write_text(model.to_json(), encoding="utf-8")
        if path.stem.startswith("graph"):
            np.savez(folder / "read" / f"{path.stem}.npz", **predictions(model))
    for seed in graphs.SEEDS:
        keras.utils.clear_session()
        model = graphs.build(keras, seed)
        (folder / "theirs" / f"graph{seed}.json").write_text(model.to_json(), encoding="utf-8")
        np.savez(folder / "theirs" / f"graph{seed}.npz", **predictions(model))
