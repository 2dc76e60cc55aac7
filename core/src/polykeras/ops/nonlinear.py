"""Nonlinear functions of neural networks, and one-hot codes.

Promises: each is differentiable wherever its formula is, with a finite gradient for every finite input;
at a kink the slope is that of the flat side. Integers and booleans are computed in floatx, except by
``relu`` and ``hard_tanh``, which keep their dtype, as in Keras.
"""

from __future__ import annotations

import math
from typing import Any

from polykeras.ops import shape_rules as rules
from polykeras.ops.arithmetic import absolute, clip, maximum, minimum, square
from polykeras.ops.arithmetic import sign as sign_of
from polykeras.ops.casting import stop_gradient
from polykeras.ops.comparison import where
from polykeras.ops.conversion import dtype as dtype_of
from polykeras.ops.conversion import ndim, shape
from polykeras.ops.creation import arange, zeros_like
from polykeras.ops.dispatch import derived, primitive
from polykeras.ops.exponential import exp, expm1, log, log1p, sqrt
from polykeras.ops.manipulation import flip, reshape, split
from polykeras.ops.reduce import cumsum, sort
from polykeras.ops.reduce import max as max_of
from polykeras.ops.reduce import sum as sum_of
from polykeras.ops.rule_error import RuleError
from polykeras.ops.special import erf
from polykeras.ops.trigonometry import tanh
from polykeras.ops.types import DType, Tensor, TensorLike

_SELU_SCALE = 1.0507009873554804934193349852946
_SELU_ALPHA = 1.6732632423543772848170429916717


# ------------------------------------------------------------------------------------------------------- rectifiers


@derived()
def relu(x: TensorLike) -> Tensor:
    """Return ``max(x, 0)``, the rectified linear unit.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape and dtype; its slope at 0 is 0.
    """
    return where(x <= 0, zeros_like(x), x)  # nan is not <= 0 and stays


@derived(to_float=True)
def relu6(x: TensorLike) -> Tensor:
    """Return ``min(max(x, 0), 6)``.

    Krizhevsky, "Convolutional Deep Belief Networks on CIFAR-10", 2010.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape; its slope at 0 and at 6 is 0.
    """
    return where(x >= 6, zeros_like(x) + 6, relu(x))


@derived(to_float=True)
def leaky_relu(x: TensorLike, negative_slope: float = 0.2) -> Tensor:
    """Return ``x`` where ``x >= 0``, else ``negative_slope * x``.

    Maas et al., "Rectifier Nonlinearities Improve Neural Network Acoustic Models", 2013.

    Args:
        x: Tensor.
        negative_slope: Slope below 0.

    Returns:
        Tensor of the same shape.
    """
    return where(x >= 0, x, x * negative_slope)


@derived(to_float=True)
def threshold(x: TensorLike, threshold: float, default_value: float) -> Tensor:
    """Return ``x`` where ``x > threshold``, else `default_value`.

    Args:
        x: Tensor.
        threshold: Bound.
        default_value: Value at and below the bound.

    Returns:
        Tensor of the same shape.
    """
    return where(x > threshold, x, zeros_like(x) + default_value)


@derived(to_float=True)
def hard_shrink(x: TensorLike, threshold: float = 0.5) -> Tensor:
    """Return ``x`` where ``|x| > threshold``, else 0.

    Args:
        x: Tensor.
        threshold: Bound, at least 0.

    Returns:
        Tensor of the same shape.
    """
    return where(absolute(x) > threshold, x, zeros_like(x))


@derived(to_float=True)
def soft_shrink(x: TensorLike, threshold: float = 0.5) -> Tensor:
    """Return ``sign(x) * max(|x| - threshold, 0)``.

    Args:
        x: Tensor.
        threshold: Bound, at least 0.

    Returns:
        Tensor of the same shape.
    """
    return where(absolute(x) > threshold, x - threshold * sign_of(x), zeros_like(x))


# ---------------------------------------------------------------------------------------------------- exponential units


@derived(to_float=True)
def elu(x: TensorLike, alpha: float = 1.0) -> Tensor:
    """Return ``x`` where ``x > 0``, else ``alpha * (exp(x) - 1)``.

    Clevert et al., "Fast and Accurate Deep Network Learning by Exponential Linear Units", 2015.

    Args:
        x: Tensor.
        alpha: Minus the limit at minus infinity.

    Returns:
        Tensor of the same shape.
    """
    # The branch not taken must not overflow: its gradient would be inf * 0.
    return where(x > 0, x, alpha * expm1(minimum(x, 0)))


