"""Special functions."""

from __future__ import annotations

from polykeras.ops import shape_rules as rules
from polykeras.ops.dispatch import primitive
from polykeras.ops.types import Tensor, TensorLike


@primitive(rules.same, to_float=True)
def erf(x: TensorLike) -> Tensor:
    """Return the error function, ``2 / sqrt(pi)`` times the integral of ``exp(-t**2)`` from 0 to `x`.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape, floating.
    """
