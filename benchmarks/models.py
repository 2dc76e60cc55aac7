"""The three models, written once against a module that has the Keras API, and their data.

Promises: the same layers, loss, optimizer and metric whichever module is given; the same NumPy
arrays for every contestant; labels that can be learned but, one in five being random, never so well
that the loss reaches zero and denormal gradients slow the arithmetic down.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

BATCH = 32
WIDTH = 64
CLASSES = 10
BLOCKS = 30
IMAGE = (28, 28, 1)
LEARNING_RATE = 1e-3
NORM_EPSILON = 1e-3
DROPOUT = 0.5
RANDOM_LABELS = 0.2


class Case(NamedTuple):
    """One model to measure.

    Attributes:
        build: Makes the model, uncompiled, from a module with the Keras API.
        shape: Shape of one sample.
        steps: Batches per block and backend, chosen for blocks of 0.1 s or more.
        same_loss: How far the losses of two contestants may differ over one unshuffled epoch:
            rounding for most, other dropout masks for the convnet.
    """

    build: Callable[[Any], Any]
    shape: tuple[int, ...]
    steps: dict[str, int]
    same_loss: float


def mlp(k: Any) -> Any:
    """Return the 3-layer MLP: 64 inputs, two hidden layers 64 wide, 10 classes."""
    return k.Sequential(
        [
            k.layers.Input(shape=(WIDTH,)),
            k.layers.Dense(WIDTH, activation="relu"),
            k.layers.Dense(WIDTH, activation="relu"),
            k.layers.Dense(CLASSES, activation="softmax"),
        ]
    )


def residual(k: Any) -> Any:
    """Return the residual MLP: 30 blocks ``x + relu(dense(norm(x)))``, 64 wide, and a last norm.

    Without the last norm the untrained logits are so large that Keras' clipping of probabilities
    stops most gradients, while a loop over logits learns: two different jobs.
    """
    inputs = k.layers.Input(shape=(WIDTH,))
    x = inputs
    for _ in range(BLOCKS):
        branch = k.layers.LayerNormalization(epsilon=NORM_EPSILON)(x)
        branch = k.layers.Dense(WIDTH, activation="relu")(branch)
        x = k.layers.Add()([x, branch])  # (batch, width)
    x = k.layers.LayerNormalization(epsilon=NORM_EPSILON)(x)
    return k.Model(inputs, k.layers.Dense(CLASSES, activation="softmax")(x))


def convnet(k: Any) -> Any:
    """Return the convnet of Keras' introduction for engineers, dropout included."""
    return k.Sequential(
        [
            k.layers.Input(shape=IMAGE),
            k.layers.Conv2D(64, kernel_size=(3, 3), activation="relu"),
            k.layers.Conv2D(64, kernel_size=(3, 3), activation="relu"),
            k.layers.MaxPooling2D(pool_size=(2, 2)),
            k.layers.Conv2D(128, kernel_size=(3, 3), activation="relu"),
            k.layers.Conv2D(128, kernel_size=(3, 3), activation="relu"),
            k.layers.GlobalAveragePooling2D(),
            k.layers.Dropout(DROPOUT),
            k.layers.Dense(CLASSES, activation="softmax"),
        ]
    )


CASES: dict[str, Case] = {
    "mlp": Case(mlp, (WIDTH,), {"jax": 2048, "torch": 512, "tensorflow": 512}, 0.01),
    "residual": Case(residual, (WIDTH,), {"jax": 256, "torch": 64, "tensorflow": 128}, 0.01),
    "convnet": Case(convnet, IMAGE, {"jax": 16, "torch": 32, "tensorflow": 32}, 0.05),
}


def compile_model(k: Any, model: Any) -> None:
    """Compile `model` with the loss, optimizer and metric that the yardsticks also use."""
    model.compile(
        loss=k.losses.SparseCategoricalCrossentropy(),
        optimizer=k.optimizers.Adam(learning_rate=LEARNING_RATE),
        metrics=[k.metrics.SparseCategoricalAccuracy(name="acc")],
    )


def make_data(shape: tuple[int, ...], samples: int, label_dtype: str) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs ``(samples, *shape)`` float32 and labels ``(samples,)``, always the same ones.

    A label is the class of the prototype that its input is a noisy copy of, or at random.
    """
    rng = np.random.default_rng(20240710)
    prototypes = rng.standard_normal((CLASSES, *shape), dtype=np.float32)
    labels = rng.integers(0, CLASSES, samples)
    noise = rng.standard_normal((samples, *shape), dtype=np.float32)
    inputs = prototypes[labels] * np.float32(0.5) + noise
    at_random = rng.random(samples) < RANDOM_LABELS
    labels[at_random] = rng.integers(0, CLASSES, int(at_random.sum()))
    return inputs, labels.astype(label_dtype)
