"""Penalties on the size of a weight: sums of absolute values and of squares."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from polykeras import ops
from polykeras.regularizers.regularizer import Regularizer


class L1L2(Regularizer):
    """Penalty ``l1 * sum(abs(x)) + l2 * sum(square(x))``.

    Args:
        l1: Factor of the absolute values, at least 0; ``None`` counts as 0.
        l2: Factor of the squares, at least 0; ``None`` counts as 0.

    Raises:
        ValueError: A factor is negative, infinite or no number.
    """

    def __init__(self, l1: float | None = 0.0, l2: float | None = 0.0) -> None:
        self.l1 = non_negative("L1L2", "l1", l1)
        self.l2 = non_negative("L1L2", "l2", l2)

    def __call__(self, x: Any) -> Any:
        """Return the penalty of `x`, a scalar of its dtype."""
        return ops.add(absolute_penalty(self.l1, x), square_penalty(self.l2, x))

    def get_config(self) -> dict[str, Any]:
        """Return both factors."""
        return {"l1": self.l1, "l2": self.l2}


class L1(Regularizer):
    """Penalty ``l1 * sum(abs(x))``.

    Args:
        l1: Factor, at least 0; ``None`` counts as 0.

    Raises:
        ValueError: The factor is negative, infinite or no number.
    """

    def __init__(self, l1: float | None = 0.01) -> None:
        self.l1 = non_negative("L1", "l1", l1)

    def __call__(self, x: Any) -> Any:
        """Return the penalty of `x`, a scalar of its dtype."""
        return absolute_penalty(self.l1, x)

    def get_config(self) -> dict[str, Any]:
        """Return the factor."""
        return {"l1": self.l1}


class L2(Regularizer):
    """Penalty ``l2 * sum(square(x))``.

    Args:
        l2: Factor, at least 0; ``None`` counts as 0.

    Raises:
        ValueError: The factor is negative, infinite or no number.
    """

    def __init__(self, l2: float | None = 0.01) -> None:
        self.l2 = non_negative("L2", "l2", l2)

    def __call__(self, x: Any) -> Any:
        """Return the penalty of `x`, a scalar of its dtype."""
        return square_penalty(self.l2, x)

    def get_config(self) -> dict[str, Any]:
        """Return the factor."""
        return {"l2": self.l2}


def absolute_penalty(factor: float, x: Any) -> Any:
    """Return ``factor * sum(abs(x))``."""
    return ops.multiply(ops.sum(ops.abs(x)), factor)


def square_penalty(factor: float, x: Any) -> Any:
    """Return ``factor * sum(square(x))``."""
    return ops.multiply(ops.sum(ops.square(x)), factor)


def non_negative(owner: str, argument: str, value: Any) -> float:
    """Return a factor as a float.

    Args:
        owner: Class that has the argument.
        argument: The argument's name.
        value: A finite number of at least 0, or ``None`` for 0.

    Raises:
        ValueError: `value` is something else.
    """
    if value is None:
        return 0.0
    if isinstance(value, (int, float, np.number)) and math.isfinite(value) and value >= 0:
        return float(value)
    raise ValueError(
        f"{owner} cannot weigh its penalty by {argument}={value!r}.\n"
        f"Received an object of type {type(value).__name__}.\n"
        "Allowed: finite numbers of at least 0, or None for 0.\n"
        f"Pass such a number as `{argument}`."
    )
