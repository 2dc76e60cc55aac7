"""One process of Keras for all files: it takes seconds to start, and loads TensorFlow."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import polykeras as keras
from polykeras import ops
from polykeras.models import Model
from tests.exchange import graphs, zoo
from tests.files.op_calls import CALLS, NOT_READ, TENSORS

ROOT = Path(__file__).resolve().parents[2]


def model_of(name, args, kwargs):
    """Return a model of one op, on the inputs that it takes."""
    inputs = {key: keras.Input(batch_shape=shape, dtype=dtype, name=key) for key, (shape, dtype) in TENSORS.items()}
    used = {}

    def fill(value):
        if isinstance(value, str) and value in inputs:
            return used.setdefault(value, inputs[value])
        return [fill(item) for item in value] if isinstance(value, list) else value

    outputs = getattr(ops, name)(*map(fill, args), **{key: fill(value) for key, value in kwargs.items()})
    return Model(list(used.values()), outputs)


@pytest.fixture(scope="session")
def kinds():
    return zoo.classes(keras)


@pytest.fixture(scope="session")
def answered(tmp_path_factory, kinds):
    """Folder with files written here that Keras has read, and files that Keras wrote."""
    root = tmp_path_factory.mktemp("exchange")
    for name in ("ours", "theirs", "configs", "configs/ours"):
        (root / name).mkdir()
    for name in zoo.ZOO:
        model = zoo.trained(keras, name, kinds)
        model.save(root / "ours" / f"{name}.keras")
        model.save_weights(root / "ours" / f"{name}.weights.h5")
        np.savez(root / "ours" / f"{name}.npz", **zoo.outputs(model, name))
    for seed in graphs.SEEDS:
        keras.utils.clear_session()
        text = graphs.build(keras, seed).to_json()
        (root / "configs/ours" / f"graph{seed}.json").write_text(text, encoding="utf-8")
    for number, call in enumerate(CALLS):
        if call[0] in NOT_READ:
            continue
        (root / "configs/ours" / f"op{number}.json").write_text(model_of(*call).to_json(), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "tests.exchange.keras_side", str(root)],
        cwd=ROOT,
        env={**os.environ, "KERAS_BACKEND": "jax"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return root


@pytest.fixture(scope="session")
def theirs(answered):
    """Folder of files that Keras wrote."""
    return answered / "theirs"


@pytest.fixture(scope="session")
def ours(answered):
    """Folder of files that were written here and that Keras has read."""
    return answered / "ours"


@pytest.fixture(scope="session")
def folder(answered):
    """Folder in which Keras has answered every config of ours, and left its own."""
    return answered / "configs"
