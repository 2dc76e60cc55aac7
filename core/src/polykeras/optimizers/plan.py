"""What an optimizer knows of one list of variables, worked out once and used at every step."""

from __future__ import annotations

import operator
import warnings
from collections.abc import Callable, Sequence
from itertools import repeat
from typing import Any

from polykeras import ops
from polykeras.backend.resolved import Backend, resolve
from polykeras.optimizers.weight_decay import Exclusions
from polykeras.plugins.errors import ShapeError
from polykeras.state.variable import Variable


class Plan:
    """Facts of a list of variables.

    Args:
        variables: Variables to be updated together.
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
        # What an optimizer over lists adds.
        self.slots: list[list[Variable]] | None = None
        self.update_in_place: Callable[..., None] | None = None
        self.handles: list[Any] = []
        self.slot_handles: list[list[Any]] = []
        self.kinds: list[tuple[Any, Any]] = []

    def is_for(self, variables: Sequence[Variable]) -> bool:
        """Return whether these are the plan's own variables, in order."""
        own = self.variables
        return len(own) == len(variables) and all(map(operator.is_, own, variables))

    def take_slots(self, slots: Sequence[Sequence[Variable]], op: str) -> None:
        """Note the state of these variables, and the handles where the backend has the op in place.

        Args:
            slots: Lists of state, each with one variable per variable that the optimizer was built with, or
                empty.
            op: Name of the op that updates, such as ``"adam_update"``.
        """
        self.slots = [[slot[index] for index in self.indices] if slot else [] for slot in slots]
        if not self.backend.variables.in_place:
            return
        self.update_in_place = self.backend.natives.get(f"{op}_in_place")
        if self.update_in_place is not None:
            self.handles = [variable.handle for variable in self.variables]
            self.slot_handles = [[variable.handle for variable in slot] for slot in self.slots]
            self.kinds = [(handle.dtype, handle.shape) for handle in self.handles]

    def fits_in_place(self, gradients: Sequence[Any]) -> bool:
        """Return whether the gradients are native tensors with the weights' own dtypes and shapes."""
        if not self.backend.types.issuperset(map(type, gradients)):
            return False
        return [(gradient.dtype, gradient.shape) for gradient in gradients] == self.kinds


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


def fitting(gradients: Sequence[Any], variables: Sequence[Variable]) -> list[Any]:
    """Return the gradients as tensors of the variables' dtypes.

    Raises:
        ShapeError: If one has not the shape of its variable.
    """
    tensors = []
    for gradient, variable in zip(gradients, variables, strict=True):
        tensor = ops.convert_to_tensor(gradient, variable.dtype)
        if tuple(tensor.shape) != variable.shape:
            raise ShapeError(
                f"The gradient does not fit the variable {variable.path!r}.\n"
                f"Received: shape {tuple(tensor.shape)}.\nAllowed: shape {variable.shape}.\n"
                "Pass gradients in the order of the variables."
            )
        tensors.append(tensor)
    return tensors


def move(variable: Variable, backend_name: str) -> None:
    """Let another backend keep a variable from now on; its value goes with it.

    An optimizer may be made before it is known where the weights are.
    """
    if variable.backend_name != backend_name:
        state = variable.__getstate__()
        variable.__setstate__({**state, "_backend_name": resolve(backend_name).name})
