"""Tensors at places between their elements, and beyond their borders.

Beyond the borders a row ``a b c d`` goes on, at the left and at the right, as

- ``"constant"``: ``k k k | a b c d | k k k``, with a value k,
- ``"nearest"``: ``a a a | a b c d | d d d``,
- ``"wrap"``: ``b c d | a b c d | a b c``,
- ``"mirror"``: ``d c b | a b c d | c b a``,
- ``"reflect"``: ``c b a | a b c d | d c b``.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

from polykeras.backend import dtypes
from polykeras.ops import shape_rules as rules
from polykeras.ops.arithmetic import absolute, clip, floor, minimum, mod, sign
from polykeras.ops.casting import cast, stop_gradient
from polykeras.ops.comparison import logical_and, where
from polykeras.ops.conversion import dtype as dtype_of
from polykeras.ops.conversion import shape as shape_of
from polykeras.ops.dispatch import derived
from polykeras.ops.indexing import take
from polykeras.ops.manipulation import expand_dims, reshape, squeeze, unstack
from polykeras.ops.saturation import saturate_cast
from polykeras.ops.types import Tensor, TensorLike


@derived(rules.map_coordinates, promote=())
def map_coordinates(
    inputs: TensorLike, coordinates: TensorLike, order: int, fill_mode: str = "constant", fill_value: float = 0
) -> Tensor:
    """Return `inputs` at places that need not be whole.

    Args:
        inputs: Tensor with n axes.
        coordinates: Tensor of shape ``(n, ...)``: the place along each axis.
        order: 0 for the nearest element, halves away from zero; 1 for linear weights of the elements around.
        fill_mode: How `inputs` goes on beyond its borders: ``"constant"``, ``"nearest"``, ``"wrap"``, ``"mirror"`` or
            ``"reflect"``.
        fill_value: What is there with ``"constant"``.

    Returns:
        Tensor of the shape of one coordinate and of the dtype of `inputs`; whole numbers are rounded, halves away from
        zero. With order 1 there are gradients for `coordinates` too.

    Raises:
        RuleError: The shapes do not fit, or a name or an order is unknown.

    >>> from polykeras import ops
    >>> ops.convert_to_numpy(ops.image.map_coordinates([0.0, 10.0, 20.0], [[0.5, 1.25, 3.0]], 1)).tolist()
    [5.0, 12.5, 0.0]
    """
    rules.check_sampling(order, fill_mode)
    sizes = shape_of(inputs)
    rows = reshape(inputs, (math.prod(sizes), 1))
    places = unstack(cast(coordinates, _exact(dtype_of(coordinates))), len(sizes), 0)
    return squeeze(sampled(rows, places, sizes, order, fill_mode, fill_value), -1)


def sampled(
    rows: Tensor,
    places: Sequence[Tensor],
    sizes: Sequence[Any],
    order: int,
    fill_mode: str,
    fill_value: float,
    first: Any = 0,
) -> Tensor:
    """Return rows of a table, and the means of those around a place.

    Args:
        rows: Tensor of shape ``(n, channels)``: a tensor with axes of `sizes`, or several one after the other.
        places: A floating tensor for each axis, all of one shape.
        sizes: Size of each axis.
        order: 0 or 1.
        fill_mode: As for `map_coordinates`.
        fill_value: As for `map_coordinates`.
        first: Row at which the tensor begins that a place is in; broadcast against `places`.

    Returns:
        Tensor of the shape of a place, and `channels`.
    """
    dtype = dtype_of(rows)
    if order == 0:
        return _rows_at(rows, [_away(place) for place in places], sizes, fill_mode, fill_value, first)
    exact = dtypes.is_float(dtype) or dtypes.is_complex(dtype)
    values = cast(rows, _exact(dtype)) if not dtypes.is_complex(dtype) else rows
    lows = [stop_gradient(floor(place)) for place in places]
    parts = [place - low for place, low in zip(places, lows, strict=True)]
    result: Any = None
    for corner in itertools.product((0, 1), repeat=len(sizes)):
        at = [low + step for low, step in zip(lows, corner, strict=True)]
        term = _rows_at(values, at, sizes, fill_mode, fill_value, first)
        for part, step in zip(parts, corner, strict=True):
            share = part if step else 1.0 - part
            term = term * cast(expand_dims(share, -1), dtype_of(values))
        result = term if result is None else result + term
    if exact:
        return cast(result, dtype)
    return result != 0 if dtype == "bool" else saturate_cast(_away(result), dtype)


def _exact(dtype: str) -> str:
    return "float64" if dtype == "float64" else "float32"


def _away(x: Tensor) -> Tensor:
    """Return whole numbers as floats, halves away from zero."""
    return sign(x) * floor(absolute(x) + 0.5)


def _rows_at(
    rows: Tensor, places: Sequence[Tensor], sizes: Sequence[Any], fill_mode: str, fill_value: float, first: Any
) -> Tensor:
    """Return the rows at whole places, which may be beyond the borders."""
    position = first
    inside: Any = None
    stride = math.prod(sizes)
    for place, size in zip(places, sizes, strict=True):
        stride //= size
        # Beyond a border by more than that is beyond it in any mode; integers would not hold infinity.
        whole = cast(clip(place, -(2.0**30), 2.0**30), "int32")
        if fill_mode == "constant":
            within = logical_and(whole >= 0, whole < size)
            inside = within if inside is None else logical_and(inside, within)
        position = _folded(whole, size, fill_mode) * stride + position
    found = take(rows, position, 0)
    if inside is None:
        return found
    return where(expand_dims(inside, -1), found, cast(fill_value, dtype_of(rows)))


def _folded(place: Tensor, size: int, fill_mode: str) -> Tensor:
    """Return the element that stands at a place beyond the borders."""
    if fill_mode == "wrap":
        place = mod(place, size)
    elif fill_mode == "mirror":
        last = max(size - 1, 1)
        place = absolute(mod(place + last, 2 * last) - last)
    elif fill_mode == "reflect":
        place = mod(place, 2 * size)
        place = minimum(place, 2 * size - 1 - place)
    return clip(place, 0, size - 1)
