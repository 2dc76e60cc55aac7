"""Gradients, the step and abstract evaluation on NumPy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from keras_numpy import tape
from keras_numpy.array import Tensor, tensor
from keras_numpy.tensors import dtype
from polykeras import tree
from polykeras.plugins import TensorSpec
from polykeras.state.functional import FunctionalRunner, functionalize

# Sizes put in the place of an unknown one. They share no divisor, and lie far apart, so that a size computed from one
# differs from what the other gives, and blocks or steps of some dozens are told from both.
_PROBES = (7, 131)


class NumpyTraining:
    """Training provider for NumPy."""

    def value_and_grad(
        self, fn: Callable[..., tuple[Any, Any]], tensors: Sequence[Any]
    ) -> tuple[tuple[Any, Any], list[Any | None]]:
        """Return ``((scalar, aux), gradients)`` of ``fn(*tensors)``; ``None`` where unconnected."""
        return tape.value_and_grad(fn, tensors)

    def compile_step(
        self,
        step: Callable[[Any], Any],
        variables: Sequence[Any],
        *,
        jit: bool | None,
        eager: bool = False,
        own_gradients: bool = False,
    ) -> Callable[[Any], Any]:
        """Return `step` as one whose writes happen together, when it returns; there is nothing to compile."""
        del jit
        return step if eager else FunctionalRunner(functionalize(step, variables), variables)

    def abstract_eval(self, fn: Callable[..., Any], specs: Sequence[TensorSpec]) -> Any:
        """Return the shapes that `fn` gives, by calling it; sizes that vary with unknown ones are ``None``."""
        probes = _PROBES if any(None in spec.shape for spec in specs) else _PROBES[:1]
        first, *rest = (_call(fn, specs, size) for size in probes)
        return tree.map_structure(_agreed, first, *rest)

    def stop_gradient(self, x: Any) -> Any:
        """Return `x` as a constant."""
        return tensor(tape.value_of(x))


def _call(fn: Callable[..., Any], specs: Sequence[TensorSpec], unknown: int) -> Any:
    shapes = [tuple(unknown if size is None else size for size in spec.shape) for spec in specs]
    return fn(*(_probe(shape, dtype(spec.dtype)) for shape, spec in zip(shapes, specs, strict=True)))


def _probe(shape: tuple[int, ...], kind: Any) -> Any:
    # Integers may be positions, of which 0 always exists; numbers may be divided by.
    return tensor((np.zeros if kind.kind in "iu" else np.ones)(shape, kind))


def _agreed(leaf: Any, *others: Any) -> Any:
    if not isinstance(leaf, (Tensor, tape.Traced)):
        return leaf
    sizes = zip(*(one.shape for one in (leaf, *others)), strict=True)
    return TensorSpec(tuple(size[0] if len(set(size)) == 1 else None for size in sizes), leaf.dtype.name)
