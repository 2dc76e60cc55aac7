"""What an optimizer refuses to be made with."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from polykeras.plugins.errors import did_you_mean

_NAMES = (
    "learning_rate", "weight_decay", "clipnorm", "clipvalue", "global_clipnorm", "use_ema", "ema_momentum",
    "ema_overwrite_frequency", "loss_scale_factor", "gradient_accumulation_steps", "name",
)  # fmt: skip


def refuse_unknown(kind: str, kwargs: Mapping[str, Any]) -> None:
    """Refuse arguments that no optimizer has; ``decay``, which Keras once had, is ignored with a warning.

    Raises:
        ValueError: If there are any.
    """
    if "decay" in kwargs:
        warnings.warn("The argument `decay` has no effect; pass a schedule as `learning_rate`.", stacklevel=4)
    unknown = [name for name in kwargs if name != "decay"]
    if unknown:
        raise ValueError(
            f"{kind} got arguments that it does not have.{did_you_mean(unknown[0], _NAMES)}\n"
            f"Received: {', '.join(f'{name}={kwargs[name]!r}' for name in unknown)}.\n"
            f"Allowed: its own, and {', '.join(_NAMES)}.\nRemove them."
        )


def checked_clipping(kind: str, **limits: float | None) -> None:
    """Refuse limits of gradients that are no positive numbers, and more than one of them.

    Raises:
        ValueError: If there is such a limit.
    """
    given = {name: value for name, value in limits.items() if value is not None}
    text = ", ".join(f"{name}={value!r}" for name, value in given.items())
    if len(given) > 1:
        raise ValueError(
            f"{kind} can clip gradients in one way only.\nReceived: {text}.\n"
            f"Allowed: one of {', '.join(limits)}, or none.\nKeep one of them."
        )
    if any(not isinstance(value, (int, float, np.number)) or not value > 0 for value in given.values()):
        raise ValueError(
            f"{kind} cannot clip gradients so.\nReceived: {text}.\n"
            "Allowed: positive numbers, or None.\nPass one of these."
        )


def checked_fraction(kind: str, name: str, value: float) -> float:
    """Return a number of [0, 1].

    Raises:
        ValueError: If it is something else.
    """
    if isinstance(value, (int, float, np.number)) and 0 <= value <= 1:
        return value
    raise ValueError(
        f"{kind} cannot use this `{name}`.\nReceived: {name}={value!r}.\n"
        "Allowed: numbers from 0 to 1.\nPass one of these."
    )


def checked_count(kind: str, name: str, value: int | None, least: int) -> int | None:
    """Return an integer of at least `least`, or ``None``.

    Raises:
        ValueError: If it is something else.
    """
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if value is None or (whole and value >= least):
        return value
    raise ValueError(
        f"{kind} cannot use this `{name}`.\nReceived: {name}={value!r}.\n"
        f"Allowed: integers from {least} up, or None.\nPass one of these."
    )
