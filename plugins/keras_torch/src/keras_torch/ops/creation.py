"""Tensors out of shapes and numbers on PyTorch, made on the default device."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from keras_torch.ops.kinds import UNSIGNED, kind, unsigned
from keras_torch.tensors import device
from polykeras.backend import dtypes


def zeros(shape: Any, dtype: Any = None) -> torch.Tensor:
    """Return zeros."""
    return torch.zeros(shape, dtype=kind(dtype), device=device())


def ones(shape: Any, dtype: Any = None) -> torch.Tensor:
    """Return ones."""
    return torch.ones(shape, dtype=kind(dtype), device=device())


def full(shape: Any, fill_value: Any, dtype: Any = None) -> torch.Tensor:
    """Return one value everywhere; an array or tensor of values broadcasts."""
    sizes = (shape,) if isinstance(shape, int) else tuple(shape)
    if isinstance(fill_value, (bool, int, float)):
        return torch.full(sizes, fill_value, dtype=kind(dtype), device=device())
    value = getattr(fill_value, "value", fill_value)  # a variable gives its tensor
    return torch.as_tensor(value, dtype=kind(dtype), device=device()).expand(sizes).clone()


def zeros_like(x: torch.Tensor, dtype: Any = None) -> torch.Tensor:
    """Return zeros in the shape of `x`, on its device."""
    return torch.zeros_like(x, dtype=None if dtype is None else kind(dtype))


def ones_like(x: torch.Tensor, dtype: Any = None) -> torch.Tensor:
    """Return ones in the shape of `x`, on its device."""
    return torch.ones_like(x, dtype=None if dtype is None else kind(dtype))


def arange(start: Any, stop: Any = None, step: Any = None, dtype: Any = None) -> torch.Tensor:
    """Return a range of numbers."""
    bounds = [bound for bound in (start, stop, step) if bound is not None]
    name = dtypes.result_type(*map(_bound_dtype, bounds)) if dtype is None else dtype
    first, last = (0, start) if stop is None else (start, stop)
    by = 1 if step is None else step
    first, last, by = (getattr(bound, "value", bound) for bound in (first, last, by))
    if (last - first) * by <= 0:
        # PyTorch refuses a range that runs away from its end; NumPy calls it empty.
        return torch.zeros((0,), dtype=kind(name), device=device())
    target = kind(name)
    wide = torch.int64 if target in UNSIGNED else target
    return torch.arange(first, last, by, dtype=wide, device=device()).to(target)


def _bound_dtype(bound: Any) -> Any:
    return bound.dtype if hasattr(bound, "dtype") else type(bound)


def eye(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> torch.Tensor:  # noqa: N803 - the op's own
    """Return ones on diagonal `k`."""
    columns = N if M is None else M
    if k == 0 and kind(dtype) not in UNSIGNED:
        return torch.eye(N, columns, dtype=kind(dtype), device=device())
    row = torch.arange(N, device=device()).unsqueeze(1)
    return (torch.arange(columns, device=device()) == row + k).to(kind(dtype))


NATIVES: dict[str, Callable[..., Any]] = {
    "arange": arange,
    "eye": eye,
    "full": full,
    "ones": ones,
    "ones_like": ones_like,
    "tril": unsigned(torch.tril),
    "triu": unsigned(torch.triu),
    "zeros": zeros,
    "zeros_like": zeros_like,
}
