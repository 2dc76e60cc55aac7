"""Images drawn anew: each pixel of the result is looked up at another place of the images.

Images have shape ``(batch, height, width, channels)``, or ``(height, width, channels)`` for one; with
``data_format="channels_first"`` the channels stand before the height. ``None`` is the configured format. Places are
told as x, along the width, and y, down the height, in pixels from the middle of the first one. What is beyond the
borders is told in `polykeras.ops.coordinates`.
"""

from __future__ import annotations

import math
from typing import Any

from polykeras.backend.config import standardize_data_format
from polykeras.ops import shape_rules as rules
from polykeras.ops.casting import cast
from polykeras.ops.conversion import dtype as dtype_of
from polykeras.ops.conversion import ndim
from polykeras.ops.conversion import shape as shape_of
from polykeras.ops.coordinates import sampled
from polykeras.ops.creation import arange, zeros_like
from polykeras.ops.dispatch import derived
from polykeras.ops.filters import filtered, gaussian
from polykeras.ops.linalg import solve
from polykeras.ops.manipulation import concatenate, expand_dims, moveaxis, reshape, squeeze
from polykeras.ops.types import Size, Tensor, TensorLike

_ORDERS = {"nearest": 0, "bilinear": 1}


@derived(rules.affine_transform, promote=())
def affine_transform(
    images: TensorLike,
    transform: TensorLike,
    interpolation: str = "bilinear",
    fill_mode: str = "constant",
    fill_value: float = 0,
    data_format: str | None = None,
) -> Tensor:
    """Return images turned, sheared, moved, or seen from another side.

    The pixel at (x, y) of the result is looked up at ``((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k)`` with
    ``k = c0 x + c1 y + 1``, for a transform ``[a0, a1, a2, b0, b1, b2, c0, c1]``.

    Args:
        images: One image or a batch of them.
        transform: Vector of 8 numbers for all, or one for each image, of shape ``(batch, 8)``.
        interpolation: ``"bilinear"`` or ``"nearest"``.
        fill_mode: ``"constant"``, ``"nearest"``, ``"wrap"``, ``"mirror"`` or ``"reflect"``.
        fill_value: What is beyond the borders with ``"constant"``.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Returns:
        Images of the same shape and dtype, with gradients for `transform` too.

    Raises:
        RuleError: The shapes do not fit, or a name is unknown.

    >>> from polykeras import ops
    >>> image = ops.reshape(ops.arange(4.0), (1, 4, 1))
    >>> moved = ops.image.affine_transform(image, [1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0])
    >>> ops.convert_to_numpy(moved)[0, :, 0].tolist()
    [1.0, 2.0, 3.0, 0.0]
    """
    rules.check_interpolation(interpolation, fill_mode)
    if ndim(transform) == 1:
        transform = expand_dims(transform, 0)
    numbers = cast(transform, "float64" if dtype_of(transform) == "float64" else "float32")
    a, b, c = (
        [numbers[:, i : i + 1, None] for i in range(first, first + count)] for first, count in ((0, 3), (3, 3), (6, 2))
    )
    height, width = _sides(images, data_format)
    x, y = _grid(height, width, dtype_of(numbers))
    scale = c[0] * x + c[1] * y + 1.0
    across = (a[0] * x + a[1] * y + a[2]) / scale
    down = (b[0] * x + b[1] * y + b[2]) / scale
    return _looked_up(images, down, across, interpolation, fill_mode, fill_value, data_format)


@derived(rules.perspective_transform, promote=())
def perspective_transform(
    images: TensorLike,
    start_points: TensorLike,
    end_points: TensorLike,
    interpolation: str = "bilinear",
    fill_value: float = 0,
    data_format: str | None = None,
) -> Tensor:
    """Return images seen from another side: four points of theirs come to four others.

    The places of the images are those of `affine_transform` with the 8 numbers that take every end point to its start
    (R. Hartley and A. Zisserman, "Multiple View Geometry in Computer Vision", 2004, section 4.1).

    Args:
        images: One image or a batch of them.
        start_points: Four points (x, y) of the images, for all of shape ``(4, 2)`` or for each of ``(batch, 4, 2)``.
        end_points: Where they come to.
        interpolation: ``"bilinear"`` or ``"nearest"``.
        fill_value: What is beyond the borders.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Returns:
        Images of the same shape and dtype.

    Raises:
        RuleError: The shapes do not fit, or a name is unknown.

    >>> from polykeras import ops
    >>> image = ops.reshape(ops.arange(6.0), (2, 3, 1))
    >>> corners = ops.convert_to_tensor([[0.0, 0.0], [2.0, 0.0], [0.0, 1.0], [2.0, 1.0]])
    >>> moved = ops.image.perspective_transform(image, corners, ops.add(corners, [1.0, 0.0]), "nearest")
    >>> ops.convert_to_numpy(moved)[..., 0].tolist()
    [[0.0, 0.0, 1.0], [0.0, 3.0, 4.0]]
    """
    rules.check_interpolation(interpolation, "constant")
    starts, ends = (points if ndim(points) == 3 else expand_dims(points, 0) for points in (start_points, end_points))
    dtype = "float64" if "float64" in {dtype_of(starts), dtype_of(ends)} else "float32"
    transform = _homography(cast(ends, dtype), cast(starts, dtype))
    return affine_transform(images, transform, interpolation, "constant", fill_value, data_format)


