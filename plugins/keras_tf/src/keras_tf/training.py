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
        self, step: Callable[[Any], Any], variables: Sequence[Any], *, jit: bool | None
    ) -> Callable[[Any], Any]:
        """Return `step` as a `tf.function`, compiled by XLA unless it refuses; with ``jit=False``, `step` itself."""
        for variable in variables:
            variable.handle  # noqa: B018 - a traced function may make no variables
        if jit is False:
            return step
        return CompiledStep(step, insist=jit is True)

    def clear_caches(self) -> None:
        """Drop nothing: traced functions belong to their steps and go with them."""

    def abstract_eval(self, fn: Callable[..., Any], specs: Sequence[TensorSpec]) -> Any:
        """Return the shapes that `fn` would give; sizes that depend on unknown ones are ``None``."""
        found: list[Any] = []

        def run(*tensors: Any) -> None:
            found.append(tree.map_leaves(_spec, fn(*tensors)))

        signature = [tf.TensorSpec(spec.shape, dtype(spec.dtype)) for spec in specs]
        tf.function(run, autograph=False).get_concrete_function(*signature)
        return found[-1]

    def stop_gradient(self, x: Any) -> Any:
        """Return `x` as a constant."""
        return tf.stop_gradient(x)


class CompiledStep:
    """A step as a `tf.function`; XLA compiles it until it refuses, and then TensorFlow's graph runs it.

    Args:
        step: The step, from a batch to its output.
        insist: Whether the user asked for XLA, so that a refusal is an error.
    """

    def __init__(self, step: Callable[[Any], Any], *, insist: bool) -> None:
        self._step = step
        self._insist = insist
        self._fallen_back = False
        self._run = self._function(jit=True)

    def _function(self, *, jit: bool) -> Callable[[Any], Any]:
        function: Callable[[Any], Any] = tf.function(self._step, autograph=False, jit_compile=jit)
        return function

    def __call__(self, batch: Any) -> Any:
        """Run one step and return its output."""
        if self._fallen_back or self._insist:
            return self._run(batch)
        try:
            return self._run(batch)
        except _REFUSALS as error:
            if not any(word in str(error) for word in _REFUSED_BY_XLA):
                raise
            self._fall_back(error)
            return self._run(batch)

    def _fall_back(self, error: Exception) -> None:
        reason = str(error).strip().splitlines()[0]
        warnings.warn(
            f"XLA cannot compile this step, so TensorFlow runs it without.\nReceived: {reason}\n"
            "Pass `jit_compile=False` to `compile` to choose that from the start, or True to make this an error.",
            stacklevel=4,
        )
        self._fallen_back = True
        self._run = self._function(jit=False)


def _dense(gradient: Any) -> Any:
    """Return a gradient as a tensor: that of a lookup comes as rows and positions."""
    return tf.convert_to_tensor(gradient) if isinstance(gradient, tf.IndexedSlices) else gradient


def _spec(leaf: Any) -> Any:
    if not isinstance(leaf, tf.Tensor):
        return leaf
    return TensorSpec(tuple(leaf.shape.as_list()), leaf.dtype.name)
