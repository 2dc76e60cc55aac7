"""The rule of ``x[key]``: NumPy's indexing, basic and with integer or boolean tensors."""

from __future__ import annotations

import operator
from typing import Any, NoReturn

from polykeras.ops.dims import Dim, Size, known
from polykeras.ops.rule_error import RuleError, RuleIndexError
from polykeras.ops.shape_rules.elementwise import broadcast_dims
from polykeras.ops.shape_rules.spec import Spec, agree_all, is_symbolic, show


def get_item(x: Spec, key: Any) -> Spec:
    """Return the shape of ``x[key]``.

    Args:
        x: The tensor indexed.
        key: Ints, slices, ``None``, ``...``, integer or boolean tensors (a `Spec` each, or anything
            with shape and dtype) and nested lists, alone or in a tuple.

    Raises:
        RuleIndexError: An int is outside of an axis of known size.
        RuleError: There are more indices than axes, or one is of another kind.
    """
    items = [_item(item) for item in (key if type(key) is tuple else (key,))]
    consumed = sum(_axes_consumed(item) for item in items)
    ellipses = sum(item is Ellipsis for item in items)
    spare = len(x.dims) - consumed
    if spare < 0 or ellipses > 1:
        _refuse(x, key, f"at most {len(x.dims)} indices and one ellipsis")
    if not ellipses:
        items.append(Ellipsis)
    return Spec(_select(x, key, items, spare), x.dtype)


def _item(item: Any) -> Any:
    """Return an index as an int, slice, ``None``, ``...`` or `Spec`."""
    if item is None or item is Ellipsis or isinstance(item, (slice, Spec)):
        return item
    if is_symbolic(item):
        return Spec(item.dims, item.dtype)
    if isinstance(item, bool):
        return Spec((), "bool")
    if isinstance(item, (list, tuple)):
        return _listed(item)
    dtype = getattr(item, "dtype", None)
    shape = getattr(item, "shape", None)
    if dtype is not None and shape is not None and not (shape == () and hasattr(item, "__index__")):
        name = str(dtype).rsplit(".", maxsplit=1)[-1]
        return Spec(tuple(shape), name)
    return item


def _listed(item: Any) -> Spec:
    dims = []
    inner = item
    while isinstance(inner, (list, tuple)):
        dims.append(len(inner))
        inner = inner[0] if inner else 0
    return Spec(tuple(dims), "bool" if isinstance(inner, bool) else "int32")


def _axes_consumed(item: Any) -> int:
    if item is None or item is Ellipsis:
        return 0
    return len(item.dims) if isinstance(item, Spec) and item.dtype == "bool" else 1


def _select(x: Spec, key: Any, items: list[Any], spare: int) -> tuple[Size, ...]:
    # Tensors among the indices broadcast together; their axes stand where they stood if they are
    # neighbours, else in front. An int beside a tensor counts as one of them.
    advanced = any(isinstance(item, Spec) for item in items)
    dims: list[Size] = []
    shapes: list[tuple[Size, ...]] = []
    place: int | None = None
    last = -1
    axis = 0
    for position, item in enumerate(items):
        if item is Ellipsis:
            dims += x.dims[axis : axis + spare]
            axis += spare
            continue
        if item is None:
            dims.append(1)
            continue
        if isinstance(item, slice):
            dims.append(_sliced(x.dims[axis], item))
        else:
            shapes.append(_indexed(x, key, axis, item))
            if advanced:
                place = len(dims) if place is None else place if last == position - 1 else 0
                last = position
        axis += _axes_consumed(item)
    at = place or 0
    return (*dims[:at], *(broadcast_dims(*shapes) if advanced else ()), *dims[at:])


def _indexed(x: Spec, key: Any, axis: int, item: Any) -> tuple[Size, ...]:
    """Return the shape that an int or a tensor of indices brings to the result."""
    if isinstance(item, Spec):
        if item.dtype == "bool":
            covered = x.dims[axis : axis + len(item.dims)]
            agree_all(zip(item.dims, covered, strict=True), "needs a mask of the shape it masks", show(x, item))
            return (Dim.fresh("masked"),)
        if "int" not in item.dtype:
            _refuse(x, key, "integer or boolean tensors")
        return item.dims
    size = x.dims[axis]
    if not known(item):
        return ()
    try:
        index = operator.index(item)
    except TypeError:
        _refuse(x, key, "ints, slices, None, ..., and integer or boolean tensors")
    if known(size) and not -size <= index < size:
        raise RuleIndexError(
            "cannot take this index",
            f"index {index} on axis {axis} of {show(x)}",
            f"{-size} to {size - 1}",
            "Check the index against the size of the axis.",
        )
    return ()


def _sliced(size: Size, item: slice) -> Size:
    """Return how many elements a slice takes from an axis; unknown unless the bounds tell."""
    start, stop, step = item.start, item.stop, 1 if item.step is None else item.step
    if step == 0:
        raise RuleError(
            "cannot slice in steps of 0", f"{item}", "any other step", "Leave the step out, or use 1 or -1."
        )
    numbers = [bound for bound in (start, stop, step) if bound is not None]
    static = all(_is_static(bound) for bound in numbers)
    if static and known(size):
        return len(range(*item.indices(size)))
    if _is_static(step):
        step = operator.index(step)
        if _is_whole(start, stop, step, size):
            return (size + (abs(step) - 1)) // abs(step)
        if static and _is_empty(start, stop, step):
            return 0
    return Dim.fresh("sliced")


def _is_static(bound: Any) -> bool:
    return known(bound) and not is_symbolic(bound) and hasattr(bound, "__index__")


def _is_whole(start: Any, stop: Any, step: int, size: Size) -> bool:
    """Return whether a slice spans its axis from end to end."""
    if step < 0:
        return start is None and stop is None
    return (start is None or _is_int(start, 0)) and (stop is None or (isinstance(stop, Dim) and stop == size))


def _is_int(bound: Any, value: int) -> bool:
    return isinstance(bound, int) and bound == value


def _is_empty(start: Any, stop: Any, step: int) -> bool:
    """Return whether a slice is empty on an axis of any size."""
    if start is None or stop is None or (start < 0) != (stop < 0):
        return step > 0 and stop == 0
    return bool(start >= stop if step > 0 else start <= stop)


def _refuse(x: Spec, key: Any, allowed: str) -> NoReturn:
    raise RuleError("cannot be indexed this way", f"{key!r} for {show(x)}", allowed, "Correct the index.")