@derived(to_float=True)
def celu(x: TensorLike, alpha: float = 1.0) -> Tensor:
    """Return ``max(x, 0) + min(alpha * (exp(x / alpha) - 1), 0)``.

    Barron, "Continuously Differentiable Exponential Linear Units", 2017.

    Args:
        x: Tensor.
        alpha: Minus the limit at minus infinity, above 0.

    Returns:
        Tensor of the same shape.
    """
    return where(x > 0, x, alpha * expm1(minimum(x, 0) / alpha))


@derived(to_float=True)
def selu(x: TensorLike) -> Tensor:
    """Return ``1.0507 * elu(x, 1.67326)``, under which activations keep mean 0 and variance 1.

    Klambauer et al., "Self-Normalizing Neural Networks", 2017.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape.
    """
    return _SELU_SCALE * elu(x, _SELU_ALPHA)


@derived(to_float=True)
def softplus(x: TensorLike) -> Tensor:
    """Return ``log(1 + exp(x))`` without overflow.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape.
    """
    return maximum(x, 0) + log1p(exp(-absolute(x)))


@derived(to_float=True)
def sigmoid(x: TensorLike) -> Tensor:
    """Return ``1 / (1 + exp(-x))``.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape, in [0, 1].
    """
    return exp(-softplus(-x))


@derived(to_float=True)
def log_sigmoid(x: TensorLike) -> Tensor:
    """Return ``log(sigmoid(x))`` without losing small values.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape.
    """
    return -softplus(-x)


@derived(to_float=True)
def silu(x: TensorLike) -> Tensor:
    """Return ``x * sigmoid(x)``, also called swish.

    Ramachandran et al., "Searching for Activation Functions", 2017.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape.
    """
    return x * sigmoid(x)


swish = silu


@derived(to_float=True)
def gelu(x: TensorLike, approximate: bool = True) -> Tensor:
    """Return ``x * P(X <= x)`` for a standard normal ``X``.

    Hendrycks and Gimpel, "Gaussian Error Linear Units", 2016.

    Args:
        x: Tensor.
        approximate: Use ``x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x ** 3)))``.

    Returns:
        Tensor of the same shape.
    """
    if approximate:
        return 0.5 * x * (1.0 + tanh(math.sqrt(2.0 / math.pi) * (x + 0.044715 * x * square(x))))
    return 0.5 * x * (1.0 + erf(x * math.sqrt(0.5)))


# ------------------------------------------------------------------------------------------------------ bounded and odd


@derived(to_float=True)
def softsign(x: TensorLike) -> Tensor:
    """Return ``x / (1 + |x|)``.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape, in (-1, 1).
    """
    return x / (1.0 + absolute(x))


@derived(to_float=True)
def hard_sigmoid(x: TensorLike) -> Tensor:
    """Return ``relu6(x + 3) / 6``, which follows the sigmoid by straight lines.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape, in [0, 1].
    """
    return relu6(x + 3.0) / 6.0


@derived(to_float=True)
def hard_silu(x: TensorLike) -> Tensor:
    """Return ``x * hard_sigmoid(x)``, also called hard swish.

    Howard et al., "Searching for MobileNetV3", 2019.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape.
    """
    return x * hard_sigmoid(x)


hard_swish = hard_silu


@derived()
def hard_tanh(x: TensorLike) -> Tensor:
    """Return `x` clipped to [-1, 1].

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape and dtype.
    """
    return clip(x, -1, 1)


@derived(to_float=True)
def tanh_shrink(x: TensorLike) -> Tensor:
    """Return ``x - tanh(x)``.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape.
    """
    return x - tanh(x)


@derived(to_float=True)
def squareplus(x: TensorLike, b: float = 4) -> Tensor:
    """Return ``(x + sqrt(x ** 2 + b)) / 2``, an algebraic softplus.

    Barron, "Squareplus: A Softplus-Like Algebraic Rectifier", 2021.

    Args:
        x: Tensor.
        b: Width of the bend.

    Returns:
        Tensor of the same shape.
    """
    return (x + sqrt(square(x) + b)) / 2


@derived(to_float=True)
def sparse_plus(x: TensorLike) -> Tensor:
    """Return 0 for ``x <= -1``, ``(x + 1) ** 2 / 4`` up to 1, and ``x`` from there.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape.
    """
    return where(x <= -1, zeros_like(x), where(x < 1, square(x + 1) / 4, x))


@derived(to_float=True)
def sparse_sigmoid(x: TensorLike) -> Tensor:
    """Return ``(clip(x, -1, 1) + 1) / 2``, the slope of `sparse_plus`.

    Args:
        x: Tensor.

    Returns:
        Tensor of the same shape, in [0, 1].
    """
    return (clip(x, -1, 1) + 1) / 2


