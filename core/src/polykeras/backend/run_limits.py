"""Limits on every training run of the process, for trying a long script out quickly.

Promises: a limit lowers what `fit`, `evaluate` and `predict` were asked for and never raises it.
The limits are set by a call, or in the environment before the first run: ``POLYKERAS_MAX_EPOCHS``,
``POLYKERAS_MAX_STEPS_PER_EPOCH``, or ``KERAS_...`` in place of ``POLYKERAS_...``.
A run that is cut short warns, since a limit forgotten in the environment would pass for a bad model.
Refuses: limits below 1, with which nothing could be trained.
"""

from __future__ import annotations

import os
import warnings
from typing import Any

from polykeras.plugins.errors import ConfigError

_EPOCHS = "max_epochs"
_STEPS = "max_steps_per_epoch"

# A limit absent here has not been set by a call: then the environment decides.
_limits: dict[str, int | None] = {}


def set_max_epochs(max_epochs: int | None) -> None:
    """Let every `fit` of this process run at most `max_epochs` epochs; ``None`` lifts the limit.

    Raises:
        ValueError: `max_epochs` is not a positive integer.
    """
    _limits[_EPOCHS] = _checked(_EPOCHS, max_epochs)


def max_epochs() -> int | None:
    """Return the most epochs that a `fit` may run, ``None`` for any number."""
    return _limit(_EPOCHS)


def set_max_steps_per_epoch(max_steps_per_epoch: int | None) -> None:
    """Let `fit`, `evaluate` and `predict` take at most so many steps per pass; ``None`` lifts the limit.

    Raises:
        ValueError: `max_steps_per_epoch` is not a positive integer.
    """
    _limits[_STEPS] = _checked(_STEPS, max_steps_per_epoch)


def max_steps_per_epoch() -> int | None:
    """Return the most steps that a pass over the data may take, ``None`` for any number."""
    return _limit(_STEPS)


def limited_epochs(epochs: int) -> int:
    """Return `epochs`, or the limit if that is less."""
    limit = max_epochs()
    if limit is None or epochs <= limit:
        return epochs
    return _told(_EPOCHS, limit, 4)


def limited_steps(steps: int | None) -> int | None:
    """Return `steps`, or the limit if that is less or `steps` is unknown."""
    limit = max_steps_per_epoch()
    if limit is None or (steps is not None and steps <= limit):
        return steps
    return _told(_STEPS, limit, 6)


def _told(name: str, limit: int, level: int) -> int:
    # `level` leads to the line that called `fit`: epochs are limited there, steps where batches are made.
    warnings.warn(f"This run is cut short: `config.{name}()` is {limit}.", UserWarning, stacklevel=level)
    return limit


def _limit(name: str) -> int | None:
    if name not in _limits:
        _limits[name] = _from_environment(name)
    return _limits[name]


def _from_environment(name: str) -> int | None:
    for prefix in ("POLYKERAS", "KERAS"):
        variable = f"{prefix}_{name.upper()}"
        text = os.environ.get(variable, "")
        if not text:
            continue
        if text.isascii() and text.isdigit() and int(text) > 0:
            return int(text)
        raise ConfigError(
            f"The environment variable {variable} holds no limit.\nReceived: {text!r}.\n"
            "Allowed: a positive integer, or nothing.\nCorrect or unset it."
        )
    return None


def _checked(name: str, value: Any) -> int | None:
    if value is None:
        return None
    if hasattr(value, "__index__") and not isinstance(value, bool) and int(value) > 0:
        return int(value)
    raise ConfigError(
        f"The setting `{name}` cannot limit a run.\nReceived: {value!r}, of type {type(value).__name__}.\n"
        f"Allowed: a positive integer, or None for no limit.\nCall `config.set_{name}` with one of these."
    )
