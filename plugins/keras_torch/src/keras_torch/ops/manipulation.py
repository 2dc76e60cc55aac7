"""Moving, joining, splitting and repeating axes on PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from keras_torch.ops.kinds import unsigned
from keras_torch.tensors import dtype_name
from polykeras.ops import shape_rules
from polykeras.ops.types import Axis


def _check(rule: Callable[..., Any], x: torch.Tensor, *rest: Any) -> Any:
    """Run a shape rule where PyTorch accepts what NumPy refuses; it raises the op's own error."""
    return shape_rules.infer(rule.__name__, rule, [shape_rules.Spec(tuple(x.shape), dtype_name(x.dtype)), *rest])


def reshape(x: torch.Tensor, newshape: Any) -> torch.Tensor:
    """Return `x` in another shape."""
    if not isinstance(newshape, int) and None in newshape:
        newshape = tuple(-1 if size is None else size for size in newshape)
    return x.reshape(newshape)


def transpose(x: torch.Tensor, axes: Sequence[int] | None = None) -> torch.Tensor:
    """Return `x` with its axes in another order."""
    return x.permute(tuple(range(x.dim() - 1, -1, -1)) if axes is None else tuple(axes))


def expand_dims(x: torch.Tensor, axis: int | Sequence[int]) -> torch.Tensor:
    """Return `x` with new axes."""
    if isinstance(axis, int):
        return x.unsqueeze(axis)
    sizes = _check(shape_rules.expand_dims, x, axis).dims
    return x.reshape(sizes)


def squeeze(x: torch.Tensor, axis: Axis = None) -> torch.Tensor:
    """Return `x` without axes of size 1; PyTorch itself keeps others without a word."""
    if axis is None:
        return x.squeeze()
    if isinstance(axis, int) and x.shape[axis] == 1:
        return x.squeeze(axis)
    return x.reshape(_check(shape_rules.squeeze, x, axis).dims)


def broadcast_to(x: torch.Tensor, shape: Any) -> torch.Tensor:
    """Return `x` stretched."""
    return x.expand((shape,) if isinstance(shape, int) else tuple(shape))


def concatenate(xs: Sequence[torch.Tensor], axis: int | None = 0) -> torch.Tensor:
    """Return tensors joined along an axis."""
    return torch.cat([x.reshape(-1) for x in xs]) if axis is None else torch.cat(xs, axis)


def split(x: torch.Tensor, indices_or_sections: Any, axis: int = 0) -> list[torch.Tensor]:
    """Return pieces of `x`."""
    if not isinstance(indices_or_sections, (int, np.integer)):
        cuts = [int(cut) for cut in indices_or_sections]
        return list(torch.tensor_split(x, cuts, axis))
    size, sections = x.size(axis), int(indices_or_sections)
    if sections <= 0 or size % sections:
        _check(shape_rules.split, x, sections, axis)
    return list(torch.chunk(x, sections, axis)) if size else [x] * sections


def unstack(x: torch.Tensor, num: int | None = None, axis: int = 0) -> list[torch.Tensor]:
    """Return the slices of `x` along an axis."""
    if num is not None and num != x.shape[axis]:
        _check(shape_rules.unstack, x, num, axis)
    return list(torch.unbind(x, axis))


def tile(x: torch.Tensor, repeats: Any) -> torch.Tensor:
    """Return `x` repeated as a whole."""
    return torch.tile(x, (repeats,) if isinstance(repeats, int) else tuple(int(one) for one in repeats))


def repeat(x: torch.Tensor, repeats: Any, axis: int | None = None) -> torch.Tensor:
    """Return `x` with each element repeated."""
    if isinstance(repeats, int):
        return torch.repeat_interleave(x, repeats, axis)
    counts = torch.as_tensor(repeats, dtype=torch.int64, device=x.device)
    return torch.repeat_interleave(x, counts, axis)


def pad(x: torch.Tensor, pad_width: Any, mode: str = "constant", constant_values: Any = None) -> torch.Tensor:
    """Return `x` with elements added around it; `torch.nn.functional.pad` knows other modes and ranks."""
    pairs = np.broadcast_to(np.asarray(pad_width, dtype=np.int64), (x.dim(), 2)).tolist()
    if mode != "constant":
        return _continued(x, pairs, mode)
    flat = [width for pair in reversed(pairs) for width in pair]
    return torch.nn.functional.pad(x, flat, value=0 if constant_values is None else constant_values)


def _continued(x: torch.Tensor, pairs: list[list[int]], mode: str) -> torch.Tensor:
    """Return `x` continued along each axis: NumPy says from which positions."""
    for axis, (before, after) in enumerate(pairs):
        if before or after:
            positions = np.pad(np.arange(x.shape[axis]), (before, after), mode)  # type: ignore[call-overload]
            x = torch.index_select(x, axis, torch.from_numpy(positions).to(x.device))
    return x


def flip(x: torch.Tensor, axis: Axis = None) -> torch.Tensor:
    """Return `x` reversed along axes."""
    if axis is None:
        return torch.flip(x, tuple(range(x.dim())))
    return torch.flip(x, (axis,) if isinstance(axis, int) else tuple(axis))


def roll(x: torch.Tensor, shift: Any, axis: Axis = None) -> torch.Tensor:
    """Return `x` moved along axes, one shift for each or one for all."""
    if axis is None or (isinstance(axis, int) and isinstance(shift, int)):
        return torch.roll(x, shift, axis)
    shifts, axes = np.broadcast_arrays(shift, axis)
    for distance, one in zip(shifts.ravel().tolist(), axes.ravel().tolist(), strict=True):
        x = torch.roll(x, distance, one)
    return x


def hstack(xs: Sequence[torch.Tensor]) -> torch.Tensor:
    """Return tensors side by side."""
    return torch.hstack(list(xs))


def vstack(xs: Sequence[torch.Tensor]) -> torch.Tensor:
    """Return tensors one below the other."""
    return torch.vstack(list(xs))


NATIVES: dict[str, Callable[..., Any]] = {
    "broadcast_to": broadcast_to,
    "concatenate": concatenate,
    "expand_dims": expand_dims,
    "flip": unsigned(flip),
    "hstack": hstack,
    "moveaxis": torch.movedim,
    "pad": unsigned(pad),
    "ravel": torch.ravel,
    "repeat": unsigned(repeat),
    "reshape": reshape,
    "roll": unsigned(roll),
    "rot90": unsigned(torch.rot90),
    "split": split,
    "squeeze": squeeze,
    "stack": torch.stack,
    "swapaxes": torch.swapaxes,
    "tile": tile,
    "transpose": transpose,
    "unstack": unstack,
    "vstack": vstack,
}
