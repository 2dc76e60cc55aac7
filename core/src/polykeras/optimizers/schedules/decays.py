"""Schedules that let the learning rate fall."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from polykeras import ops
from polykeras.backend import config
from polykeras.optimizers.schedules.learning_rate_schedule import LearningRateSchedule


class ExponentialDecay(LearningRateSchedule):
    """``initial_learning_rate * decay_rate ** (step / decay_steps)``.

    Args:
        initial_learning_rate: At step 0.
        decay_steps: Steps after which the rate has fallen by `decay_rate`, above 0.
        decay_rate: Factor.
        staircase: Whether the exponent is rounded down, so that the rate falls in jumps.
        name: Name.

    Raises:
        ValueError: If `decay_steps` is not above 0.

    >>> float(ExponentialDecay(1.0, 10, 0.5)(20))
    0.25
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        decay_rate: float,
        staircase: bool = False,
        name: str = "ExponentialDecay",
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = _positive("ExponentialDecay", decay_steps)
        self.decay_rate = decay_rate
        self.staircase = staircase
        self.name = name

    def __call__(self, step: Any) -> Any:
        """Return the learning rate of a step, a scalar of floatx."""
        exponent = ops.divide(_float(step), self.decay_steps)
        if self.staircase:
            exponent = ops.floor(exponent)
        return ops.multiply(ops.power(self.decay_rate, exponent), self.initial_learning_rate)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of ``__init__``."""
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "decay_rate": self.decay_rate,
            "staircase": self.staircase,
            "name": self.name,
        }


class PiecewiseConstantDecay(LearningRateSchedule):
    """``values[0]`` up to the first boundary inclusive, ``values[1]`` up to the second, and so on.

    Args:
        boundaries: Steps in increasing order.
        values: Learning rates, one more than boundaries.
        name: Name.

    Raises:
        ValueError: If there are not one more values than boundaries.

    >>> schedule = PiecewiseConstantDecay([10, 20], [1.0, 0.5, 0.25])
    >>> [float(schedule(step)) for step in (10, 11, 21)]
    [1.0, 0.5, 0.25]
    """

    def __init__(self, boundaries: Sequence[int], values: Sequence[float], name: str = "PiecewiseConstant") -> None:
        if len(boundaries) != len(values) - 1:
            raise ValueError(
                "PiecewiseConstantDecay needs a value for each piece.\n"
                f"Received: {len(boundaries)} boundaries, {len(values)} values.\n"
                "Allowed: one value more than boundaries.\nAdd or remove values."
            )
        self.boundaries = list(boundaries)
        self.values = list(values)
        self.name = name

    def __call__(self, step: Any) -> Any:
        """Return the learning rate of a step, a scalar of floatx."""
        step = ops.convert_to_tensor(step)
        rate = _float(self.values[0])
        for boundary, value in zip(self.boundaries, self.values[1:], strict=True):
            rate = ops.where(ops.greater(step, boundary), ops.full_like(rate, value), rate)
        return rate

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of ``__init__``."""
        return {"boundaries": self.boundaries, "values": self.values, "name": self.name}


class CosineDecay(LearningRateSchedule):
    """Half a cosine from the highest rate down to ``alpha`` of it, after a linear rise if asked for.

    Source: Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", 2016.

    Args:
        initial_learning_rate: At step 0.
        decay_steps: Steps of the fall, after those of the rise; above 0.
        alpha: The last rate as a part of the highest.
        name: Name.
        warmup_target: Rate that the rise leads to; ``None`` for no rise.
        warmup_steps: Steps of the rise.

    Raises:
        ValueError: If `decay_steps` is not above 0.

    >>> [round(float(CosineDecay(1.0, 10)(step)), 4) for step in (0, 5, 10, 20)]
    [1.0, 0.5, 0.0, 0.0]
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        alpha: float = 0.0,
        name: str = "CosineDecay",
        warmup_target: float | None = None,
        warmup_steps: int = 0,
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = _positive("CosineDecay", decay_steps)
        self.alpha = alpha
        self.name = name
        self.warmup_target = warmup_target
        self.warmup_steps = warmup_steps

    def __call__(self, step: Any) -> Any:
        """Return the learning rate of a step, a scalar of floatx."""
        step = _float(step)
        if self.warmup_target is None:
            return self._fallen(step, self.initial_learning_rate)
        rise = self.warmup_target - self.initial_learning_rate
        risen = ops.add(ops.multiply(ops.divide(step, max(self.warmup_steps, 1)), rise), self.initial_learning_rate)
        fallen = self._fallen(ops.subtract(step, self.warmup_steps), self.warmup_target)
        return ops.where(ops.less(step, self.warmup_steps), risen, fallen)

    def _fallen(self, step: Any, highest: float) -> Any:
        done = ops.minimum(ops.divide(step, self.decay_steps), 1.0)
        part = ops.multiply(ops.add(ops.cos(ops.multiply(done, math.pi)), 1.0), 0.5)
        return ops.multiply(ops.add(ops.multiply(part, 1.0 - self.alpha), self.alpha), highest)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of ``__init__``."""
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "alpha": self.alpha,
            "name": self.name,
            "warmup_target": self.warmup_target,
            "warmup_steps": self.warmup_steps,
        }


def _float(step: Any) -> Any:
    return ops.cast(step, config.floatx())


def _positive(kind: str, decay_steps: int) -> int:
    if decay_steps > 0:
        return decay_steps
    raise ValueError(
        f"{kind} cannot fall in no time.\nReceived: decay_steps={decay_steps!r}.\n"
        "Allowed: numbers above 0.\nPass the number of steps that the fall takes."
    )
