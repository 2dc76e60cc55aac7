"""Variables on JAX: cells of frames, replaced and never written."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from keras_jax.tensors import dtype
from polykeras.plugins import VariableSpec
from polykeras.state.functional import FunctionalStore


def store() -> FunctionalStore:
    """Return the store of `jax.Array`s."""
    return FunctionalStore(_place)


def _place(value: Any, spec: VariableSpec) -> jax.Array:
    # A variable first read while a step is traced must still hold a concrete array. The copy keeps
    # later changes of a caller's NumPy array out of the weights.
    with jax.ensure_compile_time_eval():
        return jnp.array(value, dtype=dtype(spec.dtype), copy=True)
