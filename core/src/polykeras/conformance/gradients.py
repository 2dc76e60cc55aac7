"""Gradients of every case held to finite differences of its oracle, in float64.

Where a framework compiles each eager computation by itself, the whole gradient is evaluated in one compiled step.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

import polykeras
from polykeras import ops
from polykeras.backend.current import current
from polykeras.conformance.case import Case, answer, over_arrays, wide
from polykeras.conformance.checking import at, call, host, replaced, tensors, within

STEP = 1e-6
RELATIVE, ABSOLUTE = 1e-5, 1e-6


def check_gradient(case: Case) -> None:
    """The gradient, for all float tensors at once, is that of finite differences."""
    with current().precision_scope(frozenset({"float64"})):
        args = over_arrays(wide, case.args)
        places = [
            (i, j)
            for i, one in enumerate(args)
            for j, item in enumerate(one if isinstance(one, list) else [one])
            if isinstance(item, np.ndarray) and item.dtype == np.float64
        ]
        assert places, "a gradient is asked of a case without float tensors"
        weights = [np.cos(np.arange(one.size)).reshape(one.shape) for one in answer(case, args)]

        def loss(*values: Any) -> Any:
            pairs = zip(call(case, replaced(args, places, values)), weights, strict=True)
            parts = [ops.sum(ops.multiply(ops.cast(result, "float64"), weight)) for result, weight in pairs]
            return functools.reduce(ops.add, parts)

        gradients = evaluated(loss, [at(args, place) for place in places])
        for index, gradient in enumerate(gradients):
            assert ops.dtype(gradient) == "float64"
            within(host(gradient), differences(case, args, places, weights, index), RELATIVE, ABSOLUTE)


def evaluated(loss: Any, points: list[np.ndarray]) -> list[Any]:
    """Return the gradients of ``loss(*points)`` for all points."""
    differentiated = polykeras.value_and_grad(loss, argnums=tuple(range(len(points))))

    def step(batch: Any) -> Any:
        return differentiated(*batch)[1]

    backend, batch = current(), tensors(points)
    if "eager_compiles" in backend.info.capabilities:
        return list(backend.training.compile_step(step, [], jit=None)(batch))
    return list(step(batch))


def differences(case: Case, args: Any, places: Any, weights: list[np.ndarray], index: int) -> np.ndarray:
    """Return the gradient for one argument by central differences of the oracle."""
    points = [at(args, place) for place in places]
    result = np.zeros(points[index].shape)
    for spot in np.ndindex(result.shape):
        sides = []
        for step in (STEP, -STEP):
            moved = [point.copy() for point in points]
            moved[index][spot] += step
            found = answer(case, replaced(args, places, moved))
            sides.append(sum(float(np.sum(one * weight)) for one, weight in zip(found, weights, strict=True)))
        result[spot] = (sides[0] - sides[1]) / (2 * STEP)
    return result
