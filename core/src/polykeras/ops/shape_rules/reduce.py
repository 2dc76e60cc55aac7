"""Rules of ops that fold axes: reductions and running totals."""

from __future__ import annotations

from typing import Any

from polykeras.backend.dtypes import standardize_dtype, sum_dtype
from polykeras.ops.dims import Size, product
from polykeras.ops.rule_error import RuleError
from polykeras.ops.shape_rules.spec import Axis, Spec, axis_index, axis_indices, show


def _reduced(x: Spec, axis: Axis, keepdims: bool) -> tuple[Size, ...]:
    gone = frozenset(axis_indices(axis, len(x.dims)))
    if keepdims:
        return tuple(1 if i in gone else size for i, size in enumerate(x.dims))
    return tuple(size for i, size in enumerate(x.dims) if i not in gone)


def reduce(x: Spec, axis: Axis = None, keepdims: bool = False) -> Spec:
    """Return `x` without `axis`, in its own dtype: mean, var, logsumexp and their like."""
    return Spec(_reduced(x, axis, keepdims), x.dtype)


def reduce_extreme(x: Spec, axis: Axis = None, keepdims: bool = False, initial: Any = None) -> Spec:
    """Return `x` without `axis`, in its own dtype, where no elements have no answer: max and min."""
    if initial is None:
        _check_elements(x, axis, ", or `initial`, the answer to no elements")
    return Spec(_reduced(x, axis, keepdims), x.dtype)


def _check_elements(x: Spec, axis: Axis, otherwise: str = "") -> None:
    """Refuse to fold an axis that is known to be empty; one of unknown size may be."""
    if any(x.dims[i] == 0 for i in axis_indices(axis, len(x.dims))):
        raise RuleError(
            "has no answer for no elements",
            f"axis {axis} of {show(x)}",
            f"axes of at least one element{otherwise}",
            "Check why the tensor is empty, or leave such tensors out.",
        )


def reduce_bool(x: Spec, axis: Axis = None, keepdims: bool = False) -> Spec:
    """Return `x` without `axis`, as booleans: all and any."""
    return Spec(_reduced(x, axis, keepdims), "bool")


def reduce_sum(x: Spec, axis: Axis = None, keepdims: bool = False, dtype: Any = None) -> Spec:
    """Return `x` without `axis`, in `dtype` or one wide enough to add up in: sum and prod."""
    return Spec(_reduced(x, axis, keepdims), sum_dtype(x.dtype) if dtype is None else standardize_dtype(dtype))


def reduce_arg(x: Spec, axis: int | None = None, keepdims: bool = False) -> Spec:
    """Return `x` without one axis, as int32 positions: argmax and argmin."""
    _check_elements(x, axis)
    return Spec(_reduced(x, axis, keepdims), "int32")


def count(x: Spec, axis: Axis = None) -> Spec:
    """Return `x` without `axis`, as int32 counts."""
    return Spec(_reduced(x, axis, keepdims=False), "int32")


def moments(x: Spec, axes: Axis, keepdims: bool = False, synchronized: bool = False) -> tuple[Spec, Spec]:
    """Return mean and variance over `axes`."""
    del synchronized
    one = reduce(x, axes, keepdims)
    return one, one


def cumulative(x: Spec, axis: int | None = None, dtype: Any = None) -> Spec:
    """Return running totals along `axis`, or along `x` made flat; booleans add up as int32."""
    own = "int32" if x.dtype == "bool" else x.dtype
    dtype = own if dtype is None else standardize_dtype(dtype)
    if axis is None:
        return Spec((product(x.dims),), dtype)
    axis_index(axis, len(x.dims))
    return Spec(x.dims, dtype)