# ------------------------------------------------------------------------------------------------------ along an axis


@derived(to_float=True)
def softmax(x: TensorLike, axis: Any = -1) -> Tensor:
    """Return ``exp(x) / sum(exp(x))`` along `axis`, without overflow.

    Args:
        x: Tensor of shape ``(..., n, ...)``.
        axis: Axis whose values add up to 1, or several taken as one; ``None`` for all.

    Returns:
        Tensor of the same shape, in [0, 1].
    """
    weights = exp(x - stop_gradient(max_of(x, axis, keepdims=True)))
    return weights / sum_of(weights, axis, keepdims=True)


@derived(to_float=True)
def log_softmax(x: TensorLike, axis: Any = -1) -> Tensor:
    """Return ``log(softmax(x, axis))`` without losing small values.

    Args:
        x: Tensor of shape ``(..., n, ...)``.
        axis: Axis whose exponentials add up to 1, or several taken as one; ``None`` for all.

    Returns:
        Tensor of the same shape, at most 0.
    """
    shifted = x - stop_gradient(max_of(x, axis, keepdims=True))
    return shifted - log(sum_of(exp(shifted), axis, keepdims=True))


@derived(to_float=True)
def sparsemax(x: TensorLike, axis: int = -1) -> Tensor:
    """Return the point of the simplex that is nearest to `x` along `axis`.

    That is ``max(x - t, 0)`` with the one ``t`` for which the result adds up to 1.
    Martins and Astudillo, "From Softmax to Sparsemax", 2016.

    Args:
        x: Tensor of shape ``(..., n, ...)``.
        axis: Axis whose values add up to 1.

    Returns:
        Tensor of the same shape, in [0, 1].
    """
    falling = flip(sort(x, axis), axis)
    totals = cumsum(falling, axis) - 1.0
    along = [1] * ndim(x)
    along[axis] = -1
    counts = reshape(arange(1, shape(x)[axis] + 1, 1, dtype_of(x)), along)
    support = falling * counts > totals
    size = sum_of(where(support, zeros_like(x) + 1.0, zeros_like(x)), axis, keepdims=True)
    total = sum_of(where(support, falling, zeros_like(x)), axis, keepdims=True) - 1.0
    return relu(x - total / size)


@derived(to_float=True)
def glu(x: TensorLike, axis: int = -1) -> Tensor:
    """Return ``a * sigmoid(b)`` where ``a`` and ``b`` are the halves of `x` along `axis`.

    Dauphin et al., "Language Modeling with Gated Convolutional Networks", 2016.

    Args:
        x: Tensor of shape ``(..., 2 * n, ...)``.
        axis: Axis to halve; its size must be even.

    Returns:
        Tensor of shape ``(..., n, ...)``.
    """
    gated, gate = split(x, 2, axis)
    return gated * sigmoid(gate)


@primitive(rules.one_hot)
def one_hot(x: TensorLike, num_classes: int, axis: int = -1, dtype: DType = None, sparse: bool = False) -> Tensor:
    """Return codes that are 1 at the index and 0 elsewhere; an index outside gives zeros only.

    Args:
        x: Integer tensor.
        num_classes: Size of the new axis.
        axis: Where the new axis stands in the result.
        dtype: Dtype of the result; floatx for ``None``.
        sparse: Taken for Keras' sake: results are dense.

    Returns:
        Tensor with one more axis than `x`.
    """


@derived()
def multi_hot(
    inputs: TensorLike,
    num_classes: int | None = None,
    axis: int = -1,
    dtype: DType = None,
    sparse: bool = False,
    **kwargs: Any,  # noqa: ARG001 - the dispatcher has applied them
) -> Tensor:
    """Return one code per sample that is 1 at each of the sample's indices.

    Args:
        inputs: Integer tensor of shape ``(..., n)``, or ``(n,)`` for one sample.
        num_classes: Size of the axis of classes, which has to be given.
        axis: Where the axis of classes stands.
        dtype: Dtype of the result; floatx for ``None``.
        sparse: Taken for Keras' sake: results are dense.
        **kwargs: ``num_tokens``, the former name of `num_classes`.

    Returns:
        Tensor of shape ``(..., num_classes)`` for the last axis.
    """
    if num_classes is None:
        raise RuleError("needs a size", "num_classes=None", "a whole number above 0", "Give the number of classes.")
    reduced = 1 if ndim(inputs) > 1 else 0
    return max_of(one_hot(inputs, num_classes, axis, dtype, sparse), reduced)
