"""Optimizers that update all weights in one op over lists.

Where the backend writes variables in place, has the op in place and no overlay is active, handles go
straight to it; everywhere else the op gives new values, which are assigned.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from polykeras.ops import abstract
from polykeras.optimizers.optimizer import Optimizer
from polykeras.optimizers.plan import Plan
from polykeras.state import overlay
from polykeras.state.variable import Variable

Update = Callable[..., Any]
_UPDATE_STEP = "update_step"


class ListOptimizer(Optimizer):
    """Base of optimizers with an op over lists.

    Subclasses name the op and say how it is called; one that defines `update_step` as well is called
    variable by variable again.
    """

    _op: ClassVar[Update]

    def _slots(self) -> tuple[list[Variable], ...]:
        """Return the lists of state, each with one variable per weight or empty, in the op's order."""
        raise NotImplementedError

    def _call(
        self, update: Update, weights: list[Any], gradients: list[Any], slots: Sequence[list[Any]], learning_rate: Any
    ) -> Any:
        """Call the op, or its form in place, with the arguments of this optimizer."""
        raise NotImplementedError

    def _count_for(self, slots: Sequence[list[Any]]) -> Any:
        raise NotImplementedError

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """Update one variable.

        Args:
            gradient: Tensor in the shape and dtype of the variable.
            variable: The variable, to be assigned.
            learning_rate: Scalar: a variable, a tensor or a number.
        """
        self._update_list([gradient], Plan([variable], self._trainable_variables, self._exclusions), learning_rate)

    def _update_weights(self, gradients: list[Any], plan: Plan, learning_rate: Any) -> None:
        if type(self).update_step is ListOptimizer.update_step:
            self._update_list(gradients, plan, learning_rate)
        else:
            super()._update_weights(gradients, plan, learning_rate)
