"""Whether numbers are equal but for what rounding may do to them."""

from __future__ import annotations

from polykeras.backend.dtypes import is_complex, is_float, standardize_dtype
from polykeras.ops.arithmetic import absolute, add, maximum, minimum, multiply, subtract
from polykeras.ops.casting import cast
from polykeras.ops.comparison import equal, isfinite, isnan, less, less_equal, logical_and, logical_or, where
from polykeras.ops.dispatch import derived
from polykeras.ops.reduce import all as all_of
from polykeras.ops.types import Tensor, TensorLike


@derived()
def isclose(x1: TensorLike, x2: TensorLike, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Tensor:
    """Return where ``|x1 - x2| <= atol + rtol * |x2|``.

    Infinities are close to themselves only. The distance of integers is exact.

    Args:
        x1: Tensor.
        x2: Tensor, which `rtol` refers to.
        rtol: Relative tolerance.
        atol: Absolute tolerance.
        equal_nan: Whether ``nan`` is close to ``nan``.

    Returns:
        Boolean tensor of the broadcast shape.

    >>> from polykeras import ops
    >>> bool(ops.isclose(1.0, 1.000001)), bool(ops.isclose(1.0, 1.1)), bool(ops.isclose(1.0, 1.1, rtol=0.2))
    (True, False, True)
    """
    if is_float(x1.dtype) or is_complex(x1.dtype):
        near = less_equal(absolute(subtract(x1, x2)), add(multiply(absolute(x2), rtol), atol))
    else:
        near = less_equal(_distance(x1, x2), add(multiply(absolute(cast(x2, "float32")), rtol), atol))
    result = logical_or(equal(x1, x2), logical_and(near, isfinite(x2)))
    return logical_or(result, logical_and(isnan(x1), isnan(x2))) if equal_nan else result


def _distance(x1: Tensor, x2: Tensor) -> Tensor:
    """Return the distance of integers or booleans as floats: exact if it is small, though the numbers are large."""
    if standardize_dtype(x1.dtype) == "bool":
        x1, x2 = cast(x1, "int32"), cast(x2, "int32")
    exact = subtract(maximum(x1, x2), minimum(x1, x2))
    rounded = absolute(subtract(cast(x1, "float32"), cast(x2, "float32")))
    # A distance beyond the largest number of the dtype wraps to below zero.
    return where(less(exact, 0), rounded, cast(exact, "float32"))


@derived()
def allclose(x1: TensorLike, x2: TensorLike, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Tensor:
    """Return whether `isclose` holds for all elements; true of no elements.

    Args:
        x1: Tensor.
        x2: Tensor, which `rtol` refers to.
        rtol: Relative tolerance.
        atol: Absolute tolerance.
        equal_nan: Whether ``nan`` is close to ``nan``.

    Returns:
        Boolean scalar.
    """
    return all_of(isclose(x1, x2, rtol, atol, equal_nan))
