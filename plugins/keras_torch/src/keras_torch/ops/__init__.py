"""Native ops on PyTorch, by family."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keras_torch.ops import (
    arithmetic,
    bits,
    casting,
    comparison,
    complex_numbers,
    control_flow,
    convolution,
    creation,
    exponential,
    factors,
    fourier,
    indexing,
    integers,
    linear,
    losses,
    manipulation,
    nonlinear,
    normalization,
    reduce,
    resizing,
    segments,
    special,
    trigonometry,
    update,
)

_FAMILIES = (
    arithmetic,
    bits,
    casting,
    comparison,
    complex_numbers,
    control_flow,
    convolution,
    creation,
    exponential,
    factors,
    fourier,
    indexing,
    integers,
    linear,
    losses,
    manipulation,
    nonlinear,
    normalization,
    reduce,
    resizing,
    segments,
    special,
    trigonometry,
    update,
)


def natives() -> dict[str, Callable[..., Any]]:
    """Return every native function by op name."""
    return {name: function for family in _FAMILIES for name, function in family.NATIVES.items()}
