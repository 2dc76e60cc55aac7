"""Distances between points."""

from __future__ import annotations

from polykeras.ops.arithmetic import square, subtract
from polykeras.ops.comparison import equal, where
from polykeras.ops.conversion import shape as shape_of
from polykeras.ops.creation import ones_like, zeros_like
from polykeras.ops.dims import agree, as_shape
from polykeras.ops.dispatch import derived
from polykeras.ops.exponential import sqrt
from polykeras.ops.manipulation import expand_dims
from polykeras.ops.reduce import sum as sum_of
from polykeras.ops.rule_error import RuleError
from polykeras.ops.types import Tensor, TensorLike


@derived(to_float=True)
def cdist(x: TensorLike, y: TensorLike) -> Tensor:
    """Return the Euclidean distances of all pairs of points: ``sqrt(sum((x_i - y_j) ** 2))``.

    Args:
        x: Tensor of shape ``(..., n, features)``.
        y: Tensor of shape ``(..., m, features)``; the axes before the last two broadcast.

    Returns:
        Floating tensor of shape ``(..., n, m)``. The gradient of a distance of 0 is 0.

    Raises:
        ValueError: If one of the two has less than two axes, or the features differ in number.

    >>> from polykeras import ops
    >>> ops.convert_to_numpy(ops.cdist([[0.0, 0.0]], [[3.0, 4.0], [0.0, 1.0]])).tolist()
    [[5.0, 1.0]]
    """
    sizes = shape_of(x), shape_of(y)
    error = RuleError(
        "cannot pair its points",
        f"shapes {as_shape(sizes[0])} and {as_shape(sizes[1])}",
        "(..., n, features) and (..., m, features)",
        "Give both an axis of points and the same features.",
    )
    error.op = "cdist"
    if len(sizes[0]) < 2 or len(sizes[1]) < 2:
        raise error
    try:
        agree(sizes[0][-1], sizes[1][-1])
    except RuleError:
        raise error from None
    squares = sum_of(square(subtract(expand_dims(x, -2), expand_dims(y, -3))), -1)
    none = equal(squares, 0)
    return where(none, zeros_like(squares), sqrt(where(none, ones_like(squares), squares)))
