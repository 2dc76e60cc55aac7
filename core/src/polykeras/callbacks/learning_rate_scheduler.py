"""`LearningRateScheduler`, which asks a function for the learning rate of each epoch.

Promises that the function gets as many arguments as it takes, found once, so that its own errors pass untouched.
Refuses what is no number, and optimizers whose rate follows a schedule of its own, both before the first step.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from polykeras.callbacks.callback import Callback, Logs
from polykeras.callbacks.lazy_logs import host_logs
from polykeras.callbacks.learning_rate import learning_rate_of, set_learning_rate
from polykeras.train.progress import write_line


class LearningRateScheduler(Callback):
    """Set the learning rate before each epoch.

    Args:
        schedule: Takes ``(epoch, learning_rate)``, or ``(epoch)`` alone, with the epoch counted from 0; returns the
            rate: a number or a scalar tensor.
        verbose: 1 to tell when it acts.

    >>> LearningRateScheduler(lambda epoch, rate: rate * 0.9).verbose
    0
    """

    def __init__(self, schedule: Callable[..., Any], verbose: int = 0) -> None:
        super().__init__()
        self.schedule = schedule
        self.verbose = verbose
        self._takes_rate = _takes_two(schedule)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Set the rate.

        Raises:
            ValueError: The schedule returned no number, or the model has no optimizer.
            TypeError: The optimizer's rate follows a schedule of its own.
        """
        rate = learning_rate_of(self)
        given = self.schedule(epoch, rate) if self._takes_rate else self.schedule(epoch)
        chosen = host_logs({"rate": given})["rate"]
        if not isinstance(chosen, float) or isinstance(given, bool):
            raise ValueError(
                f"The schedule of a LearningRateScheduler returned no learning rate.\n"
                f"Received: {given!r} of type {type(given).__name__} for epoch {epoch}.\n"
                "Allowed: numbers and scalar tensors.\nReturn one of these for every epoch."
            )
        set_learning_rate(self, chosen)
        if self.verbose > 0:
            write_line(f"\nEpoch {epoch + 1}: LearningRateScheduler setting learning rate to {chosen:.6g}.")

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Add the rate to the logs, as ``learning_rate``."""
        if logs is not None:
            logs["learning_rate"] = learning_rate_of(self)


def _takes_two(schedule: Callable[..., Any]) -> bool:
    try:
        parameters = inspect.signature(schedule).parameters.values()
    except (TypeError, ValueError):
        # Some functions written in C do not tell.
        return True
    if any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters):
        return True
    by_position = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(parameter.kind in by_position for parameter in parameters) >= 2
