"""State and steps. There are no gradients: whoever asks for one is told so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from polykeras import tree
from polykeras.plugins import TensorSpec
from polykeras.state.functional import FunctionalRunner, FunctionalStore, functionalize
from slate.tensors import Slate, SlateTensors, dtype, slate

_HINTS = (3, 5)


def store() -> FunctionalStore:
    """Return a store of slates, which are replaced and never written."""
    return FunctionalStore(lambda value, spec: slate(np.array(value, dtype(spec.dtype))))


class SlateTraining:
    """Training provider."""

    def value_and_grad(self, fn: Callable[..., Any], tensors: Sequence[Slate]) -> Any:
        """Refuse."""
        raise NotImplementedError("A slate is for inference: it has no gradients. Train on another backend.")

    def compile_step(
        self,
        step: Callable[[Any], Any],
        variables: Sequence[Any],
        *,
        jit: bool | None,
        eager: bool = False,
        own_gradients: bool = False,
    ) -> Callable[[Any], Any]:
        """Return a step whose state changes only when it returns."""
        run = FunctionalRunner(functionalize(step, variables), variables)
        return lambda batch: run(SlateTensors().place(batch))

    def abstract_eval(self, fn: Callable[..., Any], specs: Sequence[TensorSpec]) -> Any:
        """Return the shapes of `fn`: a size that follows an unknown one differs between two runs on zeros."""
        first, second = (fn(*(_zeros(spec, hint) for spec in specs)) for hint in _HINTS)
        return tree.map_structure(_spec, first, second)

    def stop_gradient(self, x: Slate) -> Slate:
        """Return `x`."""
        return x


def _zeros(spec: TensorSpec, hint: int) -> Slate:
    return slate(np.zeros([hint if size is None else size for size in spec.shape], dtype(spec.dtype)))


def _spec(one: Slate, other: Slate) -> TensorSpec:
    sizes = (size if size == twin else None for size, twin in zip(one.shape, other.shape, strict=True))
    return TensorSpec(tuple(sizes), one.dtype.name)
