"""Norms of vectors and of matrices."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from polykeras.backend.dtypes import is_complex
from polykeras.ops.arithmetic import absolute, power, square
from polykeras.ops.casting import cast as cast_to
from polykeras.ops.comparison import not_equal
from polykeras.ops.conversion import ndim
from polykeras.ops.dispatch import derived
from polykeras.ops.exponential import sqrt
from polykeras.ops.factors import singular_values, wide
from polykeras.ops.manipulation import expand_dims, moveaxis
from polykeras.ops.reduce import max as max_of
from polykeras.ops.reduce import min as min_of
from polykeras.ops.reduce import sum as sum_of
from polykeras.ops.shape_rules.spec import axis_indices
from polykeras.ops.types import Axis, Tensor, TensorLike

_OF_SINGULAR_VALUES: dict[Any, Callable[..., Tensor]] = {2: max_of, -2: min_of, "nuc": sum_of}


@derived(to_float=True)
def norm(x: TensorLike, ord: float | str | None = None, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return a norm of vectors or of matrices.

    Of vectors: ``sum(|x| ** ord) ** (1 / ord)``, with the greatest or least ``|x|`` for ``inf`` and
    ``-inf`` and the number of nonzero elements for 0. Of matrices: ``"fro"``, the root of the sum of
    squares; 1 and -1, the greatest and least sum of ``|x|`` of a column; ``inf`` and ``-inf``, of a row; 2 and -2, the
    greatest and least singular value; ``"nuc"``, the sum of all of them.

    Args:
        x: Tensor; complex ones have no norms of singular values here.
        ord: Order; ``None`` is 2 for vectors and ``"fro"`` for matrices, or for all elements.
        axis: One axis for vectors, two for matrices; ``None`` for all axes, at most two if `ord` is given.
        keepdims: Keep reduced axes with size 1.

    Returns:
        Tensor without `axis`, real.

    Raises:
        ValueError: If there is no norm of this order over so many axes.
    """
    axes = axis_indices(axis, ndim(x))
    if is_complex(x.dtype):
        if len(axes) == 2 and ord in _OF_SINGULAR_VALUES:
            raise _no_such_order(ord, axes)
        x = absolute(x)
    if ord is None or (ord == "fro" and len(axes) == 2):
        return sqrt(sum_of(square(x), axes, keepdims=keepdims))
    if len(axes) == 1 and not isinstance(ord, str):
        return _vector_norm(absolute(x), float(ord), axes[0], keepdims=keepdims)
    if len(axes) == 2 and ord in {1, -1, math.inf, -math.inf}:
        rows, columns = axis_indices(axes, ndim(x))
        folded, kept = (rows, columns) if abs(float(ord)) == 1 else (columns, rows)
        sums = sum_of(absolute(x), folded, keepdims=True)
        result = (max_of if float(ord) > 0 else min_of)(sums, kept, keepdims=True)
        return result if keepdims else sum_of(result, (rows, columns))
    if len(axes) == 2 and ord in _OF_SINGULAR_VALUES:
        values = wide(singular_values, moveaxis(x, axes, (-2, -1)))
        result = _OF_SINGULAR_VALUES[ord](values, -1)
        return expand_dims(result, sorted(axis_indices(axes, ndim(x)))) if keepdims else result
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


def _no_such_order(order: float | str | None, axes: tuple[int, ...]) -> ValueError:
    return ValueError(
        "The op `norm` has no norm of this order for these axes.\n"
        f"Received: ord={order!r} over {len(axes)} axes.\n"
        "Allowed: any number over one axis; 'fro', 'nuc', 1, -1, 2, -2, inf and -inf over two, None over all; "
        "no singular values of complex numbers.\n"
        "Choose one of these, or name the axes with `axis`."
    )
