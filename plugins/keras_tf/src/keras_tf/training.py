"""Gradients, the compiled step and abstract evaluation on TensorFlow."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

from keras_tf.framework import tf
from keras_tf.tensors import dtype
from polykeras import tree
from polykeras.plugins import TensorSpec

# What TensorFlow raises when XLA cannot compile a function; nothing has run then.
_REFUSALS = (tf.errors.InvalidArgumentError, tf.errors.UnimplementedError, tf.errors.NotFoundError)
_REFUSED_BY_XLA = ("XLA", "xla", "not supported in", "Detected unsupported operations", "uncompilable")


class TensorFlowTraining:
    """Training provider for TensorFlow."""

    def value_and_grad(
        self, fn: Callable[..., tuple[Any, Any]], tensors: Sequence[Any]
    ) -> tuple[tuple[Any, Any], list[Any]]:
        """Return ``((scalar, aux), gradients)`` of ``fn(*tensors)``; ``None`` where unconnected."""
        # Tensors of their own, so that only their use as arguments counts.
        leaves = [tf.identity(tensor) for tensor in tensors]
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(leaves)
            loss, aux = fn(*leaves)
        gradients = tape.gradient(loss, leaves) if leaves else []
        return (loss, aux), [_dense(gradient) for gradient in gradients]

    def compile_step(
        self,
        step: Callable[[Any], Any],
        variables: Sequence[Any],
        *,
        jit: bool | None,
        eager: bool = False,
        own_gradients: bool = False,
    ) -> Callable[[Any], Any]:
        """Return `step` as a `tf.function`, compiled by XLA where that pays; with `eager`, `step` itself."""
        for variable in variables:
            variable.store_handle  # noqa: B018 - a traced function may make no variables
        if eager:
            return step
        return TracedStep(step, jit=jit) if jit is not None else ChosenStep(step)

    def clear_caches(self) -> None:
        """Drop nothing: traced functions belong to their steps and go with them."""

    def abstract_eval(self, fn: Callable[..., Any], specs: Sequence[TensorSpec]) -> Any:
        """Return the shapes that `fn` would give; sizes that depend on unknown ones are ``None``."""
        found: list[Any] = []

        def run(*tensors: Any) -> None:
            found.append(tree.map_structure(_spec, fn(*tensors)))

        signature = [tf.TensorSpec(spec.shape, dtype(spec.dtype)) for spec in specs]
        tf.function(run, autograph=False).get_concrete_function(*signature)
        return found[-1]

    def stop_gradient(self, x: Any) -> Any:
        """Return `x` as a constant."""
        return tf.stop_gradient(x)


class TracedStep:
    """A step as a `tf.function`, its traces kept by the structure, shapes and dtypes of the batch.

    A `tf.function` looks for its trace by a hash over the specs of all variables that it captured: a tenth of a step
    of a small model with 400 variables, at each call.
    """

    def __init__(self, step: Callable[[Any], Any], *, jit: bool) -> None:
        self.function = tf.function(step, autograph=False, jit_compile=jit)
        self._traces: dict[Any, Any] = {}

    def __call__(self, batch: Any) -> Any:
        """Run one step and return its output."""
        return self.trace(batch)(batch)

    def trace(self, batch: Any) -> Any:
        """Return what runs batches like this one: a trace, or the function where it must choose by itself."""
        leaves, structure = tree.flatten_with_spec(batch)
        if not tf.executing_eagerly() or not all(isinstance(leaf, tf.Tensor) for leaf in leaves):
            return self.function
        key = structure, tuple([(leaf.dtype, leaf.shape) for leaf in leaves])
        found = self._traces.get(key)
        if found is None:
            found = self._traces[key] = self.function.get_concrete_function(batch)
        return found


class ChosenStep:
    """A step as a `tf.function` that XLA compiles, unless it does worse or refuses.

    On the CPU XLA's convolutions take about 1.2 times as long as TensorFlow's own (measured with 2.21), and everything
    else a half to nine tenths. So a traced step with convolutions is run by TensorFlow's graph there.
    """

    def __init__(self, step: Callable[[Any], Any]) -> None:
        self._step = step
        self._run = TracedStep(step, jit=True)
        self._settled = False

    def __call__(self, batch: Any) -> Any:
        """Run one step and return its output."""
        if self._settled:
            return self._run(batch)
        if self._convolves(batch):
            self._run = TracedStep(self._step, jit=False)
        else:
            try:
                return self._run(batch)
            except _REFUSALS as error:
                if not any(word in str(error) for word in _REFUSED_BY_XLA):
                    raise
                _tell_refusal(error)
                self._run = TracedStep(self._step, jit=False)
            finally:
                self._settled = True
        self._settled = True
        return self._run(batch)

    def _convolves(self, batch: Any) -> bool:
        """Return whether the step has convolutions and runs on the CPU; tracing it compiles nothing yet."""
        if tf.config.list_logical_devices("GPU"):
            return False
        graph = self._run.function.get_concrete_function(batch).graph
        return any(operation.type.startswith("Conv") for operation in graph.get_operations())


def _tell_refusal(error: Exception) -> None:
    reason = str(error).strip().splitlines()[0]
    warnings.warn(
        f"XLA cannot compile this step, so TensorFlow runs it without.\nReceived: {reason}\n"
        "Pass `jit_compile=False` to `compile` to choose that from the start, or True to make this an error.",
        stacklevel=4,
    )


def _dense(gradient: Any) -> Any:
    """Return a gradient as a tensor: that of a lookup comes as rows and positions."""
    return tf.convert_to_tensor(gradient) if isinstance(gradient, tf.IndexedSlices) else gradient


def _spec(leaf: Any) -> Any:
    if not isinstance(leaf, tf.Tensor):
        return leaf
    return TensorSpec(tuple(leaf.shape.as_list()), leaf.dtype.name)
