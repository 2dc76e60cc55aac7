"""Decoupled weight decay: weights shrink by a part of themselves, apart from the gradients.

Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2017.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from polykeras import ops
from polykeras.state.variable import Variable


class Exclusions:
    """Variables that do not decay: given themselves, or by a pattern that their name contains."""

    def __init__(self) -> None:
        self._variables: list[Variable] = []
        self._patterns: list[str] = []

    def add(self, variables: Sequence[Variable] | None, names: Sequence[str] | None) -> None:
        """Exclude more variables."""
        self._variables.extend(variables or ())
        self._patterns.extend(names or ())

    def __contains__(self, variable: Variable) -> bool:
        if any(variable is excluded for excluded in self._variables):
            return True
        return any(re.search(pattern, text) for pattern in self._patterns for text in (variable.name, variable.path))


def decay(variables: Sequence[Variable], rate: float, learning_rate: Any) -> None:
    """Assign ``variable - variable * rate * learning_rate`` to each variable."""
    parts: dict[str, Any] = {}
    for variable in variables:
        if variable.dtype not in parts:
            parts[variable.dtype] = ops.cast(ops.multiply(learning_rate, rate), variable.dtype)
        variable.assign_sub(ops.multiply(variable, parts[variable.dtype]))
