"""Products of tensors: matmul, dot, tensordot, einsum, outer, kron, cross and what is made of them.

Operands of different dtypes are promoted first. As in Keras, ``matmul`` and ``einsum`` add up int8
products in int32, where they fit; the other products keep their dtype. Sizes that do not fit raise.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from polykeras.backend.dtypes import is_complex
from polykeras.ops import shape_rules as rules
from polykeras.ops.arithmetic import multiply, negative, subtract
from polykeras.ops.complex_numbers import conjugate
from polykeras.ops.conversion import ndim
from polykeras.ops.conversion import shape as shape_of
from polykeras.ops.dims import Dim
from polykeras.ops.dispatch import derived, primitive
from polykeras.ops.manipulation import moveaxis, reshape, stack, transpose, unstack
from polykeras.ops.rule_error import RuleError
from polykeras.ops.shape_rules import Spec
from polykeras.ops.types import Size, Tensor, TensorLike


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
def kron(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Return the Kronecker product: each element of `x1` times the whole of `x2`, in its place.

    Args:
        x1: Tensor of shape ``(a, b, ...)``; with fewer axes than `x2`, axes of size 1 are put in front.
        x2: Tensor of shape ``(c, d, ...)``, likewise.

    Returns:
        Tensor of shape ``(a * c, b * d, ...)``.

    >>> from polykeras import ops
    >>> ops.convert_to_numpy(ops.kron([1, 10], [1, 2, 3])).tolist()
    [1, 2, 3, 10, 20, 30]
    """
    outer_sizes, inner_sizes = shape_of(x1), shape_of(x2)
    rank = max(len(outer_sizes), len(inner_sizes))
    outer_sizes = (1,) * (rank - len(outer_sizes)) + outer_sizes
    inner_sizes = (1,) * (rank - len(inner_sizes)) + inner_sizes
    # Not by broadcasting (a, 1, b, 1, ...) with (1, c, 1, d, ...): some frameworks do that for few axes only.
    products = reshape(outer(x1, x2), outer_sizes + inner_sizes)  # (a, b, ..., c, d, ...)
    side_by_side = transpose(products, [axis for i in range(rank) for axis in (i, rank + i)])  # (a, c, b, d, ...)
    return reshape(side_by_side, tuple(a * c for a, c in zip(outer_sizes, inner_sizes, strict=True)))


@derived()
def cross(
    x1: TensorLike, x2: TensorLike, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None
) -> Tensor:
    """Return the cross product of vectors of 3 components; a third component that is missing counts as 0.

    ``(a1*b2 - a2*b1, a2*b0 - a0*b2, a0*b1 - a1*b0)``, which is orthogonal to both vectors.

    Args:
        x1: Tensor with 2 or 3 components along `axisa`; the other axes of both broadcast.
        x2: Tensor with 2 or 3 components along `axisb`. Numbers of components may be unknown if one of them is 3.
        axisa: Axis of the vectors of `x1`.
        axisb: Axis of the vectors of `x2`.
        axisc: Axis of the vectors of the result.
        axis: Stands for all three, if given.

    Returns:
        Tensor with 3 components along `axisc`; of 2 components each, the last of the three alone, without that axis.

    Raises:
        ValueError: If there are other numbers of components.

    >>> from polykeras import ops
    >>> ops.convert_to_numpy(ops.cross([1, 0, 0], [0, 1, 0])).tolist()
    [0, 0, 1]
    """
    axisa, axisb, axisc = (axisa, axisb, axisc) if axis is None else (axis, axis, axis)
    a, b = moveaxis(x1, axisa, -1), moveaxis(x2, axisb, -1)
    sizes = _components(shape_of(a)[-1], shape_of(b)[-1])
    a, b = unstack(a, sizes[0], -1), unstack(b, sizes[1], -1)
    third = subtract(multiply(a[0], b[1]), multiply(a[1], b[0]))
    if sizes == (2, 2):
        return third
    if sizes == (2, 3):
        first, second = multiply(a[1], b[2]), negative(multiply(a[0], b[2]))
    elif sizes == (3, 2):
        first, second = negative(multiply(a[2], b[1])), multiply(a[2], b[0])
    else:
        first = subtract(multiply(a[1], b[2]), multiply(a[2], b[1]))
        second = subtract(multiply(a[2], b[0]), multiply(a[0], b[2]))
    return moveaxis(stack([first, second, third], -1), -1, axisc)


def _components(left: Size, right: Size) -> tuple[int, int]:
    """Return how many components the vectors have; beside 3, what is unknown makes no difference to the result."""
    sizes = tuple(3 if isinstance(one, Dim) and 3 in (left, right) else one for one in (left, right))
    if not set(sizes) <= {2, 3}:
        raise RuleError(
            "multiplies vectors of 2 or 3 components",
            f"{' and '.join('an unknown number' if isinstance(one, Dim) else str(one) for one in sizes)} of them",
            "2 or 3; one may be unknown if the other is 3",
            "Say which axis holds the components with `axis`, and give its size in `Input(shape=...)`.",
        )
    return cast("tuple[int, int]", sizes)


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
