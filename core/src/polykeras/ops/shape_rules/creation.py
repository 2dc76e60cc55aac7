"""Rules of ops that make tensors out of shapes and numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from polykeras.backend.dtypes import is_float, is_int, result_type, standardize_dtype, to_float_dtype
from polykeras.ops.dims import Dim, Size, known
from polykeras.ops.rule_error import RuleError
from polykeras.ops.shape_rules.elementwise import broadcast_dims
from polykeras.ops.shape_rules.spec import Spec, as_dims, as_size, axis_index, is_symbolic, show


def zeros(shape: Any, dtype: Any = None) -> Spec:
    """Return `shape` in `dtype` or floatx: zeros, ones and empty."""
    return Spec(as_dims(shape), standardize_dtype(dtype))


def full(shape: Any, fill_value: Any, dtype: Any = None) -> Spec:
    """Return `shape` in `dtype` or floatx."""
    del fill_value
    return zeros(shape, dtype)


def like(x: Spec, dtype: Any = None) -> Spec:
    """Return the shape of `x` in `dtype` or its own."""
    return Spec(x.dims, x.dtype if dtype is None else standardize_dtype(dtype))


def full_like(x: Spec, fill_value: Any, dtype: Any = None) -> Spec:
    """Return the shape of `x` in `dtype` or its own."""
    del fill_value
    return like(x, dtype)


def triangle(x: Spec, k: int = 0) -> Spec:
    """Return the shape of `x`, which holds matrices: tril and triu."""
    del k
    if len(x.dims) < 2:
        raise RuleError(
            "needs matrices", show(x), "tensors of at least two axes", "Insert an axis with `ops.expand_dims`."
        )
    return x


def eye(N: Any, M: Any = None, k: int = 0, dtype: Any = None) -> Spec:  # noqa: N803 - the op's own parameters
    """Return ``(N, M)`` in `dtype` or floatx, square without `M`: eye, identity and tri."""
    del k
    return zeros((N, N if M is None else M), dtype)


def _value_dtype(value: Any) -> Any:
    """Return the dtype a bound stands for, weak for Python numbers and unknown sizes."""
    if isinstance(value, Dim):
        return "int"
    return value.dtype if hasattr(value, "dtype") else type(value)


def arange(start: Any, stop: Any = None, step: Any = None, dtype: Any = None) -> Spec:
    """Return one axis of ``ceil((stop - start) / step)`` numbers, in `dtype` or that of the bounds."""
    given = [value for value in (start, stop, step) if value is not None]
    dtype = result_type(*map(_value_dtype, given)) if dtype is None else standardize_dtype(dtype)
    if stop is None:
        start, stop = 0, start
    step = 1 if step is None else step
    if any(map(is_symbolic, (start, stop, step))):
        return Spec((Dim.fresh("arange"),), dtype)
    if known(step) and step == 0:
        raise RuleError(
            "cannot count in steps of 0", f"step={step!r}", "any other step", "Leave the step out, or correct it."
        )
    return Spec((_count(start, stop, step),), dtype)


def _count(start: Any, stop: Any, step: Any) -> Size:
    if all(map(known, (start, stop, step))):
        count: int = math.ceil((stop - start) / step)
        return max(0, count)
    if any(isinstance(value, float) for value in (start, stop, step)):
        return Dim.fresh("arange")
    return -1 * ((as_size(start) - as_size(stop)) // as_size(step))


def _bound_dims(value: Any) -> tuple[Size, ...]:
    if is_symbolic(value):  # a Spec is a tuple too
        return tuple(value.dims)
    if isinstance(value, (list, tuple)):
        return (len(value), *(_bound_dims(value[0]) if value else ()))
    return tuple(getattr(value, "shape", ()))


def linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
) -> Spec | tuple[Spec, Spec]:
    """Return `num` points from `start` to `stop` along a new `axis`, and their distance with `retstep`."""
    del endpoint
    bounds = broadcast_dims(_bound_dims(start), _bound_dims(stop))
    (points,) = as_dims(num)
    at = axis_index(axis, len(bounds) + 1)
    own = to_float_dtype(result_type(_value_dtype(start), _value_dtype(stop)))
    result = Spec((*bounds[:at], points, *bounds[at:]), own if dtype is None else standardize_dtype(dtype))
    return (result, Spec(bounds, own if not is_float(result.dtype) else result.dtype)) if retstep else result


def vector(x: Spec) -> Spec:
    """Return `x`, if it has one axis.

    Raises:
        RuleError: It has not.
    """
    if len(x.dims) != 1:
        raise RuleError("needs a tensor of one axis", show(x), "shape (n,)", "Make it flat with `ops.ravel`.")
    return x


def grid(x: Sequence[Spec], indexing: str) -> None:
    """Refuse coordinates of more than one axis, and what is no way of indexing.

    Raises:
        RuleError: There is such a tensor, or `indexing` is neither.
    """
    if indexing not in {"ij", "xy"}:
        raise RuleError("has no such indexing", f"indexing={indexing!r}", "'xy' or 'ij'", "Correct `indexing`.")
    for one in x:
        if len(one.dims) > 1:
            raise RuleError(
                "needs coordinates of one axis", show(one), "shape (n,)", "Make them flat with `ops.ravel`."
            )


def element_count(indices: Spec, shape: Sequence[int]) -> int:
    """Return the number of elements of a tensor of `shape`, which integers index.

    Raises:
        RuleError: There is none, or `indices` are not integers.
    """
    if not is_int(indices.dtype) and indices.dtype != "bool":
        raise RuleError("needs integers", f"{show(indices)} of {indices.dtype}", "an integer dtype", "Cast `indices`.")
    count = math.prod(shape)
    if count < 1:
        raise RuleError("has nothing to index", f"shape {tuple(shape)}", "sizes of 1 or more", "Correct `shape`.")
    return count


def as_many(conditions: Sequence[object], choices: Sequence[object]) -> None:
    """Refuse lists of unequal length, and empty ones.

    Raises:
        RuleError: They are.
    """
    if len(conditions) != len(choices) or not conditions:
        raise RuleError(
            "needs a choice for each condition",
            f"{len(conditions)} conditions, {len(choices)} choices",
            "as many choices as conditions, one or more",
            "Give the rest by `default`.",
        )
