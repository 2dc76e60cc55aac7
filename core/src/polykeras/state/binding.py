"""Values given in place of variables, for calls that change none: ``stateless_call`` and its like."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras.state.variable import Variable


def bound(owner: str, what: str, variables: Sequence[Variable], values: Sequence[Any]) -> dict[int, Any]:
    """Return each variable's id to the value given for it, a tensor in its shape and dtype.

    Args:
        owner: Who has the variables, for messages: ``"layer 'dense'"``.
        what: What they are to it: ``"trainable variables"``.
        variables: The variables, in order.
        values: One value per variable: a tensor, an array or a variable.

    Raises:
        ValueError: If there are more or fewer values than variables.
        ShapeError: If a value has another shape than its variable.
    """
    if len(values) != len(variables):
        raise ValueError(
            f"The values for the {what} of the {owner} do not fit.\n"
            f"Received: {len(values)} values.\n"
            f"Allowed: one for each of {len(variables)}: {', '.join(v.path for v in variables) or 'none'}.\n"
            "Pass what an earlier stateless call returned, or the values of the variables, in their order."
        )
    return {variable.id: variable.native_of(value) for variable, value in zip(variables, values, strict=True)}
