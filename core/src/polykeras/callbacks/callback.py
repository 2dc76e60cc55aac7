"""`Callback`, the base of what users hang into `fit`, `evaluate` and `predict`.

Promises that every hook does nothing here, so that a hook costs nothing until a subclass defines it.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any, ClassVar

Logs = MutableMapping[str, Any]


class Callback:
    """Base class of callbacks.

    The hooks of a batch get its index, those of an epoch the epoch's index, both counted from 0. `logs` is a
    plain dict of floats; the callbacks of one event share it, in the order in which they were given.

    Attributes:
        model: The model the loop runs, set by `set_model`.
        params: ``{"verbose": ..., "epochs": ..., "steps": ...}`` of the loop, set by `set_params`.
        lazy_logs: Whether the batch hooks take a `LazyLogs` mapping instead of a dict, which is computed when it is
            read; without it every batch waits for the device.

    >>> class Stop(Callback):
    ...     def on_epoch_end(self, epoch, logs=None):
    ...         self.model.stop_training = logs["loss"] < 0.1
    """

    lazy_logs: ClassVar[bool] = False

    def __init__(self) -> None:
        self.params: Mapping[str, Any] | None = None
        self._model: Any = None

    @property
    def model(self) -> Any:
        """The model the loop runs, or ``None`` before `set_model`."""
        # Subclasses may define `__init__` without calling ours.
        return getattr(self, "_model", None)

    def set_params(self, params: Mapping[str, Any] | None) -> None:
        """Take the parameters of the loop."""
        self.params = params

    def set_model(self, model: Any) -> None:
        """Take the model the loop runs."""
        self._model = model

    def on_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Another name for `on_train_batch_begin`."""

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Another name for `on_train_batch_end`."""

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Run before an epoch of training; `logs` is empty."""

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Run after an epoch of training; `logs` has its metrics, those of validation with the prefix ``val_``."""

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Run before a training batch; `logs` is empty."""
        self.on_batch_begin(batch, logs)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Run after a training batch; `logs` has the metrics of the epoch so far."""
        self.on_batch_end(batch, logs)

    def on_test_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Run before a batch of evaluation or validation; `logs` is empty."""

    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Run after a batch of evaluation or validation; `logs` has the metrics so far."""

    def on_predict_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Run before a batch of prediction; `logs` is empty."""

    def on_predict_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Run after a batch of prediction; `logs` has its ``outputs``."""

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Run before training; `logs` is empty."""

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Run after training; `logs` is that of the last epoch's end."""

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """Run before evaluation or validation; `logs` is empty."""

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Run after evaluation or validation; `logs` has its metrics."""

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        """Run before prediction; `logs` is empty."""

    def on_predict_end(self, logs: Logs | None = None) -> None:
        """Run after prediction; `logs` is empty."""
