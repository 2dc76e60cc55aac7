"""`TerminateOnNaN`, which ends a training whose loss is no number any more.

Promises to look at the loss of every batch, and so waits for the device after each; trainings without it do not.
"""

from __future__ import annotations

import math
from typing import ClassVar

from polykeras.callbacks.callback import Callback, Logs
from polykeras.callbacks.lazy_logs import host_logs
from polykeras.train.progress import resolve_verbose, write_line


class TerminateOnNaN(Callback):
    """Stop when the loss is ``nan`` or infinite.

    Args:
        raise_error: Whether to raise, so that no callback hears of the end, instead of setting `stop_training`.

    >>> TerminateOnNaN().raise_error
    False
    """

    lazy_logs: ClassVar[bool] = True

    def __init__(self, raise_error: bool = False) -> None:
        super().__init__()
        self.raise_error = raise_error

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Look at the loss.

        Raises:
            RuntimeError: It is no finite number, and `raise_error` was asked for.
        """
        # The loss is the mean of the epoch so far: once spoilt, it stays so.
        loss = host_logs({"loss": (logs if logs is not None else {}).get("loss")})["loss"]
        if not isinstance(loss, float) or math.isfinite(loss):
            return
        if self.raise_error:
            raise RuntimeError(
                f"The loss is no finite number any more.\nReceived: loss={loss} after batch {batch}.\n"
                "Allowed with TerminateOnNaN(raise_error=True): finite losses.\n"
                "Lower the learning rate, clip the gradients, or look for such values in the data."
            )
        if resolve_verbose((self.params or {}).get("verbose", 1)) > 0:
            write_line(f"\nBatch {batch}: the loss is {loss}, training stops")
        self.model.stop_training = True
