"""What a step of one's own costs over the built-in one, and an optimizer over the framework's fastest of its kind."""

from __future__ import annotations

import importlib
import types
from typing import Any

import numpy as np

from benchmarks import bars
from benchmarks.contestants import LABELS, OURS, Fit, warm_up
from benchmarks.fits import share_threads
from benchmarks.method import alternate, ratio, repeats_for
from benchmarks.models import BATCH, CASES, LEARNING_RATE, make_data
from benchmarks.overheads import block
from benchmarks.report import Row

OWN, BUILT_IN = "own step", "built-in step"
CASE = "mlp"
SLOTS = 200
SIDE = 64


def with_own_step(k: Any) -> Any:
    """Return a module whose `Sequential` has a `train_step` of its own, as the guides write it."""

    class OwnStep(k.Sequential):  # type: ignore[misc]
        """Trains as the built-in step does."""

        def train_step(self, data: Any) -> Any:
            """Take one batch: loss, gradients, optimizer, metrics."""
            x, y = data

            def forward() -> Any:
                y_pred = self(x, training=True)
                return self.compute_loss(x=x, y=y, y_pred=y_pred), y_pred

            weights = self.trainable_variables
            (loss, y_pred), gradients = k.value_and_grad(forward, weights, has_aux=True)()
            self.optimizer.apply(gradients, weights)
            for metric in self.metrics:
                if metric.name == "loss":
                    metric.update_state(loss)
                else:
                    metric.update_state(y, y_pred)
            return {metric.name: metric.result() for metric in self.metrics}

    return types.SimpleNamespace(
        layers=k.layers, losses=k.losses, optimizers=k.optimizers, metrics=k.metrics, Sequential=OwnStep
    )


def own_step(backend: str, pairs: int) -> Row:
    """Return how many times the built-in step's epoch an epoch of a step of one's own takes."""
    k = importlib.import_module(OURS)
    x, y = make_data(CASES[CASE].shape, BATCH * CASES[CASE].steps[backend], LABELS[backend])
    fits = {OWN: Fit(with_own_step(k), CASE, x, y), BUILT_IN: Fit(k, CASE, x, y)}
    weights = [np.asarray(weight) for weight in fits[BUILT_IN].model.get_weights()]
    fits[OWN].model.set_weights(weights)
    warm_up(fits, CASES[CASE].same_loss)
    times = alternate({name: fit.epoch for name, fit in fits.items()}, pairs)
    return Row(backend, f"{OWN} / {BUILT_IN}, {CASE}", "", ratio(times[OWN], times[BUILT_IN]), bars.OWN_STEP)


def fused_adam(pairs: int) -> Row:
    """Return how many times PyTorch's fused Adam ours takes over 200 weights of 64 x 64."""
    import torch

    k = importlib.import_module(OURS)
    draw = np.random.default_rng(0)
    values = [draw.standard_normal((SIDE, SIDE), dtype=np.float32) for _ in range(SLOTS)]
    gradients = [torch.from_numpy(draw.standard_normal((SIDE, SIDE), dtype=np.float32)) for _ in range(SLOTS)]
    variables = [k.Variable(value) for value in values]
    ours = k.optimizers.Adam(LEARNING_RATE)
    ours.build(variables)
    parameters = [torch.nn.Parameter(torch.from_numpy(value)) for value in values]
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = gradient
    theirs = torch.optim.Adam(parameters, LEARNING_RATE, fused=True)

    def update() -> None:
        ours.apply(gradients, variables)

    update()
    repeats = repeats_for(update)
    times = alternate({OURS: block(update, repeats), "torch": block(theirs.step, repeats)}, pairs)
    name = f"Adam over {SLOTS} weights / fused torch.optim"
    return Row("torch", name, "", ratio(times[OURS], times["torch"]), bars.FUSED_ADAM)


def measure(backend: str, pairs: int) -> list[Row]:
    """Return the rows of one backend, in a process whose environment names it."""
    share_threads(backend)
    return [own_step(backend, pairs), *([fused_adam(pairs)] if backend == "torch" else [])]
