"""Rules of ops that pick or replace elements by position."""

from __future__ import annotations

from typing import Any

from polykeras.backend.config import floatx
from polykeras.backend.dtypes import standardize_dtype
from polykeras.ops.dims import Dim, Size, known, product
from polykeras.ops.rule_error import RuleError
from polykeras.ops.shape_rules.elementwise import broadcast_dims
from polykeras.ops.shape_rules.spec import Spec, as_dims, as_size, axis_index, axis_indices, is_symbolic, show


def take(x: Spec, indices: Spec, axis: int | None = None) -> Spec:
    """Return `x` with `axis` replaced by the axes of `indices`; ``None`` takes from `x` made flat."""
    if axis is None:
        return Spec(indices.dims, x.dtype)
    at = axis_index(axis, len(x.dims))
    return Spec(x.dims[:at] + indices.dims + x.dims[at + 1 :], x.dtype)


def take_along_axis(x: Spec, indices: Spec, axis: int | None = None) -> Spec:
    """Return elements of `x` at `indices` along `axis`; the other axes broadcast."""
    if axis is None:
        x, axis = Spec((product(x.dims),), x.dtype), 0
    if len(indices.dims) != len(x.dims):
        raise RuleError(
            "needs indices with as many axes as the tensor",
            show(x, indices),
            f"indices with {len(x.dims)} axes",
            "Insert axes with `ops.expand_dims`.",
        )
    at = axis_index(axis, len(x.dims))
    others = broadcast_dims(x.dims[:at] + x.dims[at + 1 :], indices.dims[:at] + indices.dims[at + 1 :])
    return Spec((*others[:at], indices.dims[at], *others[at:]), x.dtype)


def slice_block(inputs: Spec, start_indices: Any, shape: Any) -> Spec:
    """Return a block of `shape` cut out at `start_indices`; -1 is the rest of an axis (for ``ops.slice``)."""
    entries = tuple(as_size(entry) for entry in shape)
    starts = (None,) * len(entries) if is_symbolic(start_indices) else tuple(start_indices)
    if len(entries) == len(starts) == len(inputs.dims):
        entries = tuple(map(_resolved, entries, inputs.dims, starts))
    _check_block(inputs, Spec(as_dims(entries), inputs.dtype))
    return Spec(entries, inputs.dtype)


def _resolved(entry: Size, size: Size, start: Any) -> Size:
    """Return one size of a block, with -1 replaced by what lies behind `start`."""
    if entry != -1:
        return entry
    return Dim.fresh("rest") if start is None or is_symbolic(start) else size - as_size(start)


def _check_block(inputs: Spec, block: Spec) -> None:
    pairs = list(zip(inputs.dims, block.dims, strict=False))
    if len(block.dims) != len(inputs.dims) or any(known(room := a - b) and room < 0 for a, b in pairs):
        raise RuleError(
            "needs a block that fits inside the tensor",
            f"a tensor of {show(inputs)}, a block of {show(block)}",
            "as many axes as the tensor, none longer",
            "Check the shape of the block.",
        )


def slice_update(inputs: Spec, start_indices: Any, updates: Spec) -> Spec:
    """Return `inputs` with the block `updates` written at `start_indices`."""
    del start_indices
    _check_block(inputs, updates)
    return inputs


def scatter(indices: Spec, values: Spec, shape: Any) -> Spec:
    """Return zeros of `shape` with `values` added at `indices`, ``(*n, k)`` for the first k axes."""
    return scatter_update(Spec(as_dims(shape), values.dtype), indices, values)


def scatter_update(inputs: Spec, indices: Spec, updates: Spec, reduction: str | None = None) -> Spec:
    """Return `inputs` with `updates` written at `indices`, ``(*n, k)`` for the first k axes."""
    del reduction
    depth = indices.dims[-1] if indices.dims else 0
    if not known(depth):
        return inputs
    expected = indices.dims[:-1] + inputs.dims[depth:]
    differ = any(known(gap := a - b) and gap != 0 for a, b in zip(expected, updates.dims, strict=False))
    if not 0 < depth <= len(inputs.dims) or len(expected) != len(updates.dims) or differ:
        raise RuleError(
            "cannot place its updates",
            f"a tensor of {show(inputs)}, indices of {show(indices)}, updates of {show(updates)}",
            "indices (*n, k), where k counts indexed axes, and updates (*n, *the axes left)",
            "Give indices a last axis, of one index per indexed axis.",
        )
    return inputs


def one_hot(x: Spec, num_classes: Any, axis: int = -1, dtype: Any = None, sparse: bool = False) -> Spec:
    """Return `x` with an axis of `num_classes` inserted at `axis`, in `dtype` or floatx."""
    del sparse
    at = axis_index(axis, len(x.dims) + 1)
    (classes,) = as_dims(num_classes)
    return Spec((*x.dims[:at], classes, *x.dims[at:]), standardize_dtype(dtype, floatx()))


def top_k(x: Spec, k: int, sorted: bool = True) -> tuple[Spec, Spec]:
    """Return the `k` largest along the last axis, and their int32 positions."""
    del sorted
    if not x.dims or (known(x.dims[-1]) and known(k) and not 0 <= k <= x.dims[-1]):
        raise RuleError(
            "cannot take that many elements", f"k={k} of {show(x)}", "0 to the size of the last axis", "Lower `k`."
        )
    dims = (*x.dims[:-1], as_size(k))
    return Spec(dims, x.dtype), Spec(dims, "int32")


def sort(x: Spec, axis: int | None = -1) -> Spec:
    """Return the shape of `x`; ``axis=None`` sorts it flat."""
    if axis is None:
        return Spec((product(x.dims),), x.dtype)
    axis_index(axis, len(x.dims))
    return x


def argsort(x: Spec, axis: int | None = -1) -> Spec:
    """Return the shape that `sort` gives, as int32 positions."""
    return Spec(sort(x, axis).dims, "int32")


def diagonal(x: Spec, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Spec:
    """Return `x` without two axes, and their diagonal as the last one."""
    rows, columns = axis_indices((axis1, axis2), len(x.dims))
    n, m = x.dims[rows], x.dims[columns]
    rest = tuple(size for i, size in enumerate(x.dims) if i not in {rows, columns})
    length: Size
    if known(n) and known(m):
        length = max(0, min(n, m - offset) if offset >= 0 else min(n + offset, m))
    else:
        length = n if n == m and offset == 0 else Dim.fresh("diagonal")
    return Spec((*rest, length), x.dtype)


def searchsorted(sorted_sequence: Spec, values: Spec, side: str = "left") -> Spec:
    """Return the shape of `values` as int32 positions; the sequence has one axis."""
    if len(sorted_sequence.dims) != 1:
        raise RuleError("searches a sequence of one axis", show(sorted_sequence), "one axis", "Search row by row.")
    if side not in {"left", "right"}:
        raise RuleError("has no such side", f"side={side!r}", "'left' or 'right'", "Correct `side`.")
    return Spec(values.dims, "int32")
