"""Moving averages of weights, which may take the weights' place now and then, or at the end.

Source: Polyak and Juditsky, "Acceleration of Stochastic Approximation by Averaging", 1992.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras import ops
from polykeras.ops.control_flow import cond
from polykeras.state.variable import Variable


def update_averages(
    averages: Sequence[Variable], variables: Sequence[Variable], momentum: float, iterations: Any
) -> None:
    """Assign ``momentum * average + (1 - momentum) * variable``; at the first iteration the variable itself."""
    later = ops.not_equal(iterations, 0)
    kept: dict[str, Any] = {}
    for average, variable in zip(averages, variables, strict=True):
        if average.dtype not in kept:
            kept[average.dtype] = ops.multiply(ops.cast(later, average.dtype), momentum)
        part = kept[average.dtype]
        average.assign(ops.add(ops.multiply(average, part), ops.multiply(variable, ops.subtract(1.0, part))))


def overwrite(averages: Sequence[Variable], variables: Sequence[Variable]) -> None:
    """Assign to each variable its average."""
    for average, variable in zip(averages, variables, strict=True):
        variable.assign(average.value)


def overwrite_every(
    frequency: int, averages: Sequence[Variable], variables: Sequence[Variable], iterations: Any
) -> None:
    """Overwrite variables at every iteration whose number, counted from 1, is a multiple of `frequency`."""
    due = ops.equal(ops.mod(ops.add(iterations, 1), frequency), 0)

    def replaced() -> Any:
        overwrite(averages, variables)
        return due

    cond(due, replaced, lambda: due)
