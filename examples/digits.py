"""The digits of `examples/data`, and noise for models that generate some.

Noise is drawn here, by NumPy, and given to the model as data. Draws inside of a training step are each framework's own;
with noise as data, a run is the same on every backend.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

DATA = Path(__file__).with_name("data") / "digits.npz"


def images(samples: int) -> np.ndarray:
    """Return `samples` images of 14 x 14 pixels in [0, 1], shape (samples, 196): means of blocks of 2 x 2 pixels."""
    with np.load(DATA) as digits:
        whole = digits["x_train"][:samples].astype("float64") / 255
    return whole.reshape(-1, 14, 2, 14, 2).mean((2, 4)).reshape(len(whole), 196)


def noise(samples: int, size: int, seed: int) -> np.ndarray:
    """Return draws from the standard normal distribution, shape (samples, size)."""
    return np.random.default_rng(seed).normal(size=(samples, size))


def uniform(samples: int, seed: int) -> np.ndarray:
    """Return draws from [0, 1), shape (samples, 1)."""
    return np.random.default_rng(seed).uniform(size=(samples, 1))
