"""`History`, what `fit` returns.

Promises one entry per epoch and metric, and that an instance used for a second `fit` keeps the values of the first.
"""

from __future__ import annotations

from typing import Any

from polykeras.callbacks.callback import Callback, Logs


class History(Callback):
    """Record the metrics of every epoch.

    Attributes:
        epoch: Indices of the epochs.
        history: By metric name, its value after each epoch.

    >>> record = History()
    >>> record.on_train_begin()
    >>> record.on_epoch_end(0, {"loss": 0.5})
    >>> record.history
    {'loss': [0.5]}
    """

    def __init__(self) -> None:
        super().__init__()
        self.epoch: list[int] = []
        self.history: dict[str, list[Any]] = {}

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Start counting epochs anew; values recorded before stay."""
        self.epoch = []

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Record `logs`."""
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)
