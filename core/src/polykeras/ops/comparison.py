"""Questions about elements, truth values, and choices by them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from polykeras.backend.dtypes import is_complex, standardize_dtype
from polykeras.ops import shape_rules as rules
from polykeras.ops.dispatch import derived, primitive
from polykeras.ops.rule_error import RuleError
from polykeras.ops.types import Tensor, TensorLike


@primitive(rules.predicate)
def isfinite(x: TensorLike) -> Tensor:
    """Return where elements are neither infinite nor ``nan``.

    Args:
        x: Tensor.

    Returns:
        Boolean tensor of the same shape.
    """


@primitive(rules.predicate)
def isnan(x: TensorLike) -> Tensor:
    """Return where elements are ``nan``.

    Args:
        x: Tensor.

    Returns:
        Boolean tensor of the same shape.
    """


@primitive(rules.predicate)
def isinf(x: TensorLike) -> Tensor:
    """Return where elements are infinite, of either sign.

    Args:
        x: Tensor.

    Returns:
        Boolean tensor of the same shape.
    """


@derived()
def isneginf(x: TensorLike) -> Tensor:
    """Return where elements are minus infinity.

    Args:
        x: Real tensor.

    Returns:
        Boolean tensor of the same shape.

    Raises:
        ValueError: If `x` is complex.
    """
    return equal(x, -_infinity_for(x))


@derived()
def isposinf(x: TensorLike) -> Tensor:
    """Return where elements are plus infinity.

    Args:
        x: Real tensor.

    Returns:
        Boolean tensor of the same shape.

    Raises:
        ValueError: If `x` is complex.
    """
    return equal(x, _infinity_for(x))


def _infinity_for(x: Tensor) -> float:
    """Return infinity, or complain about complex numbers, of which there is one infinity and many values for it."""
    if is_complex(x.dtype):
        raise RuleError(
            "is a question about real numbers", f"dtype {standardize_dtype(x.dtype)}", "real dtypes", "Ask the parts."
        )
    return math.inf


@primitive(rules.predicate)
def logical_not(x: TensorLike) -> Tensor:
    """Return where elements are zero or false.

    Args:
        x: Tensor.

    Returns:
        Boolean tensor of the same shape.
    """


@primitive(rules.compare)
def equal(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return where ``x1 == x2``.

    Args:
        x1: Tensor.
        x2: Tensor.

    Returns:
        Boolean tensor of the broadcast shape.
    """


@primitive(rules.compare)
def not_equal(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return where ``x1 != x2``.

    Args:
        x1: Tensor.
        x2: Tensor.

    Returns:
        Boolean tensor of the broadcast shape.
    """


@primitive(rules.compare)
def less(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return where ``x1 < x2``.

    Args:
        x1: Tensor.
        x2: Tensor.

    Returns:
        Boolean tensor of the broadcast shape.
    """


@primitive(rules.compare)
def less_equal(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return where ``x1 <= x2``.

    Args:
        x1: Tensor.
        x2: Tensor.

    Returns:
        Boolean tensor of the broadcast shape.
    """


@primitive(rules.compare)
def greater(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return where ``x1 > x2``.

    Args:
        x1: Tensor.
        x2: Tensor.

    Returns:
        Boolean tensor of the broadcast shape.
    """


@primitive(rules.compare)
def greater_equal(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return where ``x1 >= x2``.

    Args:
        x1: Tensor.
        x2: Tensor.

    Returns:
        Boolean tensor of the broadcast shape.
    """


@primitive(rules.compare, promote=())
def logical_and(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return where both elements are true or not zero.

    Args:
        x1: Tensor.
        x2: Tensor.

    Returns:
        Boolean tensor of the broadcast shape.
    """


@primitive(rules.compare, promote=())
def logical_or(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return where an element is true or not zero.

    Args:
        x1: Tensor.
        x2: Tensor.

    Returns:
        Boolean tensor of the broadcast shape.
    """


@primitive(rules.compare, promote=())
def logical_xor(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return where exactly one element is true or not zero.

    Args:
        x1: Tensor.
        x2: Tensor.

    Returns:
        Boolean tensor of the broadcast shape.
    """


@primitive(rules.where, promote=("x1", "x2"))
def where(condition: TensorLike, x1: TensorLike | None = None, x2: TensorLike | None = None) -> Tensor:
    """Return `x1` where `condition` holds and `x2` elsewhere; or the indices where it holds.

    Args:
        condition: Boolean tensor; of numbers, those that are not zero count as true.
        x1: Tensor, which broadcasts with the others.
        x2: Tensor, as above. Leave out both `x1` and `x2` to get indices.

    Returns:
        Tensor of the broadcast shape; without `x1` and `x2` a tuple of int32 tensors of shape
        ``(count,)``, one for each axis of `condition`.
    """


@derived(promote=("choicelist", "default"))
def select(condlist: Sequence[TensorLike], choicelist: Sequence[TensorLike], default: TensorLike = 0) -> Tensor:
    """Return each element from the first choice whose condition holds.

    Args:
        condlist: Boolean tensors; of numbers, those that are not zero count as true.
        choicelist: As many tensors, which broadcast with the conditions.
        default: What stands where no condition holds.

    Returns:
        Tensor of the broadcast shape.

    Raises:
        ValueError: If there are not as many choices as conditions, or none.
    """
    rules.as_many(condlist, choicelist)
    result = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        result = where(condition, choice, result)
    return result
