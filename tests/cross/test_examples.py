"""The examples with steps of their own train alike on every backend: 20 steps from one seed."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

import polykeras as keras
from polykeras.plugins.discovery import backend_names

EXAMPLES = Path(__file__).parents[2] / "examples"
STEPS, BATCH = 20, 8


@pytest.fixture(autouse=True)
def beside_the_examples(monkeypatch):
    monkeypatch.syspath_prepend(str(EXAMPLES))
    before = keras.config.floatx()
    yield
    keras.config.set_floatx(before)
    for name in ("digits", "gan", "vae", "wgan_gp"):
        sys.modules.pop(name, None)


class Record(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.steps = []

    def on_train_batch_end(self, batch, logs=None):
        self.steps.append(dict(logs))


def losses(example, backend):
    with keras.use_backend(backend):
        keras.utils.set_random_seed(5)
        record = Record()
        model, _ = importlib.import_module(example).train(
            samples=STEPS * BATCH, epochs=1, batch_size=BATCH, verbose=0, callbacks=[record]
        )
        assert {variable.backend_name for variable in model.variables} == {backend}
    assert len(record.steps) == STEPS
    return {name: [step[name] for step in record.steps] for name in record.steps[0]}


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-6), ("float32", 1e-3)])
@pytest.mark.parametrize("example", ["gan", "vae", "wgan_gp"])
def test_losses_are_equal(example, dtype, tolerance):
    keras.config.set_floatx(dtype)
    runs = {backend: losses(example, backend) for backend in backend_names()}
    assert len(runs) > 1
    first = next(iter(runs.values()))
    for backend, run in runs.items():
        assert run.keys() == first.keys()
        for name, values in run.items():
            np.testing.assert_allclose(values, first[name], rtol=0, atol=tolerance, err_msg=f"{name} on {backend}")
    assert all(len(set(values)) == STEPS for values in first.values())


@pytest.mark.parametrize(("example", "kind"), [("gan", "GAN"), ("wgan_gp", "WGAN")])
def test_drawn_images_come_nearer_to_real_ones(example, kind):
    module, digits = importlib.import_module(example), importlib.import_module("digits")
    mean = digits.images(1000).mean(0)
    noise = digits.noise(200, module.LATENT, seed=9)
    with keras.use_backend("torch"):
        keras.utils.set_random_seed(0)
        trained, _ = module.train(samples=1000, epochs=12, batch_size=16, verbose=0)
        untrained = getattr(module, kind)()
        far, near = (np.abs(model.predict(noise, verbose=0).mean(0) - mean).mean() for model in (untrained, trained))
    assert near < 0.6 * far


def test_the_autoencoder_learns():
    with keras.use_backend("torch"):
        keras.utils.set_random_seed(0)
        _, history = importlib.import_module("vae").train(samples=1000, epochs=8, verbose=0)
    assert history.history["loss"][-1] < 0.7 * history.history["loss"][0]
