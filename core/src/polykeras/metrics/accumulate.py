"""Adding to a variable with as little work as the backend allows.

Metrics add to their totals at every step, so what one addition costs is felt. A backend whose variables
are written in place may offer ``add_in_place(target, value, factor)`` beside its ops; elsewhere, and inside
an overlay, the variable is assigned the sum.
"""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.ops import abstract
from polykeras.state import overlay
from polykeras.state.variable import Variable


def accumulate(variable: Variable, value: Any, factor: float = 1) -> None:
    """Add ``value * factor`` to a variable.

    Args:
        variable: What is added to.
        value: A number, or a tensor in the shape of the variable; its dtype is made that of the variable.
        factor: A number.
    """
    if overlay.top() is None and not abstract.in_abstract_scope():
        backend = variable.backend
        add = backend.natives.get("add_in_place") if backend.variables.in_place else None
        if add is not None and (type(value) in backend.types or type(value) in (int, float)):
            add(variable.store_handle, value, factor)
            return
    if factor != 1:
        value = ops.multiply(value, factor)
    variable.assign_add(value)
