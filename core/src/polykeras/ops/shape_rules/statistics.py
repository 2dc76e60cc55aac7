"""Rules of ops that count and gather what belongs together: some of their sizes follow from values."""

from __future__ import annotations

from typing import Any

from polykeras.backend.dtypes import is_int
from polykeras.ops.dims import Dim, Size, agree, known
from polykeras.ops.rule_error import RuleError
from polykeras.ops.shape_rules.spec import Spec, as_size, axis_index, show


def correlate(x1: Spec, x2: Spec, mode: str = "valid") -> Spec:
    """Return one axis, as long as two sequences overlap: everywhere, in the middle, or wholly."""
    (n,), (m,) = (one.dims if len(one.dims) == 1 else (0,) for one in (x1, x2))
    if mode not in {"full", "same", "valid"}:
        raise RuleError("has no such mode", f"mode={mode!r}", "'full', 'same' or 'valid'", "Correct `mode`.")
    if n == 0 or m == 0:
        raise RuleError("needs two sequences", show(x1, x2), "one axis each, not empty", "Make them flat.")
    if mode == "full":
        return Spec((n + m - 1,), x1.dtype)
    difference = n - m
    if not known(difference):
        return Spec((Dim.fresh("overlap"),), x1.dtype)
    if mode == "same":
        return Spec((n if difference >= 0 else m,), x1.dtype)
    return Spec((abs(difference) + 1,), x1.dtype)


def bincount(x: Spec, weights: Spec | None = None, minlength: int = 0, sparse: bool = False) -> Spec:
    """Return an axis of counts, as long as the greatest value makes it, for each row."""
    del minlength
    if sparse:
        raise RuleError("gives dense tensors only", f"sparse={sparse}", "False", "Leave out `sparse`.")
    if len(x.dims) not in {1, 2} or not (is_int(x.dtype) or x.dtype == "bool"):
        raise RuleError(
            "counts integers", f"{show(x)}, dtype {x.dtype}", "integers of one axis, or two", "Cast, or make them flat."
        )
    if weights is None:
        return Spec((*x.dims[:-1], Dim.fresh("counts")), "int32")
    _equal(x.dims, weights, "needs a weight for each element", show(x, weights), "Give `weights` the shape of `x`.")
    return Spec((*x.dims[:-1], Dim.fresh("counts")), "int32" if weights.dtype == "bool" else weights.dtype)


def _equal(dims: tuple[Size, ...], other: Spec, problem: str, received: str, hint: str) -> None:
    error = RuleError(problem, received, "equal sizes", hint)
    if len(dims) != len(other.dims):
        raise error
    try:
        for a, b in zip(dims, other.dims, strict=True):
            agree(a, b)
    except RuleError:
        raise error from None


def segment_extreme(data: Spec, segment_ids: Spec, num_segments: Any = None, sorted: bool = False) -> Spec:
    """Return `data` with an axis of segments in place of its first one."""
    del sorted
    if not is_int(segment_ids.dtype):
        raise RuleError(
            "numbers its segments by integers", f"segment_ids of {segment_ids.dtype}", "an integer dtype", "Cast them."
        )
    _equal(
        data.dims[:1] or (-1,),
        segment_ids,
        "needs a segment for each row",
        show(data, segment_ids),
        "Give `segment_ids` one axis, as long as the first one of `data`.",
    )
    count = Dim.fresh("segments") if num_segments is None else as_size(num_segments)
    return Spec((count, *data.dims[1:]), data.dtype)


def segment_total(data: Spec, segment_ids: Spec, num_segments: Any = None, sorted: bool = False) -> Spec:
    """Return what `segment_extreme` does; booleans become int32."""
    result = segment_extreme(data, segment_ids, num_segments, sorted)
    return Spec(result.dims, "int32" if result.dtype == "bool" else result.dtype)


def unique(
    x: Spec,
    sorted: bool = True,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    size: Any = None,
    fill_value: Any = None,
) -> Spec | tuple[Spec, ...]:
    """Return the different elements, or slices along `axis`, and what is asked for beside them."""
    del sorted, fill_value
    count = Dim.fresh("unique") if size is None else as_size(size)
    if axis is None:
        dims: tuple[Size, ...] = (count,)
        inverse = x.dims
    else:
        at = axis_index(axis, len(x.dims))
        dims = (*x.dims[:at], count, *x.dims[at + 1 :])
        inverse = (x.dims[at],)
    wanted = ((return_index, (count,)), (return_inverse, inverse), (return_counts, (count,)))
    beside = tuple(Spec(shape, "int32") for asked, shape in wanted if asked)
    return (Spec(dims, x.dtype), *beside) if beside else Spec(dims, x.dtype)


def argpartition(x: Spec, kth: Any, axis: int | None = -1) -> Spec:
    """Return the shape of `x` as int32 positions; ``axis=None`` takes it flat."""
    from_end: Size = 1
    if axis is None:
        for one in x.dims:
            from_end = from_end * one
        dims: tuple[Size, ...] = (from_end,)
    else:
        from_end = x.dims[axis_index(axis, len(x.dims))]
        dims = x.dims
    wanted = kth if isinstance(kth, (list, tuple)) else (kth,)
    if known(from_end) and not all(-from_end <= one < from_end for one in wanted):
        raise RuleError(
            "has no such position", f"kth={kth!r} of {from_end} elements", "-n to n - 1 of n elements", "Correct `kth`."
        )
    return Spec(dims, "int32")
