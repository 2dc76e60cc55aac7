"""Whole steps as one graph: forward, loss, gradients, optimizer and metrics, for `torch.compile`.

Promises: a step is traced once per structure, shapes and dtypes of its batch, as on the other frameworks that
compile, and the graph goes to ``torch.compile(fullgraph=True)``, so nothing of Polykeras runs between its kernels
and nothing compiles again. State is written into the tensors that hold it, at the graph's end.
Refuses: a step whose Python code asks for the value of a tensor, which no graph can hold; the caller is told, and
no variable has changed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch._subclasses.fake_tensor import DataDependentOutputException
from torch.fx.experimental.proxy_tensor import make_fx

from polykeras import tree
from polykeras.state.functional import functionalize


class NotCapturedError(RuntimeError):
    """A step cannot become one graph; its message says why."""


class _Here(threading.local):
    capturing = False


_here = _Here()


def in_graph() -> bool:
    """Return whether what runs is being recorded, so that no tensor has a value to ask for."""
    return _here.capturing or torch.compiler.is_compiling()


@contextmanager
def _capturing() -> Iterator[None]:
    before, _here.capturing = _here.capturing, True
    try:
        yield
    finally:
        _here.capturing = before


class CapturedStep:
    """A step that runs as one compiled graph.

    Args:
        step: Function of a batch that reads and writes variables.
        variables: Every variable that it may touch, their values made.
    """

    def __init__(self, step: Callable[[Any], Any], variables: Sequence[Any]) -> None:
        self._pure = functionalize(step, variables)
        self._variables = list(variables)
        self._runs: dict[Any, tuple[Callable[..., Any], Any]] = {}

    def __call__(self, batch: Any) -> Any:
        """Run one step and return its output.

        Raises:
            NotCapturedError: If the step cannot become one graph.
        """
        leaves, structure = tree.flatten_with_spec(batch)
        key = structure, tuple(map(_kind, leaves))
        tensors = [leaf for leaf in leaves if isinstance(leaf, torch.Tensor)]
        state = [variable.store_handle.detach() for variable in self._variables]
        if key not in self._runs:
            self._runs[key] = self._captured(state, leaves, structure, tensors)
        run, form = self._runs[key]
        return tree.unflatten(form, run(*state, *tensors))

    def _captured(
        self, state: list[Any], leaves: list[Any], structure: Any, tensors: list[Any]
    ) -> tuple[Callable[..., Any], Any]:
        """Return the compiled graph for batches like this one, and the structure of what it returns."""
        forms: list[Any] = []

        def whole(*values: Any) -> list[Any]:
            held, given = list(values[: len(state)]), iter(values[len(state) :])
            batch = tree.unflatten(
                structure, [next(given) if isinstance(leaf, torch.Tensor) else leaf for leaf in leaves]
            )
            update, output = self._pure(held, batch)
            indices = range(len(held)) if update.indices is None else update.indices
            returned, form = tree.flatten_with_spec(output)
            forms[:] = [form]
            # Nothing that is still to be read may lie in memory that is written from here on.
            taken = {_memory(value) for value in held}
            returned, new = ([_apart(one, taken) for one in some] for some in (returned, update.values))
            for index, value in zip(indices, new, strict=True):
                held[index].copy_(value)
            return returned

        try:
            with _capturing(), torch.no_grad():
                # Fake tensors have no values: what asks for one fails here, and is not frozen into the graph.
                graph = make_fx(whole, tracing_mode="fake", _allow_non_fake_inputs=True)(*state, *tensors)
        except (RuntimeError, DataDependentOutputException) as error:
            raise NotCapturedError(str(error).strip().splitlines()[0]) from error
        return torch.compile(graph, fullgraph=True, dynamic=False), forms[0]


def _memory(tensor: torch.Tensor) -> int:
    address: int = tensor.untyped_storage()._cdata
    return address


def _apart(leaf: Any, taken: set[int]) -> Any:
    """Return a tensor, or a copy of it where its memory is one of `taken`."""
    return leaf.clone() if isinstance(leaf, torch.Tensor) and _memory(leaf) in taken else leaf


def _kind(leaf: Any) -> Any:
    if isinstance(leaf, torch.Tensor):
        return leaf.shape, leaf.dtype, leaf.device
    return leaf
