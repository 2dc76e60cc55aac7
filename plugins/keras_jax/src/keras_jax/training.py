"""Gradients, the compiled step and abstract evaluation on JAX."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
from jax import export

from keras_jax.tensors import dtype
from polykeras.plugins import TensorSpec
from polykeras.state.functional import FunctionalRunner, Update, functionalize

jax.tree_util.register_pytree_node(
    Update, lambda update: (tuple(update.values), update.indices), lambda indices, values: Update(list(values), indices)
)


class JaxTraining:
    """Training provider for JAX."""

    def value_and_grad(
        self, fn: Callable[..., tuple[Any, Any]], tensors: Sequence[Any]
    ) -> tuple[tuple[Any, Any], list[Any]]:
        """Return ``((scalar, aux), gradients)`` of ``fn(*tensors)``."""
        run = jax.value_and_grad(lambda values: fn(*values), has_aux=True)
        result, gradients = run(list(tensors))
        return result, gradients

    def compile_step(
        self, step: Callable[[Any], Any], variables: Sequence[Any], *, jit: bool | None
    ) -> Callable[[Any], Any]:
        """Return `step` jitted over its variables; with ``jit=False``, `step` itself."""
        if jit is False:
            return step
        return FunctionalRunner(jax.jit(functionalize(step, variables)), variables)

    def abstract_eval(self, fn: Callable[..., Any], specs: Sequence[TensorSpec]) -> Any:
        """Return the shapes that `fn` would give; sizes that depend on unknown ones are ``None``."""
        scope = export.SymbolicScope()
        arguments = []
        for position, spec in enumerate(specs):
            text = ", ".join(
                f"d{position}_{axis}" if size is None else str(size) for axis, size in enumerate(spec.shape)
            )
            shape = export.symbolic_shape(text, scope=scope) if spec.shape else ()
            arguments.append(jax.ShapeDtypeStruct(shape, dtype(spec.dtype)))
        result = jax.eval_shape(fn, *arguments)
        return jax.tree_util.tree_map(
            lambda leaf: TensorSpec(
                tuple(size if isinstance(size, int) else None for size in leaf.shape), leaf.dtype.name
            ),
            result,
        )

    def stop_gradient(self, x: Any) -> Any:
        """Return `x` as a constant."""
        return jax.lax.stop_gradient(x)
