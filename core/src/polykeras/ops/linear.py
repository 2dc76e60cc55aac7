"""Products of tensors: matmul, dot, tensordot, einsum, outer and what is made of them.

Operands of different dtypes are promoted first. As in Keras, ``matmul`` and ``einsum`` add up int8
products in int32, where they fit; the other products keep their dtype. Sizes that do not fit raise.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras.backend.dtypes import is_complex
from polykeras.ops import shape_rules as rules
from polykeras.ops.arithmetic import multiply
from polykeras.ops.complex_numbers import conjugate
from polykeras.ops.conversion import ndim
from polykeras.ops.dispatch import derived, primitive
from polykeras.ops.manipulation import reshape
from polykeras.ops.shape_rules import Spec
from polykeras.ops.types import Tensor, TensorLike


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
    """Return the sum of products of two tensors taken flat; complex numbers of the first are conjugated.

    Args:
        x1: Tensor of n elements.
        x2: Tensor of n elements.

    Returns:
        Scalar.
    """
    return dot(reshape(conjugate(x1) if is_complex(x1.dtype) else x1, (-1,)), reshape(x2, (-1,)))


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
