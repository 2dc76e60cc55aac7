"""A model under `DistributedDataParallel`: two processes train as one does on the whole batch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

import polykeras as keras

RNG = np.random.default_rng(0)
X = torch.from_numpy(RNG.normal(size=(32, 4)).astype("float32"))
Y = 2 * X[:, :2]
STEPS = 4


def build():
    keras.utils.set_random_seed(0)
    return keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(8, activation="tanh"), keras.layers.Dense(2, name="out")]
    )


def train(module, model, x, y):
    """Take a few steps and return the weights."""
    optimizer = torch.optim.SGD(module.parameters(), 0.1)
    for at in range(STEPS):
        optimizer.zero_grad()
        part = slice(at, None, STEPS)
        torch.nn.functional.mse_loss(module(x[part]), y[part]).backward()
        optimizer.step()
    return model.get_weights()


def work(rank, folder):
    with keras.use_backend("torch"):
        torch.distributed.init_process_group("gloo", f"file://{folder}/store", rank=rank, world_size=2)
        try:
            model = build()
            if rank:
                model.set_weights([np.zeros_like(one) for one in model.get_weights()])  # taken from the other
            module = torch.nn.parallel.DistributedDataParallel(model.as_torch_module())
            np.savez(Path(folder, f"{rank}.npz"), *train(module, model, X[rank::2], Y[rank::2]))
        finally:
            torch.distributed.destroy_process_group()


def test_two_processes_train_as_one(tmp_path):
    torch.multiprocessing.spawn(work, (str(tmp_path),), nprocs=2)
    first, second = (list(np.load(tmp_path / f"{rank}.npz").values()) for rank in (0, 1))
    with keras.use_backend("torch"):
        model = build()
        ranks = [range(32)[rank::2] for rank in (0, 1)]
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        for at in range(STEPS):
            part = [index for rank in ranks for index in rank[at::STEPS]]
            optimizer.zero_grad()
            torch.nn.functional.mse_loss(model(X[part]), Y[part]).backward()
            optimizer.step()
        expected = model.get_weights()
    for one, two, alone in zip(first, second, expected, strict=True):
        np.testing.assert_array_equal(one, two)
        np.testing.assert_allclose(one, alone, rtol=1e-5, atol=1e-6)
