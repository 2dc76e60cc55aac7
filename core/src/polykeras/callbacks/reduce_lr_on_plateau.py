"""`ReduceLROnPlateau`, which lowers the learning rate when a metric no longer gets better.

Promises the rate of each epoch in the logs, as ``learning_rate``. Refuses, before the first step, optimizers whose
rate follows a schedule of its own.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from polykeras.callbacks.callback import Logs
from polykeras.callbacks.learning_rate import learning_rate_of, require_settable, set_learning_rate
from polykeras.callbacks.monitoring import MonitorCallback
from polykeras.train.progress import write_line


class ReduceLROnPlateau(MonitorCallback):
    """Multiply the learning rate by `factor` after `patience` epochs without improvement.

    Args:
        monitor: Name of the metric in the logs.
        factor: What the rate is multiplied by, from 0 to below 1.
        patience: Epochs without improvement that are borne.
        verbose: 1 to tell when it acts.
        mode: ``"min"``, ``"max"`` or ``"auto"``.
        min_delta: Least change that counts as an improvement.
        cooldown: Epochs after a reduction in which nothing is counted.
        min_lr: Rate below which it does not go.
        **kwargs: `epsilon`, an old name without effect; nothing else.

    Attributes:
        best: Best value seen.
        cooldown_counter: Epochs of cooldown left.
        wait: Epochs since the last improvement.

    Raises:
        ValueError: `factor` would not lower the rate.
        TypeError: There are arguments that it does not have.

    >>> ReduceLROnPlateau("loss", factor=0.5).in_cooldown()
    False
    """

    without_metric = "it leaves the learning rate alone"

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        verbose: int = 0,
        mode: str = "auto",
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(monitor, mode, min_delta)
        if not 0 <= factor < 1:
            raise ValueError(
                f"`factor` would not lower the learning rate.\nReceived: factor={factor!r}.\n"
                "Allowed: numbers from 0 to below 1.\nPass one of these, for example 0.5."
            )
        _refuse_extra(kwargs)
        self.factor = factor
        self.patience = patience
        self.verbose = verbose
        self.cooldown = cooldown
        self.min_lr = min_lr
        self._start()

    def _start(self) -> None:
        self.best = None
        self.cooldown_counter = 0
        self.wait = 0

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Forget earlier trainings, and make sure that the rate can be set."""
        super().on_train_begin(logs)
        self._start()
        require_settable(self)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Judge the epoch, and lower the rate when patience is at its end."""
        rate = learning_rate_of(self)
        value = self.get_monitor_value(logs)
        if logs is not None:
            logs["learning_rate"] = rate
        if value is None:
            return
        if self.in_cooldown():
            self.cooldown_counter -= 1
            self.wait = 0
        if self.improves(value, over=self.best):
            self.best = value
            self.wait = 0
        elif not self.in_cooldown():
            self.wait += 1
            # The rate is held in single precision: at its floor it need not equal `min_lr` in double.
            if self.wait >= self.patience and rate > float(np.float32(self.min_lr)):
                self._reduce(epoch, rate)

    def _reduce(self, epoch: int, rate: float) -> None:
        lower = max(rate * self.factor, self.min_lr)
        set_learning_rate(self, lower)
        self.cooldown_counter = self.cooldown
        self.wait = 0
        if self.verbose > 0:
            write_line(f"\nEpoch {epoch + 1}: ReduceLROnPlateau reducing learning rate to {lower:.6g}.")

    def in_cooldown(self) -> bool:
        """Return whether epochs are not counted now."""
        return self.cooldown_counter > 0


def _refuse_extra(kwargs: dict[str, Any]) -> None:
    unknown = [name for name in kwargs if name != "epsilon"]
    if unknown:
        raise TypeError(
            f"ReduceLROnPlateau got arguments that it does not have.\nReceived: {', '.join(unknown)}.\n"
            "Allowed: monitor, factor, patience, verbose, mode, min_delta, cooldown, min_lr.\nRemove them."
        )
    if kwargs:
        warnings.warn("The argument `epsilon` has no effect; pass `min_delta`.", stacklevel=3)
