"""Products of tensors: matmul, dot, tensordot, einsum, outer and what is made of them.

Operands of different dtypes are promoted first. As in Keras, ``matmul`` and ``einsum`` add up int8
products in int32, where they fit; the other products keep their dtype. Sizes that do not fit raise.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from polykeras.ops import shape_rules as rules
from polykeras.ops.arithmetic import absolute, multiply, power, square
from polykeras.ops.casting import cast as cast_to
from polykeras.ops.comparison import not_equal
from polykeras.ops.conversion import ndim
from polykeras.ops.dispatch import derived, primitive
from polykeras.ops.exponential import sqrt
from polykeras.ops.manipulation import reshape
from polykeras.ops.reduce import max as max_of
from polykeras.ops.reduce import min as min_of
from polykeras.ops.reduce import sum as sum_of
from polykeras.ops.shape_rules import Spec
from polykeras.ops.types import Axis, Tensor, TensorLike


@primitive(rules.matmul)
def matmul(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return the matrix product over the last two axes; axes before them broadcast.

    Args:
        x1: Tensor of shape ``(..., n, k)``, or ``(k,)``.
        x2: Tensor of shape ``(..., k, m)``, or ``(k,)``.

    Returns:
        Tensor of shape ``(..., n, m)``; an argument of one axis loses that axis.

    Raises:
        ValueError: If an argument is a scalar or the inner sizes differ.
    """


