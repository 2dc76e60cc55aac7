"""Casts that stop at the ends of a dtype's range instead of wrapping around."""

from __future__ import annotations

import numpy as np

from polykeras.backend.dtypes import LARGEST, is_float, is_int, standardize_dtype
from polykeras.ops.arithmetic import clip
from polykeras.ops.casting import cast
from polykeras.ops.comparison import greater_equal, isnan, less_equal, logical_not, where
from polykeras.ops.creation import full_like, zeros_like
from polykeras.ops.dispatch import derived
from polykeras.ops.rule_error import RuleError
from polykeras.ops.types import DType, Tensor, TensorLike


@derived()
def saturate_cast(x: TensorLike, dtype: DType) -> Tensor:
    """Return `x` in another dtype; what is beyond its range becomes the number at its end.

    Infinities count as beyond the range, of floats too. ``nan`` stays in floats and becomes 0 in integers. To bool,
    what is above zero is true, and so is ``nan``.

    Args:
        x: Real tensor.
        dtype: Target dtype.

    Returns:
        Tensor of the same shape.

    Raises:
        ValueError: If `x` or `dtype` is complex or text: they have no ends.

    >>> from polykeras import ops
    >>> ops.convert_to_numpy(ops.saturate_cast([-3.5, 1.5, 300.0], "uint8")).tolist()
    [0, 1, 255]
    """
    own, target = standardize_dtype(x.dtype), standardize_dtype(dtype)
    for name in (own, target):
        if not (is_float(name) or is_int(name) or name == "bool"):
            raise RuleError(
                "casts between ranges", f"dtype {own}, and dtype {target} to cast to", "real dtypes", "Use `ops.cast`."
            )
    if own == "bool":
        return cast(x, target)
    if target == "bool":
        return logical_not(less_equal(x, 0))
    if is_float(target):
        return _to_float(x, own, target)
    return _from_float(x, own, target) if is_float(own) else _from_int(x, own, target)


def _to_float(x: Tensor, own: str, target: str) -> Tensor:
    wide = cast(x, "float64" if "float64" in {own, target} else "float32")
    # Where float64 is stored in 32 bits, the range is that of float32.
    largest = min(LARGEST[target], LARGEST[standardize_dtype(wide.dtype)])
    return cast(clip(wide, -largest, largest), target)


def _from_int(x: Tensor, own: str, target: str) -> Tensor:
    ours, theirs = np.iinfo(own), np.iinfo(target)
    low = int(theirs.min) if theirs.min > ours.min else None
    high = int(theirs.max) if theirs.max < ours.max else None
    return cast(x if low is None and high is None else clip(x, low, high), target)


def _from_float(x: Tensor, own: str, target: str) -> Tensor:
    """Clip to the last float below the end of the range: the end itself may round to beyond it."""
    if own != "float64":
        x, own = cast(x, "float32"), "float32"
    ends = np.iinfo(target)
    low, beyond = float(ends.min), float(ends.max) + (1.0 if ends.bits < 64 else 0.0)
    last = float(np.nextafter(np.dtype(own).type(beyond), np.dtype(own).type(0)))
    inside = clip(where(isnan(x), zeros_like(x), x), low, last)
    result = cast(inside, target)
    if int(last) == ends.max or standardize_dtype(result.dtype) != target:
        return result  # the last float is the end, or 64 bits are stored in 32
    return where(greater_equal(x, beyond), full_like(result, int(ends.max)), result)
