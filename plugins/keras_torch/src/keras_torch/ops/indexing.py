"""Picking and replacing elements by position on PyTorch.

PyTorch wants int64 positions, no negative steps, and negative positions only in ``x[key]``; a position
outside of the tensor raises on the CPU.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from keras_torch.ops.kinds import UNSIGNED, narrowed, unsigned, widen

_REDUCTIONS = {"max": "amax", "min": "amin", "mul": "prod"}


def get_item(x: torch.Tensor, key: Any) -> torch.Tensor:
    """Return ``x[key]``; slices with negative steps are taken forwards and turned over."""
    items = key if type(key) is tuple else (key,)
    if all(type(item) is int or item is Ellipsis or item is None for item in items):
        return x[key]
    items = tuple(_index(item, x.device) for item in items)
    if any(isinstance(item, slice) and item.step is not None and item.step < 0 for item in items):
        turned, items = _forwards(widen(x), items)
        x = narrowed(turned, x.dtype)
    if not any(isinstance(item, torch.Tensor) for item in items):
        return x[items]
    if any(isinstance(item, torch.Tensor) and item.dim() > 0 for item in items):
        # To NumPy an int beside a tensor is a tensor too, which decides where the new axes stand.
        items = tuple(torch.tensor([item], device=x.device) if type(item) is int else item for item in items)
    return narrowed(widen(x)[items], x.dtype)


def _index(item: Any, device: torch.device) -> Any:
    """Return an index in a form that PyTorch takes."""
    item = getattr(item, "value", item)  # a variable gives its tensor
    if isinstance(item, torch.Tensor):
        return item if item.dtype is torch.bool else item.to(torch.int64)
    if isinstance(item, (list, tuple, np.ndarray)):
        array = np.asarray(item)
        return torch.as_tensor(array if array.dtype == bool else array.astype(np.int64), device=device)
    if isinstance(item, slice):
        return slice(*(None if bound is None else int(bound) for bound in (item.start, item.stop, item.step)))
    return item


def _forwards(x: torch.Tensor, items: tuple[Any, ...]) -> tuple[torch.Tensor, tuple[Any, ...]]:
    """Return `x` with the axes reversed that are sliced backwards, and slices that run forwards there."""
    result = []
    used = sum(_axes(item) for item in items)
    axis = 0
    for item in items:
        if item is Ellipsis:
            axis += x.dim() - used
        elif isinstance(item, slice) and item.step is not None and item.step < 0:
            start, stop, step = item.indices(x.shape[axis])
            last = x.shape[axis] - 1
            x = torch.flip(x, (axis,))
            result.append(slice(last - start, last - stop, -step))
            axis += 1
            continue
        axis += _axes(item)
        result.append(item)
    return x, tuple(result)


def _axes(item: Any) -> int:
    if item is None or item is Ellipsis:
        return 0
    return item.dim() if isinstance(item, torch.Tensor) and item.dtype is torch.bool else 1


def _positions(indices: torch.Tensor, size: int) -> torch.Tensor:
    """Return positions as int64, negative ones counted from the end."""
    wide = indices if indices.dtype is torch.int64 else indices.to(torch.int64)
    return (
        wide if indices.dtype in UNSIGNED or indices.dtype is torch.uint8 else torch.where(wide < 0, wide + size, wide)
    )


def take(x: torch.Tensor, indices: torch.Tensor, axis: int | None = None) -> torch.Tensor:
    """Return the slices of `x` at `indices`."""
    if axis is None:
        x, axis = x.reshape(-1), 0
    axis = range(x.dim())[axis]
    if indices.dim() and not x.requires_grad:
        return x[(slice(None),) * axis + (indices,)] if axis else x[indices]
    # The gradient of a selection is a sum over slices, that of indexing one over elements.
    flat = _positions(indices, x.shape[axis]).reshape(-1)
    taken = torch.index_select(x, axis, flat)
    return taken if indices.dim() == 1 else taken.reshape(x.shape[:axis] + indices.shape + x.shape[axis + 1 :])


def take_along_axis(x: torch.Tensor, indices: torch.Tensor, axis: int | None = None) -> torch.Tensor:
    """Return the elements of `x` at `indices` along an axis."""
    if axis is None:
        x, axis = x.reshape(-1), 0
    return torch.take_along_dim(x, _positions(indices, x.shape[axis]), axis)


def slice_block(inputs: torch.Tensor, start_indices: Any, shape: Any) -> torch.Tensor:
    """Return a block of `shape`."""
    for axis, (start, size) in enumerate(zip(_starts(start_indices), shape, strict=True)):
        inputs = torch.narrow(inputs, axis, start, inputs.shape[axis] - start if size == -1 else size)
    return inputs


def _starts(start_indices: Any) -> list[int]:
    """Return where a block begins, as ints: PyTorch's views need them."""
    whole = getattr(start_indices, "value", start_indices)
    if isinstance(whole, (torch.Tensor, np.ndarray)):
        return [int(start) for start in whole.tolist()]
    return [int(getattr(start, "value", start)) for start in whole]


