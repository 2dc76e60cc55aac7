"""Gradients, the step and abstract evaluation on PyTorch."""

from __future__ import annotations

import sys
import threading
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.fx.experimental.symbolic_shapes import DimDynamic, ShapeEnv, StatelessSymbolicContext

from keras_torch.capture import CapturedStep, NotCapturedError
from keras_torch.tensors import device, dtype, dtype_name
from polykeras import tree
from polykeras.plugins import TensorSpec


class _Depth(threading.local):
    value = 0


_depth = _Depth()
_HINT = 7


class TorchTraining:
    """Training provider for PyTorch."""

    def value_and_grad(
        self, fn: Callable[..., tuple[Any, Any]], tensors: Sequence[torch.Tensor]
    ) -> tuple[tuple[Any, Any], list[torch.Tensor | None]]:
        """Return ``((scalar, aux), gradients)`` of ``fn(*tensors)``; ``None`` where unconnected."""
        nested = _depth.value > 0
        recorded = torch.is_grad_enabled()
        _depth.value += 1
        try:
            with torch.enable_grad():
                leaves = [_leaf(tensor) for tensor in tensors]
                loss, aux = fn(*leaves)
                gradients: Sequence[torch.Tensor | None] = (
                    torch.autograd.grad(loss, leaves, allow_unused=True, create_graph=nested)
                    if leaves and loss.requires_grad
                    else (None,) * len(leaves)
                )
        finally:
            _depth.value -= 1
        if nested:
            return (loss, aux), list(gradients)
        # The graph ends here: what a caller that records does with the results records nothing more.
        return (loss.detach(), _constant(aux) if recorded else aux), list(gradients)

    def compile_step(
        self,
        step: Callable[[Any], Any],
        variables: Sequence[Any],
        *,
        jit: bool | None,
        eager: bool = False,
        own_gradients: bool = False,
    ) -> Callable[[Any], Any]:
        """Return `step` without gradient recording, as one graph under `torch.compile` when `jit` is true."""
        for variable in variables:
            variable.store_handle  # noqa: B018 - makes the value now, not inside a compiled graph
        run = CompiledStep(step, variables) if jit and not eager else step

        def without_recording(batch: Any) -> Any:
            # Only `value_and_grad` records; metrics and updates must not grow a graph.
            with torch.no_grad():
                return run(batch)

        def with_recording(batch: Any) -> Any:
            # For `loss.backward()` in a user's step.
            if torch.is_grad_enabled():
                return _constant(run(batch))
            with torch.enable_grad():
                return _constant(run(batch))

        return with_recording if own_gradients else without_recording

    def clear_caches(self) -> None:
        """Drop what `torch.compile` has compiled, if it was used at all: loading it takes seconds."""
        if "torch._dynamo" in sys.modules:
            torch._dynamo.reset()

    def abstract_eval(self, fn: Callable[..., Any], specs: Sequence[TensorSpec]) -> Any:
        """Return the shapes that `fn` would give; sizes that depend on unknown ones are ``None``."""
        environment = ShapeEnv()
        mode = FakeTensorMode(shape_env=environment, allow_non_fake_inputs=True)
        fakes = [_fake(mode, spec) for spec in specs]
        with mode, torch.no_grad():
            result = fn(*fakes)
        # A guard that fixed an unknown size to its hint makes every size of that result doubtful.
        guarded = bool(environment.replacements) or bool(environment.guards)
        return tree.map_structure(lambda leaf: _spec(leaf, guarded=guarded), result)

    def stop_gradient(self, x: torch.Tensor) -> torch.Tensor:
        """Return `x` detached."""
        return x.detach()


class CompiledStep:
    """A step as one compiled graph; where it cannot be one, as the pieces that `torch.compile` makes of it."""

    def __init__(self, step: Callable[[Any], Any], variables: Sequence[Any]) -> None:
        self._step = step
        self._run: Callable[[Any], Any] = CapturedStep(step, variables)

    def __call__(self, batch: Any) -> Any:
        """Run one step and return its output."""
        try:
            return self._run(batch)
        except NotCapturedError as error:
            warnings.warn(
                f"The step cannot become one graph, so PyTorch compiles it in pieces.\nReceived: {error}\n"
                "Allowed: steps whose Python code asks for no values of tensors.\n"
                "Use `ops.cond` and `ops.where`, or pass `jit_compile=False` to `compile`.",
                stacklevel=2,
            )
        self._run = torch.compile(self._step)
        return self._run(batch)


def _constant(structure: Any) -> Any:
    """Return a structure of tensors cut off from the gradients; what has none is left as it is."""
    # At every step, over three leaves or so: walking them here takes a third of what a general walk does.
    kind = type(structure)
    if kind is torch.Tensor:
        return structure.detach() if structure.requires_grad else structure
    if kind is tuple or kind is list:
        return kind([_constant(item) for item in structure])
    if kind is dict:
        return {key: _constant(item) for key, item in structure.items()}
    return structure if structure is None else tree.map_structure(_detached, structure)


def _detached(leaf: Any) -> Any:
    return leaf.detach() if isinstance(leaf, torch.Tensor) else leaf


def _leaf(tensor: torch.Tensor) -> torch.Tensor:
    """Return what stands for `tensor` in the graph of the inner function.

    A parameter stands for itself. A tensor of an enclosing graph is viewed, so that only its use as an
    argument is differentiated while the outer gradient still flows through.
    """
    if tensor.requires_grad:
        return tensor if tensor.is_leaf else tensor.view_as(tensor)
    return tensor.detach().requires_grad_()


def _fake(mode: FakeTensorMode, spec: TensorSpec) -> Any:
    sizes = [_HINT if size is None else size for size in spec.shape]
    kinds = [DimDynamic.DYNAMIC if size is None else DimDynamic.STATIC for size in spec.shape]
    real = torch.empty(sizes, dtype=dtype(spec.dtype), device="meta")
    fake = mode.from_tensor(real, symbolic_context=StatelessSymbolicContext(dynamic_sizes=kinds))
    with mode:  # on the device of the tensors that `fn` makes itself, or it could not combine the two
        return torch.empty_like(fake, device=device())


def _spec(leaf: Any, *, guarded: bool) -> Any:
    if not isinstance(leaf, torch.Tensor):
        return leaf
    shape = tuple(None if isinstance(size, torch.SymInt) or guarded else int(size) for size in leaf.shape)
    return TensorSpec(shape, dtype_name(leaf.dtype))
