"""Comparisons and truth on NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from keras_numpy.array import tensor
from keras_numpy.ops.arithmetic import select
from keras_numpy.tape import constant, value_of


def where(condition: Any, x1: Any | None = None, x2: Any | None = None) -> Any:
    """Return `x1` or `x2` by `condition`, or the indices where it holds."""
    holds = value_of(condition)
    if holds.dtype != bool:
        holds = holds != 0
    if x1 is None or x2 is None:
        return tuple(tensor(one.astype(np.int32)) for one in np.nonzero(holds))
    return select(holds, x1, x2)


def _of_truth(function: Callable[..., Any]) -> Callable[..., Any]:
    # The dtype bfloat16 has no logical functions of its own.
    return constant(lambda *xs: function(*(x if x.dtype == bool else x != 0 for x in xs)))


NATIVES: dict[str, Callable[..., Any]] = {
    "equal": constant(np.equal),
    "greater": constant(np.greater),
    "greater_equal": constant(np.greater_equal),
    "isfinite": constant(np.isfinite),
    "isinf": constant(np.isinf),
    "isnan": constant(np.isnan),
    "less": constant(np.less),
    "less_equal": constant(np.less_equal),
    "logical_and": _of_truth(np.logical_and),
    "logical_not": _of_truth(np.logical_not),
    "logical_or": _of_truth(np.logical_or),
    "logical_xor": _of_truth(np.logical_xor),
    "not_equal": constant(np.not_equal),
    "where": where,
}
