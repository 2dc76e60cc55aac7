"""Which backend a value belongs to, so that a function takes tensors of any backend and gives back the same kind."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from polykeras.backend import current
from polykeras.backend.resolved import Backend, resolved_backends
from polykeras.ops.keras_tensor import KerasTensor


def owner(x: Any) -> Backend | None:
    """Return the backend that `x` is a tensor of, or ``None`` for host data and symbolic tensors.

    Host data never make a framework load: a tensor exists only of a backend that was resolved.
    """
    return next((backend for backend in resolved_backends() if backend.tensors.is_tensor(x)), None)


def is_tensor_like(x: Any) -> bool:
    """Return whether `x` is symbolic, a variable, or a tensor of any backend."""
    return isinstance(x, KerasTensor) or getattr(type(x), "_polykeras_variable", False) or owner(x) is not None


def at_owner(x: Any) -> AbstractContextManager[object]:
    """Return a context in which ops run on the backend that `x` is a tensor of."""
    backend = owner(x)
    return nullcontext() if backend is None else current.override(backend)
