"""Gradients, the compiled step and abstract evaluation on JAX."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import export

from keras_jax.tensors import dtype
from polykeras.plugins import TensorSpec
from polykeras.state.functional import Frame, FunctionalRunner, PureStep, Update, functionalize

jax.tree_util.register_pytree_node(
    Update,
    lambda update: (tuple(update.values), update.indices),
    lambda indices, values: Update(list(values), indices),
)


class DonatingRunner(FunctionalRunner):
    """Runs a jitted step whose written state is donated, so that XLA updates it where it lies.

    Which variables the step writes is found by tracing it once; the others are not donated. Donated
    values are gone when an execution fails, so a snapshot on the host, taken when the state is gathered
    (at the start of a loop), takes their place then.
    """

    def __init__(self, pure: PureStep, variables: Sequence[Any]) -> None:
        super().__init__(pure, variables)
        self._pure = pure
        self._jitted: Any = None
        self._written = 0
        self._snapshot: list[np.ndarray] = []

    def __call__(self, batch: Any) -> Any:
        """Run one step and return its output; a failure leaves the state of the last snapshot or later."""
        frame = self._frame
        if not frame.whole or self._jitted is None:
            frame = self._gathered(batch)
        values, count = frame.values, self._written
        try:
            new, update, output = self._jitted(values[:count], values[count:], batch)
            values[:count] = new
        except BaseException:
            self._restore(frame)
            raise
        for index, value in zip(update.indices, update.values, strict=True):
            values[index] = value
        return output

    def _gathered(self, batch: Any) -> Frame:
        """Gather the state, what the step writes first, and keep a copy of that on the host."""
        if self._jitted is None:
            frame = self._adopt()
            update, _ = jax.eval_shape(self._pure, frame.values, batch)
            written = set(range(len(self._variables)) if update.indices is None else update.indices)
            self._order(written)
        frame = self._adopt()
        self._snapshot = [np.array(value) for value in frame.values[: self._written]]
        return frame

    def _order(self, written: set[int]) -> None:
        """Put the variables of `written` first and compile the step for that order."""
        order = sorted(range(len(self._variables)), key=lambda index: (index not in written, index))
        self._variables = [self._variables[index] for index in order]
        self._written = len(written)
        place = {old: new for new, old in enumerate(order)}
        pure, count = self._pure, self._written

        def split(donated: list[Any], kept: list[Any], batch: Any) -> tuple[list[Any], Update, Any]:
            values = [*donated, *kept]
            update, output = pure([values[place[index]] for index in range(len(values))], batch)
            indices = range(len(values)) if update.indices is None else update.indices
            new = {place[index]: value for index, value in zip(indices, update.values, strict=True)}
            late = tuple(index for index in sorted(new) if index >= count)
            results = [new.get(index, value) for index, value in enumerate(donated)]
            return results, Update([new[index] for index in late], late), output

        self._jitted = jax.jit(split, donate_argnums=0)

    def _restore(self, frame: Frame) -> None:
        """Put the snapshot in the place of values that a failed execution has consumed."""
        count = self._written
        if any(value.is_deleted() for value in frame.values[:count]):
            frame.values[:count] = [jnp.array(value) for value in self._snapshot]


class JaxTraining:
    """Training provider for JAX."""

    steps_take_state = True

    def value_and_grad(
        self, fn: Callable[..., tuple[Any, Any]], tensors: Sequence[Any]
    ) -> tuple[tuple[Any, Any], list[Any]]:
        """Return ``((scalar, aux), gradients)`` of ``fn(*tensors)``."""
        run = jax.value_and_grad(lambda values: fn(*values), has_aux=True)
        result, gradients = run(list(tensors))
        return result, gradients

    def compile_step(
        self,
        step: Callable[[Any], Any],
        variables: Sequence[Any],
        *,
        jit: bool | None,
        eager: bool = False,
        own_gradients: bool = False,
    ) -> Callable[[Any], Any]:
        """Return `step` jitted over its variables; with ``jit=False``, `step` itself."""
        if eager or jit is False:
            return lambda batch: step(jax.device_put(batch))
        return DonatingRunner(functionalize(step, variables), variables)

    def clear_caches(self) -> None:
        """Drop what JAX has traced and compiled; a step that is called again compiles again."""
        jax.clear_caches()

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
