"""The guide's last chapter, on sources of data, on every backend: its blocks as written, on fewer samples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import polykeras as keras
from polykeras.plugins.discovery import backend_names
from tests.guide import driver

GUIDE = Path(driver.__file__).parent / "intro_to_keras_for_engineers.ko.md"
CHAPTER = ("class My", "import torch", "import tensorflow")


@pytest.mark.parametrize("name", backend_names())
def test_the_last_chapter(name: str) -> None:
    draw = np.random.default_rng(0)
    x, y = draw.uniform(size=(48, 28, 28, 1)).astype("float32"), draw.integers(0, 10, 48)
    names: dict[str, Any] = {"keras": keras, "np": np, "batch_size": 16}
    names |= {
        "num_classes": 10,
        "input_shape": (28, 28, 1),
        "x_train": x,
        "y_train": y,
        "x_test": x[:16],
        "y_test": y[:16],
    }
    texts = [(line, text) for line, text in driver.blocks(GUIDE, name) if text.startswith(CHAPTER)]
    assert len(texts) == 5  # three classes, two sources
    with keras.use_backend(name):
        for line, text in texts:
            exec(compile("\n" * line + text, str(GUIDE), "exec"), names)  # noqa: S102 - to run it is the test
            if "model.fit(" in text:
                history = names["model"].history.history
                assert {"acc", "loss", "val_acc", "val_loss"} == set(history)
                assert np.isfinite(history["val_loss"]).all()