@primitive(rules.dot)
def dot(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return the sum over the last axis of `x1` and the last but one of `x2`, without broadcasting.

    Args:
        x1: Tensor of shape ``(*a, k)``, or a scalar.
        x2: Tensor of shape ``(*b, k, m)`` or ``(k,)``, or a scalar.

    Returns:
        Tensor of shape ``(*a, *b, m)``; with a scalar, the product of elements.
    """


@primitive(rules.tensordot)
def tensordot(x1: TensorLike, x2: TensorLike, axes: Any = 2) -> Tensor:
    """Return the product of two tensors summed over pairs of axes.

    Args:
        x1: Tensor.
        x2: Tensor.
        axes: How many last axes of `x1` meet the first of `x2`, or a pair: axes of `x1`, axes of `x2`.

    Returns:
        Tensor with the free axes of `x1`, then those of `x2`.
    """


@primitive(rules.outer)
def outer(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return all products of an element of `x1` with one of `x2`.

    Args:
        x1: Tensor, taken flat.
        x2: Tensor, taken flat.

    Returns:
        Tensor of shape ``(size of x1, size of x2)``.
    """


def einsum(subscripts: str, *operands: TensorLike, **kwargs: Any) -> Tensor:
    """Return the sum of products that `subscripts` describe, after Einstein's convention.

    Args:
        subscripts: Terms such as ``"bij,bjk->bik"``, with ``...`` for axes that broadcast.
        *operands: One tensor per term.
        **kwargs: Taken for NumPy's sake and ignored; backends order the products themselves.

    Returns:
        Tensor with the axes named after ``->``, else with every axis named once, in alphabetical order.

    >>> from polykeras import ops
    >>> ops.convert_to_numpy(ops.einsum("ij,j->i", [[1, 2], [3, 4]], [1, 1])).tolist()
    [3, 7]
    """
    del kwargs
    return einsum_of(subscripts, operands)


def _einsum_rule(subscripts: str, operands: Sequence[Spec]) -> Spec:
    return rules.einsum(subscripts, *operands)


@primitive(_einsum_rule)
def einsum_of(subscripts: str, operands: Sequence[TensorLike]) -> Tensor:
    """Return ``einsum(subscripts, *operands)``: the same op with its operands in one sequence.

    Args:
        subscripts: Terms such as ``"bij,bjk->bik"``.
        operands: One tensor per term.

    Returns:
        Tensor as `einsum` gives it.
    """


@derived()
def inner(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return the sum over the last axes of both tensors.

    Args:
        x1: Tensor of shape ``(*a, k)``, or a scalar.
        x2: Tensor of shape ``(*b, k)``, or a scalar.

    Returns:
        Tensor of shape ``(*a, *b)``; with a scalar, the product of elements.
    """
    if ndim(x1) == 0 or ndim(x2) == 0:
        return multiply(x1, x2)
    return tensordot(x1, x2, ([-1], [-1]))


@derived()
def vdot(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return the sum of products of two real tensors taken flat.

    Args:
        x1: Tensor of n elements.
        x2: Tensor of n elements.

    Returns:
        Scalar.
    """
    return dot(reshape(x1, (-1,)), reshape(x2, (-1,)))


@derived()
def dense(x: TensorLike, kernel: TensorLike, bias: TensorLike | None = None) -> Tensor:
    """Return ``x @ kernel + bias``, the affine map of a dense layer, as one op.

    Args:
        x: Tensor of shape ``(..., k)``.
        kernel: Tensor of shape ``(k, units)``.
        bias: Tensor of shape ``(units,)``, or ``None`` for none.

    Returns:
        Tensor of shape ``(..., units)``.
    """
    y = matmul(x, kernel)
    return y if bias is None else y + bias


@derived(to_float=True)
def norm(x: TensorLike, ord: float | str | None = None, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return a norm of vectors or of matrices.

    Of vectors: ``sum(|x| ** ord) ** (1 / ord)``, with the greatest or least ``|x|`` for ``inf`` and
    ``-inf`` and the number of nonzero elements for 0. Of matrices: ``"fro"``, the root of the sum of
    squares; 1 and -1, the greatest and least sum of ``|x|`` of a column; ``inf`` and ``-inf``, of a row.

    Args:
        x: Real tensor.
        ord: Order; ``None`` is 2 for vectors and ``"fro"`` for matrices, or for all elements.
        axis: One axis for vectors, two for matrices; ``None`` for all axes, at most two if `ord` is given.
        keepdims: Keep reduced axes with size 1.

    Returns:
        Tensor without `axis`.

    Raises:
        ValueError: If the order is not offered for these axes; those that need singular values are not.
    """
    axes = (axis,) if isinstance(axis, int) else tuple(range(ndim(x)) if axis is None else axis)
    if ord is None or (ord == "fro" and len(axes) == 2):
        return sqrt(sum_of(square(x), axes, keepdims=keepdims))
    if len(axes) == 1 and not isinstance(ord, str):
        return _vector_norm(absolute(x), float(ord), axes[0], keepdims=keepdims)
    if len(axes) == 2 and ord in {1, -1, math.inf, -math.inf}:
        rows, columns = (one % ndim(x) for one in axes)
        folded, kept = (rows, columns) if abs(float(ord)) == 1 else (columns, rows)
        sums = sum_of(absolute(x), folded, keepdims=True)
        result = (max_of if float(ord) > 0 else min_of)(sums, kept, keepdims=True)
        return result if keepdims else sum_of(result, (rows, columns))
    raise _no_such_order(ord, axes)


def _vector_norm(size: Tensor, order: float, axis: int, *, keepdims: bool) -> Tensor:
    if math.isinf(order):
        return (max_of if order > 0 else min_of)(size, axis, keepdims=keepdims)
    if order == 0:
        return sum_of(cast_to(not_equal(size, 0), size.dtype), axis, keepdims=keepdims)
    if order == 1:
        return sum_of(size, axis, keepdims=keepdims)
    if order == 2:
        return sqrt(sum_of(square(size), axis, keepdims=keepdims))
    return power(sum_of(power(size, order), axis, keepdims=keepdims), 1.0 / order)


def _no_such_order(order: float | str, axes: tuple[int, ...]) -> ValueError:
    return ValueError(
        "The op `norm` has no norm of this order for these axes.\n"
        f"Received: ord={order!r} over {len(axes)} axes.\n"
        "Allowed: any number over one axis; 'fro', 1, -1, inf and -inf over two; None over all.\n"
        "Choose one of these, or name the axes with `axis`."
    )