def slice_update(inputs: torch.Tensor, start_indices: Any, updates: torch.Tensor) -> torch.Tensor:
    """Return a copy with one block replaced."""
    result = inputs.clone()
    block = slice_block(result, start_indices, updates.shape)
    block.copy_(updates)
    return result


def scatter_update(
    inputs: torch.Tensor, indices: torch.Tensor, updates: torch.Tensor, reduction: str | None = None
) -> torch.Tensor:
    """Return a copy with elements replaced, or combined by `reduction`."""
    own, inputs = inputs.dtype, widen(inputs)
    updates = updates.to(inputs.dtype)
    if reduction in {None, "add"}:
        positions = indices.to(torch.int64).unbind(-1)
        return narrowed(inputs.index_put(positions, updates, accumulate=reduction == "add"), own)
    if reduction not in _REDUCTIONS:
        raise ValueError(
            f"`scatter_update` has no such reduction.\nReceived: reduction={reduction!r}.\n"
            "Allowed: None, 'add', 'max', 'min', 'mul'.\nCorrect `reduction`."
        )
    depth = indices.shape[-1]
    rows = inputs.reshape((math.prod(inputs.shape[:depth]), -1))
    row = _row_numbers(indices, inputs.shape[:depth]).reshape(-1, 1)
    values = updates.reshape((row.shape[0], rows.shape[1]))
    reduced = rows.scatter_reduce(0, row.expand_as(values), values, _REDUCTIONS[reduction])
    return narrowed(reduced.reshape(inputs.shape), own)


def _row_numbers(indices: torch.Tensor, sizes: torch.Size) -> torch.Tensor:
    """Return positions along several axes as positions along one that joins them."""
    row = torch.zeros(indices.shape[:-1], dtype=torch.int64, device=indices.device)
    for axis, size in enumerate(sizes):
        row = row * size + _positions(indices[..., axis], size)
    return row


def nonzero(x: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """Return the positions of elements that are not zero."""
    return tuple(one.to(torch.int32) for one in torch.nonzero(x != 0, as_tuple=True))


def searchsorted(sorted_sequence: torch.Tensor, values: torch.Tensor, side: str = "left") -> torch.Tensor:
    """Return where values belong in an ascending sequence."""
    sequence, values = widen(sorted_sequence).contiguous(), widen(values).contiguous()
    if not values.dtype.is_floating_point:
        return torch.searchsorted(sequence, values, side=side, out_int32=True)
    # nan lies behind all numbers; PyTorch, which compares with it, would look for them behind it.
    lost = torch.isnan(sequence)
    numbers = (lost.numel() - torch.sum(lost)).to(torch.int32)
    found = torch.searchsorted(torch.where(lost, math.inf, sequence), values, side=side, out_int32=True)
    of_nan = numbers if side == "left" else lost.numel()
    return torch.where(torch.isnan(values), of_nan, torch.minimum(found, numbers)).to(torch.int32)


NATIVES: dict[str, Callable[..., Any]] = {
    "diagonal": torch.diagonal,
    "get_item": get_item,
    "nonzero": nonzero,
    "scatter_update": scatter_update,
    "searchsorted": searchsorted,
    "slice": slice_block,
    "slice_update": slice_update,
    "take": unsigned(take),
    "take_along_axis": unsigned(take_along_axis),
}
