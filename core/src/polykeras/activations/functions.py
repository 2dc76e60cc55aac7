"""The activation functions, with the parameters and defaults that Keras gives them.

Most are the op of the same name. Where Keras' activation differs from its op, it is defined here.
"""

from __future__ import annotations

from polykeras import ops
from polykeras.ops.types import Tensor, TensorLike


def linear(x: TensorLike) -> Tensor:
    """Return `x`.

    Args:
        x: Tensor.

    Returns:
        `x` itself.
    """
    return x


def exponential(x: TensorLike) -> Tensor:
    """Return ``exp(x)``.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape.
    """
    return ops.exp(x)


def relu(x: TensorLike, negative_slope: float = 0.0, max_value: float | None = None, threshold: float = 0.0) -> Tensor:
    """Return ``x`` from `threshold` on, at most `max_value`; below, ``negative_slope * (x - threshold)``.

    With the defaults that is ``max(x, 0)``.

    Args:
        x: Tensor.
        negative_slope: Slope below the threshold.
        max_value: Upper bound, at least 0; none for ``None``.
        threshold: Where the unit starts.

    Returns:
        Tensor of the same shape.

    Raises:
        ValueError: If the upper bound is negative.
    """
    if max_value is not None and max_value < 0:
        raise ValueError(
            "The activation `relu` cannot be bounded below 0.\n"
            f"Received: max_value={max_value}.\nAllowed: numbers from 0, or None.\nUse a bound of at least 0."
        )
    if threshold == 0:
        if negative_slope == 0 and max_value is None:
            return ops.relu(x)
        if negative_slope == 0 and max_value == 6:
            return ops.relu6(x)
        y = ops.leaky_relu(x, negative_slope) if negative_slope else ops.relu(x)
    else:
        below = ops.multiply(ops.subtract(x, threshold), negative_slope)
        y = ops.where(ops.greater_equal(x, threshold), x, below)
    return y if max_value is None else ops.minimum(y, max_value)


def gelu(x: TensorLike, approximate: bool = False) -> Tensor:
    """Return ``x * P(X <= x)`` for a standard normal ``X``; see `polykeras.ops.gelu`.

    Args:
        x: Tensor.
        approximate: Use the formula with ``tanh``.

    Returns:
        Tensor of the same shape.
    """
    return ops.gelu(x, approximate)


def mish(x: TensorLike) -> Tensor:
    """Return ``x * tanh(softplus(x))``.

    Misra, "Mish: A Self Regularized Non-Monotonic Activation Function", 2019.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape.
    """
    return ops.multiply(x, ops.tanh(ops.softplus(x)))
