"""`utils` on tensors of another backend than the current one, and frameworks' own generators."""

from __future__ import annotations

import subprocess
import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

from polykeras import ops, use_backend, utils


@pytest.mark.parametrize("name", ["jax", "torch"])
def test_tensors_come_back_on_their_own_backend(name):
    for known in ("jax", "torch"):
        with use_backend(known):
            ops.ones((1,))
    with use_backend(name):
        for make, kind in ((torch.tensor, torch.Tensor), (jnp.array, jax.Array)):
            rows = utils.to_categorical(make([0, 2]), 3)
            assert isinstance(rows, kind)
            assert np.asarray(rows).tolist() == [[1, 0, 0], [0, 0, 1]]
            unit = utils.normalize(make([[3.0, 4.0]]))
            assert isinstance(unit, kind)
            np.testing.assert_allclose(np.asarray(unit), [[0.6, 0.8]], rtol=1e-6)


SCRIPT = """
{first}
from polykeras import ops, utils
utils.set_random_seed(5)
{before}
import torch
one = torch.rand(3)
torch.manual_seed(5)
assert torch.equal(one, torch.rand(3))
"""


@pytest.mark.parametrize(
    ("first", "before"),
    [("import torch", ""), ("", "ops.ones((2,))")],
    ids=["imported before", "loaded by a later op"],
)
def test_a_frameworks_own_generator_is_seeded(first, before, monkeypatch):
    monkeypatch.setenv("POLYKERAS_BACKEND", "torch")
    script = SCRIPT.format(first=first, before=before)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
