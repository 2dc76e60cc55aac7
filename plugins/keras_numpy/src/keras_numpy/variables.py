"""Variables on NumPy: cells of frames, replaced and never written."""

from __future__ import annotations

from typing import Any

import numpy as np

from keras_numpy.array import Tensor, tensor
from keras_numpy.tape import value_of
from keras_numpy.tensors import dtype
from polykeras.plugins import VariableSpec
from polykeras.state.functional import FunctionalStore


def store() -> FunctionalStore:
    """Return the store of arrays."""
    return FunctionalStore(_place)


def _place(value: Any, spec: VariableSpec) -> Tensor:
    # The copy keeps later changes of a caller's array out of the weights.
    placed: Tensor = tensor(np.array(value_of(value), dtype=dtype(spec.dtype), copy=True))
    return placed
