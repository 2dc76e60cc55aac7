"""Watching one metric: which way is better, whether a value improved, and what to do when it is not there.

Promises that a direction nobody can know is refused before the first step; that a metric missing from the logs is told
once per training and never stops it; that any number is better than ``nan``. Refuses to guess a direction from names
other than those of losses: the model's own metric of that name decides.
"""

from __future__ import annotations

import math
import operator
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from polykeras.callbacks.callback import Callback, Logs
from polykeras.plugins.errors import did_you_mean

_MODES = ("auto", "min", "max")
_BETTER: dict[str, Callable[[Any, Any], bool]] = {"min": operator.lt, "max": operator.gt}
_MODE_OF_DIRECTION = {"down": "min", "up": "max"}


class MonitorCallback(Callback):
    """Base of callbacks that watch a metric.

    Args:
        monitor: Name of the metric in the logs.
        mode: ``"min"``, ``"max"``, or ``"auto"`` for the direction of the model's metric of that name.
        min_delta: Least change that counts as an improvement; its sign does not matter.
        best: Value to beat; the first one seen for ``None``.

    Attributes:
        best: Best value seen.
        monitor_op: ``operator.lt`` or ``operator.gt``; ``None`` until the direction is known.

    >>> watched = MonitorCallback("loss")
    >>> watched.improves(0.4, over=0.5)
    True
    """

    def __init__(
        self, monitor: str = "val_loss", mode: str = "auto", min_delta: float = 0.0, best: float | None = None
    ) -> None:
        super().__init__()
        self.monitor = monitor
        self.mode = self._known_mode(mode)
        self.min_delta = abs(min_delta)
        self.best = best
        self.monitor_op: Callable[[Any, Any], bool] | None = _BETTER.get(self.mode)
        self._told_missing = False

    def _known_mode(self, mode: str) -> str:
        if mode in _MODES:
            return mode
        # Keras warns as well, and scripts live with it.
        warnings.warn(
            f"{type(self).__name__} does not know the mode {mode!r} and goes on with 'auto'.\n"
            f"Allowed: {', '.join(map(repr, _MODES))}.",
            stacklevel=4,
        )
        return "auto"

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Find out which way is better.

        Raises:
            ValueError: `mode` is ``"auto"``, and nothing tells the direction of the metric.
        """
        self._told_missing = False
        if self.mode == "auto":
            # Another training may be another model's.
            self.monitor_op = None
        self._direction()

    def _direction(self) -> Callable[[Any, Any], bool]:
        if self.monitor_op is None:
            metrics = list(getattr(self.model, "metrics", None) or ())
            mode = direction_of(self.monitor, metrics)
            if mode is None:
                raise ValueError(self._undecided(metrics))
            self.monitor_op = _BETTER[mode]
        return self.monitor_op

    def _undecided(self, metrics: list[Any]) -> str:
        names = ["loss", *(str(metric.name) for metric in metrics if metric.name != "loss")]
        plain = self.monitor.removeprefix("val_")
        hint = "" if plain in names else did_you_mean(plain, names)
        return (
            f"{type(self).__name__} cannot tell whether {self.monitor!r} is better high or low.\n"
            f"Received: monitor={self.monitor!r}, mode='auto'; the model has {', '.join(map(repr, names))}.{hint}\n"
            "Allowed in mode 'auto': losses, and metrics of the model that know their direction.\n"
            "Pass mode='max' or mode='min', or correct the name."
        )

    def improves(self, value: float, over: float | None) -> bool:
        """Return whether `value` is better than `over` by more than `min_delta`.

        Args:
            value: What was reached.
            over: What was reached before; anything is better than ``None``, any number better than ``nan``.
        """
        if over is None:
            return True
        if math.isnan(over):
            return not math.isnan(value)
        better = self._direction()
        margin = self.min_delta if better is operator.lt else -self.min_delta
        return better(value + margin, over)

    def get_monitor_value(self, logs: Mapping[str, Any] | None) -> Any:
        """Return the watched metric, or ``None`` after a warning, the first time in a training.

        Args:
            logs: Logs of an epoch or a batch.
        """
        value = (logs or {}).get(self.monitor)
        if value is not None and tuple(getattr(value, "shape", ())) == ():
            return value
        if not self._told_missing:
            self._told_missing = True
            warnings.warn(self._missing(logs or {}, value), stacklevel=2)
        return None

    def _missing(self, logs: Mapping[str, Any], value: Any) -> str:
        if value is not None:
            found = f"Received: {self.monitor} of shape {tuple(value.shape)}."
        else:
            hint = did_you_mean(self.monitor, logs)
            found = f"Received: logs of {', '.join(map(repr, logs)) or 'nothing'}.{hint}"
        return (
            f"{type(self).__name__} watches {self.monitor!r}, which has no single value now; {self.without_metric}.\n"
            f"{found}\nAllowed: the name of a number in the logs.\n"
            "Correct the name, or pass validation data if it begins with 'val_'."
        )

    # What the callback does while its metric is missing, for the warning.
    without_metric: str = "it waits"


def direction_of(monitor: str, metrics: list[Any]) -> str | None:
    """Return ``"min"`` or ``"max"`` for the metric called `monitor`, or ``None`` if nothing tells.

    Args:
        monitor: Name in the logs, with or without ``val_``.
        metrics: The model's metrics; `_direction` of one is ``"up"``, ``"down"`` or ``None``.

    >>> direction_of("val_out_loss", [])
    'min'
    """
    name = monitor.removeprefix("val_")
    for metric in metrics:
        if metric.name == name and getattr(metric, "_direction", None) is not None:
            return _MODE_OF_DIRECTION.get(metric._direction)
    # The total, and the trackers of the single outputs.
    return "min" if name == "loss" or name.endswith("_loss") else None
