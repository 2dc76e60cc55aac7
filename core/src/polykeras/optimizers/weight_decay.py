"""Which weights decay, and the decay itself, apart from the gradients."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from polykeras.ops.update import decay_update
from polykeras.state.variable import Variable

if TYPE_CHECKING:
    from polykeras.optimizers.plan import Plan


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


def decay(plan: Plan, learning_rate: Any, rate: float) -> None:
    """Take ``learning_rate * rate`` of the weights that decay from them."""
    in_place = plan.in_place("decay_update")
    if in_place is not None:
        in_place(
            plan.decaying_handles,
            learning_rate.store_handle if isinstance(learning_rate, Variable) else learning_rate,
            rate,
        )
        return
    values = decay_update([variable.value for variable in plan.decaying], learning_rate, rate)
    for variable, value in zip(plan.decaying, values, strict=True):
        variable.assign(value)
