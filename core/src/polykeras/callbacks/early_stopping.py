"""`EarlyStopping`, which ends a training that no longer gets better.

Promises that weights are copied to the host only in epochs that improve, and that the best ones are restored however
`fit` comes to its end, by patience or by its last epoch. Refuses nothing: without its metric it waits.
"""

from __future__ import annotations

from typing import Any

from polykeras.callbacks.callback import Logs
from polykeras.callbacks.monitoring import MonitorCallback
from polykeras.train.progress import write_line


class EarlyStopping(MonitorCallback):
    """Stop when the monitored metric has not improved for `patience` epochs.

    Args:
        monitor: Name of the metric in the logs.
        min_delta: Least change that counts as an improvement.
        patience: Epochs without improvement that are borne.
        verbose: 1 to tell when it acts.
        mode: ``"min"``, ``"max"`` or ``"auto"``.
        baseline: Value that must be beaten for an epoch to count as progress. The best weights are those of the best
            epoch, whether it beat the baseline or not.
        restore_best_weights: Whether the model gets the weights of the best epoch back at the end.
        start_from_epoch: First epoch that is judged, counted from 0.

    Attributes:
        best: Best value seen.
        best_epoch: Its epoch, counted from 0.
        best_weights: What `get_weights` returned then, if they are to be restored.
        stopped_epoch: Epoch after which training was stopped; 0 if it was not.
        wait: Epochs since the last progress.

    >>> stopping = EarlyStopping(monitor="loss", patience=3)
    >>> stopping.monitor, stopping.patience
    ('loss', 3)
    """

    without_metric = "it does not stop the training"

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ) -> None:
        super().__init__(monitor, mode, min_delta)
        self.patience = patience
        self.verbose = verbose
        self.baseline = baseline
        self.restore_best_weights = restore_best_weights
        self.start_from_epoch = start_from_epoch
        self._start()

    def _start(self) -> None:
        self.best = None
        self.best_epoch = 0
        self.best_weights: list[Any] | None = None
        self.stopped_epoch = 0
        self.wait = 0

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Forget earlier trainings."""
        super().on_train_begin(logs)
        self._start()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Judge the epoch, and stop the training when patience is at its end."""
        if epoch < self.start_from_epoch:
            return
        value = self.get_monitor_value(logs)
        if value is None:
            return
        self.wait += 1
        if self.improves(value, over=self.best):
            self.best = value
            self.best_epoch = epoch
            if self.restore_best_weights:
                self.best_weights = self.model.get_weights()
            if self.baseline is None or self.improves(value, over=self.baseline):
                self.wait = 0
        elif self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Restore the best weights."""
        if self.stopped_epoch > 0 and self.verbose > 0:
            write_line(f"Epoch {self.stopped_epoch + 1}: early stopping")
        if self.best_weights is None:
            return
        if self.verbose > 0:
            write_line(f"Restoring model weights from the end of the best epoch: {self.best_epoch + 1}.")
        self.model.set_weights(self.best_weights)
