"""Optimizers that update all weights in one op over lists.

Where the backend writes variables in place, has the op in place and no overlay is active, handles go
straight to it; everywhere else the op gives new values, which are assigned.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from polykeras.ops import abstract
from polykeras.optimizers.optimizer import Optimizer
from polykeras.optimizers.plan import Plan, fitting
from polykeras.state import overlay
from polykeras.state.variable import Variable

Update = Callable[..., Any]


class ListOptimizer(Optimizer):
    """Base of optimizers with an op over lists.

    A subclass that defines `update_step` itself is called variable by variable.
    """

    _op: ClassVar[Update]
    """The functional op; under its name and ``_in_place`` a backend may have one that writes."""

    @abstractmethod
    def _slots(self) -> tuple[list[Variable], ...]:
        """Return the lists of state in the op's order, each with one variable per weight, or empty."""

    @abstractmethod
    def _call(
        self,
        update: Update,
        weights: Sequence[Any],
        gradients: Sequence[Any],
        slots: Sequence[Sequence[Any]],
        learning_rate: Any,
        iterations: Any,
    ) -> Any:
        """Call the op, or its form in place, with this optimizer's arguments."""

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """Update one variable.

        Args:
            gradient: Tensor in the shape of the variable.
            variable: The variable, to be assigned.
            learning_rate: Scalar: a variable, a tensor or a number.
        """
        plan = Plan([variable], self._trainable_variables, self._exclusions)
        self._update_list(fitting([gradient], [variable]), plan, learning_rate)

    def _update_weights(self, gradients: list[Any], plan: Plan, learning_rate: Any) -> None:
        if type(self).update_step is ListOptimizer.update_step:
            self._update_list(gradients, plan, learning_rate)
        else:
            super()._update_weights(gradients, plan, learning_rate)

    def _update_list(self, gradients: list[Any], plan: Plan, learning_rate: Any) -> None:
        if plan.slots is None:
            plan.take_slots(self._slots(), type(self)._op.__name__)
        in_place = plan.update_in_place
        if in_place is None or overlay.top() is not None or abstract.in_abstract_scope():
            self._assign_new_values(gradients, plan, learning_rate)
            return
        rate = learning_rate.handle if isinstance(learning_rate, Variable) else learning_rate
        iterations = self.iterations
        count = iterations.handle if isinstance(iterations, Variable) else iterations
        self._call(in_place, plan.handles, gradients, plan.slot_handles, rate, count)

    def _assign_new_values(self, gradients: list[Any], plan: Plan, learning_rate: Any) -> None:
        lists = [plan.variables, *(plan.slots or ())]
        weights, *slots = [[variable.value for variable in variables] for variables in lists]
        results = self._call(type(self)._op, weights, gradients, slots, learning_rate, self.iterations)
        for variables, values in zip(lists, results, strict=True):
            for variable, value in zip(variables, values, strict=True):
                variable.assign(value)
