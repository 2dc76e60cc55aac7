"""What an optimizer knows of one list of variables, worked out once and used at every step."""

from __future__ import annotations

import operator
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import repeat
from typing import Any

from polykeras import ops
from polykeras.backend.resolved import Backend
from polykeras.ops import abstract
from polykeras.optimizers.weight_decay import Exclusions
from polykeras.plugins.errors import ShapeError
from polykeras.state import overlay
from polykeras.state.variable import Variable


class Plan:
    """Facts of a list of variables.

    Args:
        variables: Variables to be updated together, at least one.
        built: Those that the optimizer was built with, in order.
        exclusions: Variables that do not decay.

    Raises:
        ValueError: If the optimizer was not built with one of them.
    """

    def __init__(self, variables: Sequence[Variable], built: Sequence[Variable], exclusions: Exclusions) -> None:
        positions = {id(variable): index for index, variable in enumerate(built)}
        unknown = [variable for variable in variables if id(variable) not in positions]
        if unknown:
            raise ValueError(
                "The optimizer cannot update variables that it was not built with.\n"
                f"Received: {', '.join(repr(variable.path) for variable in unknown)}.\n"
                f"Allowed: {', '.join(repr(variable.path) for variable in built) or 'none'}.\n"
                "Make a new optimizer for them, or build this one with all variables that it shall update."
            )
        self.variables = list(variables)
        self.indices = [positions[id(variable)] for variable in variables]
        self.backend: Backend = self.variables[0].backend
        self.dtypes = frozenset(variable.dtype for variable in variables)
        self.scoped = self.backend.needs_scope(self.dtypes)
        self.decaying = [variable for variable in variables if variable not in exclusions]
        self.constrained = [variable for variable in variables if variable.constraint is not None]
        self.slots: list[list[Variable]] | None = None
        in_place = self.backend.variables.in_place
        self._in_place: Mapping[str, Callable[..., Any]] = self.backend.natives if in_place else {}

    def is_for(self, variables: Sequence[Variable]) -> bool:
        """Return whether these are the plan's own variables, in order."""
        own = self.variables
        return len(own) == len(variables) and all(map(operator.is_, own, variables))

    def take_slots(self, slots: Sequence[Sequence[Variable]]) -> list[list[Variable]]:
        """Keep and return the state of these variables.

        Args:
            slots: Lists with one variable per variable that the optimizer was built with, or empty.
        """
        self.slots = [[slot[index] for index in self.indices] if slot else [] for slot in slots]
        return self.slots

    def in_place(self, op: str) -> Callable[..., Any] | None:
        """Return the form of `op` that writes, where the backend has one and writing is right just now."""
        found = self._in_place.get(f"{op}_in_place")
        if found is None or overlay.top() is not None or abstract.in_abstract_scope():
            return None
        return found

    @cached_property
    def handles(self) -> list[Any]:
        """Return the handles of the variables; for backends that write in place."""
        return [variable.store_handle for variable in self.variables]

    @cached_property
    def decaying_handles(self) -> list[Any]:
        """Return the handles of the variables that decay."""
        return [variable.store_handle for variable in self.decaying]

    @cached_property
    def slot_handles(self) -> list[list[Any]]:
        """Return the handles of the state."""
        return [[variable.store_handle for variable in slot] for slot in self.slots or ()]

    @cached_property
    def _kinds(self) -> list[tuple[Any, Any]]:
        return [(handle.dtype, handle.shape) for handle in self.handles]

    def tensors(self, gradients: Sequence[Any]) -> list[Any]:
        """Return the gradients as tensors of the variables' shapes and dtypes.

        Raises:
            ShapeError: If one has not the shape of its variable.
        """
        # What writes into memory looks at no shapes: this is the only test that it has.
        if self._in_place and self.backend.types.issuperset(map(type, gradients)):
            kinds = [(gradient.dtype, gradient.shape) for gradient in gradients]
            if kinds == self._kinds:
                return list(gradients)
        return [_tensor(gradient, variable) for gradient, variable in zip(gradients, self.variables, strict=True)]


def _tensor(gradient: Any, variable: Variable) -> Any:
    tensor = ops.convert_to_tensor(gradient, variable.dtype)
    if tuple(tensor.shape) != variable.shape:
        raise ShapeError(
            f"The gradient does not fit the variable {variable.path!r}.\n"
            f"Received: shape {tuple(tensor.shape)}.\nAllowed: shape {variable.shape}.\n"
            "Pass gradients in the order of the variables."
        )
    return tensor


def paired(gradients: Sequence[Any], variables: Sequence[Variable]) -> tuple[list[Any], list[Variable]]:
    """Return both without the pairs whose gradient is ``None``, with a warning where there are some.

    Raises:
        ValueError: If there are more or fewer gradients than variables, or none but ``None``.
    """
    gradients, variables = list(gradients), list(variables)
    if len(gradients) != len(variables):
        raise ValueError(
            "The gradients do not fit the variables.\n"
            f"Received: {len(gradients)} gradients for {len(variables)} variables.\n"
            "Allowed: one gradient per variable, in their order.\n"
            "Pass the variables that were differentiated beside the gradients."
        )
    if all(map(operator.is_not, gradients, repeat(None))):
        return gradients, variables
    without = [variable.path for gradient, variable in zip(gradients, variables, strict=True) if gradient is None]
    if len(without) == len(variables):
        raise ValueError(
            "There is nothing to update by.\n"
            f"Received: None as gradient of each of {', '.join(map(repr, without))}.\n"
            "Allowed: a gradient for at least one variable.\nCheck that the loss depends on the variables."
        )
    warnings.warn(
        f"There are no gradients for {', '.join(map(repr, without))}; these variables stay as they are.", stacklevel=4
    )
    kept = [pair for pair in zip(gradients, variables, strict=True) if pair[0] is not None]
    return [gradient for gradient, _ in kept], [variable for _, variable in kept]
