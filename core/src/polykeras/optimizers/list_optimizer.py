"""Optimizers that update all weights in one op over lists.

Where the backend writes variables in place, has the op in place and no overlay is active, handles go
straight to it; everywhere else the op gives new values, which are assigned.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from polykeras.optimizers.optimizer import Optimizer
from polykeras.optimizers.plan import Plan
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
        self._update_list(plan.tensors([gradient]), plan, learning_rate)

    def _update_weights(self, gradients: list[Any], plan: Plan, learning_rate: Any) -> None:
        if type(self).update_step is ListOptimizer.update_step:
            self._update_list(gradients, plan, learning_rate)
        else:
            super()._update_weights(gradients, plan, learning_rate)

    def _update_list(self, gradients: list[Any], plan: Plan, learning_rate: Any) -> None:
        slots = plan.slots or plan.take_slots(self._slots())
        iterations = self.iterations
        in_place = plan.in_place(type(self)._op.__name__)
        if in_place is not None:
            rate, count = _native(learning_rate), _native(iterations)
            self._call(in_place, plan.handles, gradients, plan.slot_handles, rate, count)
            return
        lists = [plan.variables, *slots]
        weights, *state = [[variable.value for variable in variables] for variables in lists]
        results = self._call(type(self)._op, weights, gradients, state, learning_rate, iterations)
        for variables, values in zip(lists, results, strict=True):
            for variable, value in zip(variables, values, strict=True):
                variable.assign(value)


def _native(scalar: Any) -> Any:
    return scalar.store_handle if isinstance(scalar, Variable) else scalar