def _homography(sources: Tensor, targets: Tensor) -> Tensor:
    """Return the 8 numbers of `affine_transform` that take four points to four others, both ``(batch, 4, 2)``."""
    x, y = sources[..., :1], sources[..., 1:]
    u, v = targets[..., :1], targets[..., 1:]
    # The batches may differ where one of them is 1.
    x, y, u, v = (one + zeros_like(x + u) for one in (x, y, u, v))
    zero, one = zeros_like(x), zeros_like(x) + 1.0
    to_u = concatenate([x, y, one, zero, zero, zero, -u * x, -u * y], -1)
    to_v = concatenate([zero, zero, zero, x, y, one, -v * x, -v * y], -1)
    equations, answers = concatenate([to_u, to_v], -2), concatenate([u, v], -2)
    return squeeze(solve(equations, answers), -1)


@derived(rules.elastic_transform, promote=())
def elastic_transform(
    images: TensorLike,
    alpha: float = 20.0,
    sigma: float = 5.0,
    interpolation: str = "bilinear",
    fill_mode: str = "reflect",
    fill_value: float = 0.0,
    seed: Any = None,
    data_format: str | None = None,
) -> Tensor:
    """Return images pulled out of shape at random (P. Simard et al., "Best practices for convolutional nets", 2003).

    Every pixel is looked up at a place moved by `alpha` times a field of normal numbers that was blurred with `sigma`.

    Args:
        images: One image or a batch of them, each with a field of its own.
        alpha: How far.
        sigma: Standard deviation of the blur, in pixels: how slowly the field changes.
        interpolation: ``"bilinear"`` or ``"nearest"``.
        fill_mode: ``"constant"``, ``"nearest"``, ``"wrap"``, ``"mirror"`` or ``"reflect"``.
        fill_value: What is beyond the borders with ``"constant"``.
        seed: Whole number for the same fields at every call, a `SeedGenerator`, or ``None`` for the global seed.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Returns:
        Images of the same shape and dtype.

    Raises:
        RuleError: The images do not fit, or a name is unknown.

    >>> from polykeras import ops
    >>> ops.image.elastic_transform(ops.ones((2, 5, 6, 3)), seed=1).shape
    (2, 5, 6, 3)
    """
    rules.check_interpolation(interpolation, fill_mode)
    height, width = _sides(images, data_format)
    count: Any = shape_of(images)[0] if ndim(images) == 4 else 1
    from polykeras.random import normal  # which stands on the ops

    noise = normal((count, 2, height, width), seed=seed, dtype="float32")
    weights = gaussian(2 * math.ceil(3 * sigma) + 1, sigma)
    moves = filtered(noise, weights, weights, "same", "channels_first") * alpha
    x, y = _grid(height, width, "float32")
    return _looked_up(images, y + moves[:, 0], x + moves[:, 1], interpolation, fill_mode, fill_value, data_format)


def _sides(images: Tensor, data_format: str | None) -> tuple[Any, ...]:
    start = ndim(images) - (3 if standardize_data_format(data_format) == "channels_last" else 2)
    return shape_of(images)[start : start + 2]


def _grid(height: Size, width: Size, dtype: str) -> tuple[Tensor, Tensor]:
    """Return x as a row and y as a column, to be broadcast."""
    x, y = arange(width, dtype=dtype), arange(height, dtype=dtype)
    return reshape(x, (1, 1, width)), reshape(y, (1, height, 1))


def _looked_up(
    images: Tensor,
    down: Tensor,
    across: Tensor,
    interpolation: str,
    fill_mode: str,
    fill_value: float,
    data_format: str | None,
) -> Tensor:
    """Return images at the places ``(down, across)``, tensors of shape ``(batch, height, width)``."""
    last = standardize_data_format(data_format) == "channels_last"
    pixels = images if last else moveaxis(images, -3, -1)
    sizes = shape_of(pixels)
    count = sizes[0] if len(sizes) == 4 else 1
    rows = reshape(pixels, (math.prod(sizes[:-1]), sizes[-1]))
    first = reshape(arange(count, dtype="int32") * (sizes[-3] * sizes[-2]), (count, 1, 1))
    found = sampled(rows, [down, across], sizes[-3:-1], _ORDERS[interpolation], fill_mode, fill_value, first)
    result = found if len(sizes) == 4 else squeeze(found, 0)
    return result if last else moveaxis(result, -1, -3)
