"""Constraints on the sign and on the Euclidean norm of weights.

Where a norm is taken over `axis`, each slice along the other axes is one vector: with ``axis=0`` of
a Dense kernel the weights of one unit, with ``axis=[0, 1, 2]`` of a Conv2D kernel those of one filter.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from polykeras import ops
from polykeras.backend.config import epsilon
from polykeras.constraints.constraint import Constraint

Axis: TypeAlias = "int | Sequence[int]"


class MaxNorm(Constraint):
    """Scale down vectors whose norm exceeds `max_value` (N. Srivastava et al., JMLR 15, 2014).

    Args:
        max_value: Largest norm.
        axis: Axis or axes along which a vector lies.
    """

    def __init__(self, max_value: float = 2, axis: Axis = 0) -> None:
        self.max_value = max_value
        self.axis = axis

    def __call__(self, w: Any) -> Any:
        """Return `w` with no norm above `max_value`."""
        norms = _norms(w, self.axis)
        return _rescaled(w, norms, ops.minimum(norms, self.max_value))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of ``__init__``."""
        return {"max_value": self.max_value, "axis": self.axis}


class NonNeg(Constraint):
    """Set negative weights to 0."""

    def __call__(self, w: Any) -> Any:
        """Return ``max(w, 0)``."""
        return ops.maximum(w, 0)


class UnitNorm(Constraint):
    """Scale every vector to norm 1.

    Args:
        axis: Axis or axes along which a vector lies.
    """

    def __init__(self, axis: Axis = 0) -> None:
        self.axis = axis

    def __call__(self, w: Any) -> Any:
        """Return `w` with all norms 1, but for vectors of zeros, which stay."""
        return ops.divide(w, ops.add(_norms(w, self.axis), epsilon()))

    def get_config(self) -> dict[str, Any]:
        """Return the axis."""
        return {"axis": self.axis}


class MinMaxNorm(Constraint):
    """Move norms towards the range from `min_value` to `max_value`.

    The new norm is ``rate * clip(norm, min_value, max_value) + (1 - rate) * norm``.

    Args:
        min_value: Least norm.
        max_value: Largest norm.
        rate: How far to go, in [0, 1]; 1 keeps the range strictly.
        axis: Axis or axes along which a vector lies.
    """

    def __init__(self, min_value: float = 0.0, max_value: float = 1.0, rate: float = 1.0, axis: Axis = 0) -> None:
        self.min_value = min_value
        self.max_value = max_value
        self.rate = rate
        self.axis = axis

    def __call__(self, w: Any) -> Any:
        """Return `w` with the new norms; vectors of zeros stay."""
        norms = _norms(w, self.axis)
        inside = ops.minimum(ops.maximum(norms, self.min_value), self.max_value)
        wanted = ops.add(ops.multiply(inside, self.rate), ops.multiply(norms, 1 - self.rate))
        return _rescaled(w, norms, wanted)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of ``__init__``."""
        return {
            "min_value": self.min_value,
            "max_value": self.max_value,
            "rate": self.rate,
            "axis": self.axis,
        }


def _norms(w: Any, axis: Axis) -> Any:
    axes = axis if isinstance(axis, int) else tuple(axis)
    return ops.sqrt(ops.sum(ops.square(w), axis=axes, keepdims=True))


def _rescaled(w: Any, norms: Any, wanted: Any) -> Any:
    # The fuzz factor keeps vectors of zeros at zero.
    return ops.multiply(w, ops.divide(wanted, ops.add(norms, epsilon())))
