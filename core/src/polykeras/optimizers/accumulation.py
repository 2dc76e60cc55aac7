"""Several batches per update: gradients add up, and every so many calls their mean is applied."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from polykeras import ops
from polykeras.ops.control_flow import cond
from polykeras.state.variable import Variable


def accumulate_or_update(
    gradients: Sequence[Any],
    accumulators: Sequence[Variable],
    steps: int,
    calls: Any,
    update: Callable[[list[Any]], None],
) -> None:
    """Add the gradients up, or give their mean to `update` and start again.

    Args:
        gradients: Tensors.
        accumulators: One variable per gradient.
        steps: Gradients per update.
        calls: How many gradients came before these, a scalar.
        update: Takes the mean gradients.
    """
    due = ops.equal(ops.mod(ops.add(calls, 1), steps), 0)
    pairs = list(zip(accumulators, gradients, strict=True))

    def last() -> Any:
        update([ops.divide(ops.add(total, gradient), steps) for total, gradient in pairs])
        for total in accumulators:
            total.assign(np.zeros(total.shape))
        return due

    def other() -> Any:
        for total, gradient in pairs:
            total.assign_add(gradient)
        return due

    cond(due, last, other)
