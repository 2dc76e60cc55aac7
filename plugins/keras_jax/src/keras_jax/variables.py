"""Variables on JAX: cells of frames, replaced and never written."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from keras_jax.tensors import dtype
from polykeras.plugins import VariableSpec
from polykeras.state.functional import Cell, FunctionalStore


class JaxStore(FunctionalStore):
    """Store of `jax.Array`s, which refuses values that exist only while JAX traces a function of the user's."""

    def write(self, handle: Cell, value: Any) -> None:
        """Replace the cell's value.

        Raises:
            ValueError: If `value` is traced: it would be kept beyond the function that is being traced.
        """
        if isinstance(value, jax.core.Tracer):
            raise ValueError(
                "A variable was assigned inside of a function that JAX transforms.\n"
                f"Received: a traced value, {value}.\n"
                "Allowed: functions that assign nothing.\n"
                "Use `stateless_call`, `stateless_apply` or `stateless_update_state`, which return new values instead."
            )
        super().write(handle, value)


def store() -> JaxStore:
    """Return the store."""
    return JaxStore(_place)


def _place(value: Any, spec: VariableSpec) -> jax.Array:
    # A variable first read while a step is traced must still hold a concrete array. The copy keeps
    # later changes of a caller's NumPy array out of the weights.
    with jax.ensure_compile_time_eval():
        return jnp.array(value, dtype=dtype(spec.dtype), copy=True)
