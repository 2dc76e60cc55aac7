"""Train the convnet of Keras' engineers' guide on real digits, on whatever backend is chosen.

    POLYKERAS_BACKEND=torch python examples/mnist_convnet.py

Saves the model after every epoch, and loads the last file again. Exits with status 1 when the model has not learnt, a
test accuracy below 0.95 after four epochs, or when the loaded model predicts other numbers.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np

import polykeras as keras

DATA = Path(__file__).with_name("data") / "digits.npz"
LEAST_ACCURACY = 0.95
EPOCHS = 4


def load() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return images in [0, 1] of shape (n, 28, 28, 1) and labels: training, then test."""
    with np.load(DATA) as digits:
        x_train, x_test = (np.expand_dims(digits[name].astype("float32") / 255, -1) for name in ("x_train", "x_test"))
        return x_train, digits["y_train"], x_test, digits["y_test"]


def convnet() -> keras.Model:
    """Return the guide's model, compiled."""
    model = keras.Sequential(
        [
            keras.layers.Input(shape=(28, 28, 1)),
            keras.layers.Conv2D(64, kernel_size=(3, 3), activation="relu"),
            keras.layers.Conv2D(64, kernel_size=(3, 3), activation="relu"),
            keras.layers.MaxPooling2D(pool_size=(2, 2)),
            keras.layers.Conv2D(128, kernel_size=(3, 3), activation="relu"),
            keras.layers.Conv2D(128, kernel_size=(3, 3), activation="relu"),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dropout(0.5),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(
        loss=keras.losses.SparseCategoricalCrossentropy(),
        optimizer=keras.optimizers.Adam(learning_rate=1e-3),
        metrics=[keras.metrics.SparseCategoricalAccuracy(name="acc")],
    )
    return model


def main() -> int:
    """Train, evaluate, load what was saved, and return the exit status."""
    keras.utils.set_random_seed(0)
    x_train, y_train, x_test, y_test = load()
    print(f"{len(x_train)} training and {len(x_test)} test images of shape {x_train.shape[1:]}")
    model = convnet()
    model.summary()
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/model_at_epoch_{{epoch}}.keras"
        model.fit(
            x_train, y_train, batch_size=32, epochs=EPOCHS, callbacks=[keras.callbacks.ModelCheckpoint(filepath=path)]
        )
        files = sorted(Path(folder).iterdir())
        loaded = keras.saving.load_model(path.format(epoch=EPOCHS))
    print(f"Saved {', '.join(file.name for file in files)}; loaded the last one")
    _, accuracy = model.evaluate(x_test, y_test, verbose=0)
    print(f"Test accuracy: {accuracy:.4f}")
    failures = []
    if accuracy < LEAST_ACCURACY:
        failures.append(f"That is below {LEAST_ACCURACY}: the model has not learnt.")
    if not np.array_equal(loaded.predict(x_test, verbose=0), model.predict(x_test, verbose=0)):
        failures.append("The loaded model predicts other numbers than the one that was saved.")
    print(*failures, sep="\n", end="", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
