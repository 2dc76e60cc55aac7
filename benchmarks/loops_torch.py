"""Hand-written PyTorch training loops: the yardstick, as a good engineer would write them.

Promises: the same models, loss, optimizer, shuffling and metrics as the contestants; plain eager
mode, `torch.optim.Adam` with its defaults, images channels first; metrics added up as tensors and
read once per epoch.
Refuses: torch.compile, fused optimizers, several steps per call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from benchmarks.models import BATCH, BLOCKS, CLASSES, DROPOUT, LEARNING_RATE, NORM_EPSILON, WIDTH


class Block(nn.Module):  # type: ignore[misc]  # to the checker torch is Any
    """``x + relu(dense(norm(x)))``."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(WIDTH, eps=NORM_EPSILON)
        self.dense = nn.Linear(WIDTH, WIDTH)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return a tensor of the shape of `x`, ``(batch, width)``."""
        return x + functional.relu(self.dense(self.norm(x)))


def mlp() -> nn.Module:
    """Return the 3-layer MLP up to its logits."""
    hidden = [nn.Linear(WIDTH, WIDTH), nn.ReLU(), nn.Linear(WIDTH, WIDTH), nn.ReLU()]
    return nn.Sequential(*hidden, nn.Linear(WIDTH, CLASSES))


def residual() -> nn.Module:
    """Return the residual MLP up to its logits."""
    blocks = [Block() for _ in range(BLOCKS)]
    return nn.Sequential(*blocks, nn.LayerNorm(WIDTH, eps=NORM_EPSILON), nn.Linear(WIDTH, CLASSES))


def convnet() -> nn.Module:
    """Return the convnet up to its logits; images are ``(batch, 1, 28, 28)``."""
    return nn.Sequential(
        nn.Conv2d(1, 64, 3),
        nn.ReLU(),
        nn.Conv2d(64, 64, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(64, 128, 3),
        nn.ReLU(),
        nn.Conv2d(128, 128, 3),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Dropout(DROPOUT),
        nn.Linear(128, CLASSES),
    )


BUILD = {"mlp": mlp, "residual": residual, "convnet": convnet}

# Keras keeps kernels as (inputs, outputs) and (height, width, inputs, outputs).
TO_TORCH = {1: (0,), 2: (1, 0), 4: (3, 2, 0, 1)}


class Loop:
    """A hand-written training loop over one model and one data set."""

    def __init__(self, case: str, weights: Sequence[np.ndarray], x: np.ndarray, y: np.ndarray) -> None:
        self.module = BUILD[case]()
        with torch.no_grad():
            for parameter, weight in zip(self.module.parameters(), weights, strict=True):
                parameter.copy_(torch.from_numpy(weight.transpose(TO_TORCH[weight.ndim]).copy()))
        self.x, self.y = self.channels_first(x), y
        self.rng = np.random.default_rng(0)
        self.optimizer = torch.optim.Adam(self.module.parameters(), lr=LEARNING_RATE)

    @staticmethod
    def channels_first(x: np.ndarray) -> np.ndarray:
        """Return images with their channels first, once for the whole data set; rows as they are."""
        return np.ascontiguousarray(np.moveaxis(x, -1, 1)) if x.ndim > 2 else x

    def epoch(self, *, shuffle: bool = True) -> tuple[float, float]:
        """Train on every sample once; return the mean loss and the accuracy."""
        module, optimizer = self.module.train(), self.optimizer
        loss_sum, correct = torch.zeros(()), torch.zeros((), dtype=torch.int64)
        samples = len(self.x)
        permutation = self.rng.permutation(samples) if shuffle else np.arange(samples)
        for start in range(0, samples, BATCH):
            rows = permutation[start : start + BATCH]
            x, y = torch.from_numpy(self.x[rows]), torch.from_numpy(self.y[rows])
            logits = module(x)
            loss = functional.cross_entropy(logits, y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss_sum += loss.detach() * len(rows)
            correct += (logits.detach().argmax(1) == y).sum()
        return loss_sum.item() / samples, correct.item() / samples

    def predictor(self) -> Callable[[np.ndarray], np.ndarray]:
        """Return the bare call: inputs to class probabilities ``(len(x), 10)``; training ends it."""
        module = self.module.eval()

        def predict(x: np.ndarray) -> np.ndarray:
            with torch.inference_mode():
                logits = module(torch.from_numpy(self.channels_first(x)))
                probabilities: np.ndarray = functional.softmax(logits, dim=-1).numpy()
            return probabilities

        return predict


def make_loop(case: str, weights: Sequence[np.ndarray], x: np.ndarray, y: np.ndarray) -> Any:
    """Return the loop for `case`, starting from `weights` in Keras' order."""
    return Loop(case, weights, x, y)
