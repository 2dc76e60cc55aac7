"""`ModelCheckpoint`, which saves the model or its weights while it is trained.

Promises that a wrong path is an error when the callback is made, that a folder which cannot be written is one before
the first step, and that a missing metric costs no checkpoint. Refuses to overwrite the best model with one that was
never judged.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, ClassVar

from polykeras.callbacks.callback import Logs
from polykeras.callbacks.monitoring import MonitorCallback
from polykeras.callbacks.path_template import PathTemplate, require_writable
from polykeras.train.progress import write_line

_MODEL_ENDINGS = (".keras",)
_WEIGHTS_ENDINGS = (".weights.h5", ".weights.safetensors")


class ModelCheckpoint(MonitorCallback):
    """Save the model after each epoch, or after every so many batches.

    Args:
        filepath: Where to save. Fields in braces are filled in: `epoch`, counted from 1; the names of the logs, as in
            ``"{epoch:02d}-{val_loss:.2f}.keras"``; and `batch`, counted from 1, if `save_freq` is a number. Models end
            with ``.keras``, weights with ``.weights.h5`` or ``.weights.safetensors``. Folders are made.
        monitor: Name of the metric in the logs that `save_best_only` judges by.
        verbose: 1 to tell when it acts.
        save_best_only: Whether to save only what is better than all before. While the metric has never been seen,
            everything is saved; a model without it never replaces one that was judged.
        save_weights_only: Whether to call `model.save_weights` instead of `model.save`.
        mode: ``"min"``, ``"max"`` or ``"auto"``.
        save_freq: ``"epoch"``, or a number of batches. Epochs do not restart the count; batches that run as one
            execution count at its end.
        initial_value_threshold: Value that must be beaten, for `save_best_only`.

    Attributes:
        best: Best value seen, kept for the next training.

    Raises:
        ValueError: The path or `save_freq` cannot be used.

    >>> ModelCheckpoint("{epoch:02d}.weights.h5", save_weights_only=True).filepath
    '{epoch:02d}.weights.h5'
    """

    lazy_logs: ClassVar[bool] = True
    without_metric = "it saves until it has seen a value, and nothing afterwards"

    def __init__(
        self,
        filepath: str | os.PathLike[str],
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: str = "auto",
        save_freq: str | int = "epoch",
        initial_value_threshold: float | None = None,
    ) -> None:
        super().__init__(monitor, mode, best=initial_value_threshold)
        self.verbose = verbose
        self.save_best_only = save_best_only
        self.save_weights_only = save_weights_only
        self.save_freq = _checked_frequency(save_freq)
        self._template = _template(filepath, weights=save_weights_only)
        self.filepath = self._template.text
        if save_freq == "epoch" and "batch" in self._template.fields:
            raise ValueError(
                f"The path names a batch, but the model is saved after epochs.\nReceived: {self.filepath!r}.\n"
                "Allowed with save_freq='epoch': {epoch} and the names of the logs.\n"
                "Remove {batch}, or pass a number of batches as `save_freq`."
            )
        self._seen_value = False
        self._epoch = 0
        self._last_batch = -1
        self._batches_waiting = 0

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Make sure that files can be written.

        Raises:
            OSError: The folder cannot be made or written, or the file is a folder.
            ValueError: `save_best_only` in mode ``"auto"``, and nothing tells the direction of the metric.
        """
        if self.save_best_only:
            super().on_train_begin(logs)
        require_writable(self._template.folder)
        if not self._template.fields and Path(self._template.filled({})).is_dir():
            raise IsADirectoryError(
                f"The model cannot be saved to {self.filepath!r}.\nReceived: the path of a folder.\n"
                "Allowed: the path of a file, there or not.\nChoose another name, or move the folder away."
            )

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Note the epoch, for the paths of its batches."""
        self._epoch = epoch
        self._last_batch = -1

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Save, if it is time for it."""
        if self.save_freq == "epoch":
            return
        self._batches_waiting += batch - self._last_batch
        self._last_batch = batch
        if self._batches_waiting >= int(self.save_freq):
            self._batches_waiting = 0
            self._save_if_better({"batch": batch + 1}, logs)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Save, unless batches are counted."""
        self._epoch = epoch
        if self.save_freq == "epoch":
            self._save_if_better({}, logs)

    def _save_if_better(self, moment: dict[str, int], logs: Logs | None) -> None:
        """Save to the path of this moment, unless only the best are saved and this is none of them."""
        if not self.save_best_only:
            self._save(moment, logs, "")
            return
        value = self.get_monitor_value(logs)
        if value is None:
            if not self._seen_value:
                self._save(moment, logs, "")
            return
        self._seen_value = True
        before = "" if self.best is None else f" from {self.best:.5f}"
        if self.improves(value, over=self.best):
            self._save(moment, logs, f"{self.monitor} improved{before} to {value:.5f}, ")
            self.best = value
        else:
            self._tell(f"{self.monitor} did not improve{before}")

    def _save(self, moment: dict[str, int], logs: Logs | None, reason: str) -> None:
        values: dict[str, Any] = {"epoch": self._epoch + 1, **moment}
        # Reading the logs of a batch waits for the device.
        if not self._template.fields or set(self._template.fields) <= values.keys():
            path = self._template.filled(values)
        else:
            path = self._template.filled({**(logs or {}), **values})
        self._tell(f"{reason}saving model to {path}")
        # A field may stand for a folder.
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        if self.save_weights_only:
            self.model.save_weights(path, overwrite=True)
        else:
            self.model.save(path, overwrite=True)

    def _tell(self, text: str) -> None:
        if self.verbose > 0:
            write_line(f"\nEpoch {self._epoch + 1}: {text}")


def _template(filepath: Any, *, weights: bool) -> PathTemplate:
    if weights:
        return PathTemplate(filepath, _WEIGHTS_ENDINGS, "Change the ending, or save the whole model.")
    hint = "Change the ending, or pass save_weights_only=True to save weights alone."
    return PathTemplate(filepath, _MODEL_ENDINGS, hint)


def _checked_frequency(given: Any) -> str | int:
    if given == "epoch" or (isinstance(given, int) and not isinstance(given, bool) and given > 0):
        frequency: str | int = given
        return frequency
    raise ValueError(
        f"`save_freq` is not usable.\nReceived: {given!r}.\n"
        "Allowed: 'epoch', or a number of batches from 1 up.\nPass one of these."
    )
