"""What Keras 3.15.1 writes and reads, in a process of its own.

KERAS_BACKEND=jax python -m tests.exchange.keras_side FOLDER

Writes models, weights and predictions into ``theirs`` of FOLDER, reads and answers the files in ``ours`` and the
configs in ``configs``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import keras
import numpy as np

from tests.exchange import keras_configs, zoo


def write(folder: Path) -> None:
    """Train each model of the zoo; save it, its weights, its predictions, and its losses from there on."""
    kinds = zoo.classes(keras)
    for name in zoo.ZOO:
        model = zoo.trained(keras, name, kinds)
        model.save(folder / f"{name}.keras")
        model.save_weights(folder / f"{name}.weights.h5")
        if name != "subclassed":
            model.save(folder / f"{name}.h5")
        np.savez(folder / f"{name}.npz", **zoo.outputs(model, name))


def read(folder: Path) -> None:
    """Load each model and weights file, and save what it predicts."""
    kinds = zoo.classes(keras)
    for path in sorted(folder.glob("*.keras")):
        name = path.name.partition(".")[0]
        model = keras.saving.load_model(path)
        np.savez(folder / f"{name}.loaded.npz", **zoo.outputs(model, name))
        iterations = np.asarray(model.optimizer.iterations)
        np.save(folder / f"{name}.iterations.npy", iterations)
    for path in sorted(folder.glob("*.weights.h5")):
        name = path.name.partition(".")[0]
        model = zoo.compiled(keras, name, kinds)
        zoo.train(model, name, epochs=1)
        model.load_weights(path)
        np.savez(folder / f"{name}.weights.npz", **zoo.outputs(model, name))


if __name__ == "__main__":
    assert keras.__version__ == "3.15.1"
    root = Path(sys.argv[1])
    write(root / "theirs")
    read(root / "ours")
    keras_configs.answer(root / "configs")
