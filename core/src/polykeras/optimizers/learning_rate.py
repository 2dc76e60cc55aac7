"""The learning rate as users give it: a number, a schedule, a function, or the config of a schedule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polykeras.backend import config
from polykeras.optimizers import schedules
from polykeras.optimizers.schedules.learning_rate_schedule import LearningRateSchedule
from polykeras.registry import function_config
from polykeras.state.variable import Variable

Rule = LearningRateSchedule | Callable[[], Any]


def as_rate(kind: str, given: Any) -> float | Rule:
    """Return a number, a schedule or a function.

    Raises:
        ValueError: If it is none of these.
    """
    if isinstance(given, dict):
        given = schedules.deserialize(given)
    if isinstance(given, LearningRateSchedule):
        return given
    if isinstance(given, Variable) or (np.ndim(given) == 0 and not isinstance(given, (str, bool)) and _number(given)):
        return float(given)
    if callable(given):
        return given  # type: ignore[no-any-return]
    raise ValueError(
        f"{kind} cannot use this learning rate.\nReceived: learning_rate={given!r}.\n"
        "Allowed: a number, a LearningRateSchedule, its config, or a function without arguments.\nPass one of these."
    )


def _number(given: Any) -> bool:
    return isinstance(given, (int, float, np.number)) or (hasattr(given, "__float__") and hasattr(given, "dtype"))


def rate_variable(owner: str, value: float) -> Variable:
    """Return the variable that holds a learning rate."""
    return Variable(
        value,
        dtype=config.floatx(),
        trainable=False,
        aggregation="only_first_replica",
        name="learning_rate",
        path=f"{owner}/learning_rate",
        placement="host",
    )


def config_of_rate(rate: Variable | Rule, first: float | None) -> Any:
    """Return a learning rate as JSON-able data.

    Args:
        rate: The variable, schedule or function.
        first: The number that a variable was made with; its value where nobody has made one yet.
    """
    if isinstance(rate, LearningRateSchedule):
        return schedules.serialize(rate)
    if not isinstance(rate, Variable):
        return function_config(rate)
    if first is not None and not rate.made:
        return first
    value = rate.numpy()
    # Few digits that mean the same float: 0.1, not 0.10000000149.
    exact: Any = value[()] if value.dtype.kind == "f" else np.float32(value)
    return float(np.format_float_positional(exact, unique=True))
