"""The three contestants over one model: the hand-written loop, Polykeras and Keras, made alike.

Promises: every contestant starts from the same weights and sees the same arrays, which is checked:
their predictions agree before the first step, and so do their losses over a first epoch without
shuffling, as far as other dropout masks allow. Whoever does another job is not timed.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from benchmarks.models import BATCH, CASES, compile_model, make_data

LOOP, OURS, KERAS = "loop", "polykeras", "keras"
CONTESTANTS = (LOOP, OURS, KERAS)
# Labels in the integers that the framework's own loss takes, so that nobody converts.
LABELS = {"jax": "int32", "torch": "int64", "tensorflow": "int64"}
SAME_PREDICTIONS = 1e-4
SAME_ACCURACY = 0.05


class Contestant(Protocol):
    """Somebody who trains a model, an epoch at a time."""

    def epoch(self, *, shuffle: bool = True) -> tuple[float, float]:
        """Train on every sample once; return the mean loss and the accuracy."""

    def predictor(self) -> Callable[[np.ndarray], np.ndarray]:
        """Return a function from inputs to class probabilities ``(len(x), 10)``."""


class Fit:
    """A module with the Keras API, through `fit` and `predict` as a user calls them."""

    def __init__(self, module: Any, case: str, x: np.ndarray, y: np.ndarray) -> None:
        self.x, self.y = x, y
        self.model = CASES[case].build(module)
        compile_model(module, self.model)

    def epoch(self, *, shuffle: bool = True) -> tuple[float, float]:
        """Train on every sample once; return the mean loss and the accuracy."""
        history = self.model.fit(self.x, self.y, batch_size=BATCH, epochs=1, shuffle=shuffle, verbose=0)
        logs = history.history
        return logs["loss"][0], logs["acc"][0]

    def predictor(self) -> Callable[[np.ndarray], np.ndarray]:
        """Return a function from inputs to class probabilities ``(len(x), 10)``."""
        predict = self.model.predict
        return lambda x: np.asarray(predict(x, verbose=0))


class DifferentJobError(RuntimeError):
    """Two contestants do not compute the same thing, so their times say nothing."""


def make_contestants(backend: str, case: str, names: Sequence[str], steps: int | None = None) -> dict[str, Contestant]:
    """Return the contestants `names`, with equal weights and over the same arrays.

    Args:
        backend: One of `bars.BACKENDS`; the environment already names it for both modules.
        case: A key of `CASES`.
        names: Some of `CONTESTANTS`; one of them has the Keras API, since the weights are its own.
        steps: Batches per epoch; by default those of the case.

    Raises:
        DifferentJobError: If predictions from the same weights differ.
    """
    x, y = make_data(CASES[case].shape, BATCH * (steps or CASES[case].steps[backend]), LABELS[backend])
    fits = {name: Fit(importlib.import_module(name), case, x, y) for name in names if name != LOOP}
    weights = [np.asarray(weight) for weight in next(iter(fits.values())).model.get_weights()]
    for fit in fits.values():
        fit.model.set_weights(weights)
    made: dict[str, Contestant] = {}
    for name in names:
        if name == LOOP:
            loops = importlib.import_module(f"benchmarks.loops_{backend}")
            made[name] = loops.make_loop(case, weights, x, y)
        else:
            made[name] = fits[name]
    predictions = {name: one.predictor()(x[:BATCH]) for name, one in made.items()}
    require_agreement("predictions", predictions, SAME_PREDICTIONS)
    return made


def require_agreement(what: str, values: Mapping[str, Any], tolerance: float) -> None:
    """Raise unless all `values` agree within `tolerance`, relative and absolute alike.

    Raises:
        DifferentJobError: Names the first two that differ and by how much.
    """
    (first, expected), *others = values.items()
    for name, value in others:
        distance = np.abs(np.asarray(value) - np.asarray(expected)) / (1.0 + np.abs(expected))
        # Not `distance > tolerance`: nan must not pass.
        if not (distance <= tolerance).all():
            raise DifferentJobError(
                f"The {what} of two contestants differ, so their times cannot be compared.\n"
                f"Received: {name} is {distance.max():.3g} away from {first}.\n"
                f"Allowed: {tolerance:g}.\n"
                "Make the models, the loss and the optimizer of both the same."
            )


def warm_up(contestants: Mapping[str, Contestant], tolerance: float) -> None:
    """Compile everybody by an epoch in the arrays' own order, compare the losses, then run a shuffled one.

    Raises:
        DifferentJobError: If the losses differ by more than `tolerance`, or the accuracies by 0.05.
    """
    results = {name: contestant.epoch(shuffle=False) for name, contestant in contestants.items()}
    require_agreement("losses", {name: loss for name, (loss, _) in results.items()}, tolerance)
    require_agreement("accuracies", {name: hits for name, (_, hits) in results.items()}, SAME_ACCURACY)
    for contestant in contestants.values():
        contestant.epoch()
