"""`ProgbarLogger`, the progress line of `fit`, `evaluate` and `predict`.

Promises that metrics are read only when the line is drawn. Refuses to draw validation inside `fit`: its metrics
appear at the end of the epoch's line.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, ClassVar

from polykeras.callbacks.callback import Callback, Logs
from polykeras.train.progress import ProgressLine, resolve_verbose, write_line


class ProgbarLogger(Callback):
    """Show a line of progress for each epoch.

    Attributes:
        epochs: Epochs in all.
        progbar: The line of the running epoch, ``None`` between two.
        seen: Batches seen by that line.
        target: Batches in all, ``None`` when unknown.
        verbose: 0 (silent), 1 (bar) or 2 (one line per epoch).

    >>> logger = ProgbarLogger()
    >>> logger.set_params({"verbose": 2, "epochs": 1, "steps": 4})
    >>> logger.target
    4
    """

    lazy_logs: ClassVar[bool] = True

    def __init__(self) -> None:
        super().__init__()
        self.epochs: int | None = None
        self.progbar: ProgressLine | None = None
        self.seen = 0
        self.target: int | None = None
        self.verbose: int = 1
        self._training = False

    def set_params(self, params: Mapping[str, Any] | None) -> None:
        """Take `verbose`, `epochs` and `steps` of the loop."""
        super().set_params(params)
        known = params or {}
        self.verbose = resolve_verbose(known.get("verbose", 1))
        self.epochs = known.get("epochs")
        self.target = known.get("steps")

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Note that tests until `on_train_end` are validation."""
        self._training = True

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Show later tests again."""
        self._training = False

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Head the epoch, if there are several."""
        self._start()
        if self.verbose and (self.epochs or 1) > 1:
            write_line(f"Epoch {epoch + 1}/{self.epochs}")

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Advance the line."""
        self._advance(batch, logs)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Finish the line, validation metrics included."""
        self._finish(logs)

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """Begin a line, unless this is validation."""
        if not self._training:
            self._start()

    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Advance the line, unless this is validation."""
        if not self._training:
            self._advance(batch, logs)

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Finish the line, unless this is validation."""
        if not self._training:
            self._finish(logs)

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        """Begin a line."""
        self._start()

    def on_predict_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Advance the line; predictions are not shown."""
        self._advance(batch, None)

    def on_predict_end(self, logs: Logs | None = None) -> None:
        """Finish the line."""
        self._finish(None)

    def _seconds(self) -> float:
        """The clock."""
        return time.perf_counter()

    def _start(self) -> None:
        self.seen = 0
        self.progbar = ProgressLine(self.target, verbose=self.verbose, clock=self._seconds)

    def _advance(self, batch: int, logs: Mapping[str, Any] | None) -> None:
        if self.progbar is None:
            self._start()
        assert self.progbar is not None  # noqa: S101 - `_start` has just set it; mypy cannot see it
        self.seen = batch + 1
        self.progbar.update(self.seen, lambda: _in_order(logs), finalize=False)

    def _finish(self, logs: Mapping[str, Any] | None) -> None:
        if self.progbar is not None:
            self.progbar.update(self.seen, lambda: _in_order(logs), finalize=True)
            self.progbar = None


def _in_order(logs: Mapping[str, Any] | None) -> dict[str, float]:
    """The numbers in `logs` by name, those of validation last."""
    names = sorted(logs or (), key=lambda name: (name.startswith("val_"), name))
    return {name: logs[name] for name in names if isinstance(logs[name], float)} if logs else {}
