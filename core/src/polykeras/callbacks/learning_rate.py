"""Reading and setting the learning rate of the model that a callback watches.

Promises Python floats. Refuses models without an optimizer, and optimizers whose rate follows a schedule of its own.
"""

from __future__ import annotations

from typing import Any

from polykeras.callbacks.callback import Callback


def learning_rate_of(callback: Callback) -> float:
    """Return the learning rate of the callback's model.

    Args:
        callback: A callback whose model was set.

    Raises:
        ValueError: The model has no optimizer with a learning rate.
    """
    optimizer: Any = getattr(callback.model, "optimizer", None)
    if not hasattr(optimizer, "learning_rate"):
        raise ValueError(
            f"{type(callback).__name__} finds no learning rate.\n"
            f"Received: a model whose optimizer is {optimizer!r}.\n"
            "Allowed: models compiled with an optimizer.\nCall `model.compile(optimizer=...)` first."
        )
    return float(optimizer.learning_rate)


def set_learning_rate(callback: Callback, value: float) -> None:
    """Set the learning rate of the callback's model.

    Args:
        callback: A callback whose model was set.
        value: The new rate.

    Raises:
        TypeError: A schedule gives the rate.
    """
    model: Any = callback.model
    model.optimizer.learning_rate = value


def require_settable(callback: Callback) -> None:
    """Find out before the first step whether the rate can be set, by setting it to what it is.

    Args:
        callback: A callback whose model was set.

    Raises:
        ValueError: The model has no optimizer with a learning rate.
        TypeError: A schedule gives the rate.
    """
    set_learning_rate(callback, learning_rate_of(callback))
