"""Images of other sizes: each pixel of the result is a weighted mean of the pixels around its place.

The centre of pixel i stands at ``i + 1/2``. Along an axis of n pixels that becomes one of m, the centre of pixel j of
the result lies at ``(j + 1/2) n / m`` of the images; the weights of a method fall with the distance to it, in pixels
of the images, and their sum is 1. With `antialias` a smaller image takes a wider mean, in pixels of the result, so that
fine patterns do not turn up as coarse ones.

Methods: ``"bilinear"`` (``max(0, 1 - |x|)``), ``"bicubic"`` (R. Keys, "Cubic convolution interpolation for digital
image processing", 1981, with a = -1/2), ``"lanczos3"`` and ``"lanczos5"`` (``sinc(x) sinc(x / r)`` within r pixels),
and ``"nearest"``, which takes the pixel under the place.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import numpy as np

from polykeras.backend import dtypes
from polykeras.ops import shape_rules as rules
from polykeras.ops.arithmetic import absolute, maximum, round
from polykeras.ops.casting import cast
from polykeras.ops.comparison import logical_and, not_equal, where
from polykeras.ops.conversion import dtype as dtype_of
from polykeras.ops.conversion import ndim
from polykeras.ops.conversion import shape as shape_of
from polykeras.ops.creation import arange
from polykeras.ops.dispatch import derived
from polykeras.ops.indexing import get_item, take
from polykeras.ops.linear import einsum, matmul
from polykeras.ops.manipulation import expand_dims, pad, reshape, transpose
from polykeras.ops.reduce import sum as sum_along
from polykeras.ops.saturation import saturate_cast
from polykeras.ops.shape_rules.pictures import check_resize, first_side, resize_margins, standardize_method
from polykeras.ops.trigonometry import sin
from polykeras.ops.types import Tensor, TensorLike

_NO_WEIGHT = 1000 * float(np.finfo("float32").eps)

_TENSORS = SimpleNamespace(
    absolute=absolute, expand_dims=expand_dims, logical_and=logical_and, maximum=maximum, sin=sin, sum=sum_along,
    where=where,
)  # fmt: skip
"""What weights are computed with where they depend on tensors; of plain numbers, NumPy computes them once."""


@derived(rules.resize)
def resize(
    images: TensorLike,
    size: Sequence[int],
    interpolation: str = "bilinear",
    antialias: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    fill_mode: str = "constant",
    fill_value: float = 0.0,
    data_format: str | None = None,
) -> Tensor:
    """Return images of another size.

    Args:
        images: One image or a batch of them.
        size: Height and width of the result.
        interpolation: ``"nearest"``, ``"bilinear"``, ``"bicubic"``, ``"lanczos3"`` or ``"lanczos5"``.
        antialias: Whether smaller images take a wider mean; means nothing to ``"nearest"``.
        crop_to_aspect_ratio: Cut off equal borders first, so that nothing is distorted.
        pad_to_aspect_ratio: Add equal borders first, so that nothing is distorted.
        fill_mode: ``"constant"``: the borders have one value.
        fill_value: That value.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Returns:
        Images of the dtype of `images`. Whole numbers are computed in floatx, rounded, halves to even, and stop at the
        ends of their range.

    Raises:
        RuleError: The images, the size or a name do not fit, or both kinds of borders are asked for.

    >>> from polykeras import ops
    >>> ops.image.resize(ops.ones((2, 5, 6, 3)), (10, 9)).shape
    (2, 10, 9, 3)
    """
    check_resize(size, interpolation, crop_to_aspect_ratio, pad_to_aspect_ratio, fill_mode)
    start = first_side(ndim(images), data_format)
    sides: Sequence[Any] = shape_of(images)[start : start + 2]
    if crop_to_aspect_ratio or pad_to_aspect_ratio:
        borders = resize_margins(sides, size, cropped=crop_to_aspect_ratio)
        if crop_to_aspect_ratio:
            kept = [slice(low, side - high) for side, (low, high) in zip(sides, borders, strict=True)]
            images = get_item(images, (*[slice(None)] * start, *kept))
        else:
            after = ndim(images) - start - 2
            images = pad(images, (*[(0, 0)] * start, *borders, *[(0, 0)] * after), "constant", fill_value)
    return resample(images, size, interpolation, antialias, start)


@derived(rules.resample)
def resample(images: TensorLike, size: Sequence[int], interpolation: str, antialias: bool, start: int) -> Tensor:
    """Return ``resize(images, size, ...)`` whatever becomes of the aspect ratio; an op that backends may bring.

    Args:
        images: Tensor of any shape.
        size: Two sizes of the result.
        interpolation: As for `resize`.
        antialias: As for `resize`.
        start: Axis of the height, in front of that of the width.

    Returns:
        Images of the dtype of `images`.
    """
    sides: Sequence[Any] = shape_of(images)[start : start + 2]
    if interpolation == "nearest":
        for axis, (old, new) in enumerate(zip(sides, size, strict=True), start):
            if old != new:
                images = take(images, (np.arange(new) * 2 + 1) * old // (2 * new), axis)
        return images
    dtype = dtype_of(images)
    exact = dtypes.is_float(dtype) and dtype not in {"float16", "bfloat16"}
    result = images if exact else cast(images, dtypes.result_type(dtype, "float32"))
    rows, columns = (
        _fixed_weights(interpolation, old, new, antialias, dtype_of(result))
        for old, new in zip(sides, size, strict=True)
    )
    sizes = shape_of(images)
    flat = reshape(result, (math.prod(sizes[:start]), *sides, math.prod(sizes[start + 2 :])))
    # One product of the three, since frameworks that compile choose the better order.
    result = reshape(einsum("bhwc,ph,qw->bpqc", flat, rows, columns), (*sizes[:start], *size, *sizes[start + 2 :]))
    if exact or dtype in {"float16", "bfloat16"}:
        return cast(result, dtype)
    return not_equal(result, 0.0) if dtype == "bool" else saturate_cast(round(result), dtype)


@derived(rules.scale_and_translate, promote=("images",), to_float=True)
def scale_and_translate(
    images: TensorLike,
    output_shape: Sequence[int],
    scale: TensorLike,
    translation: TensorLike,
    spatial_dims: Sequence[int],
    method: str,
    antialias: bool = True,
) -> Tensor:
    """Return images stretched and moved along some axes, with zeros where nothing is.

    The place x of the images comes to ``scale * x + translation``.

    Args:
        images: Tensor of any shape.
        output_shape: Shape of the result; it differs from that of `images` along `spatial_dims` alone.
        scale: Vector with a factor for each of `spatial_dims`.
        translation: Vector with a distance for each of them, in pixels of the result.
        spatial_dims: The axes.
        method: ``"linear"``, ``"bilinear"``, ``"trilinear"``, ``"cubic"``, ``"bicubic"``, ``"tricubic"``,
            ``"lanczos3"`` or ``"lanczos5"``.
        antialias: Whether smaller images take a wider mean.

    Returns:
        Tensor of `output_shape` and the dtype of `images`, with gradients for `scale` and `translation` too.

    Raises:
        RuleError: The shapes, the axes or the method do not fit.

    >>> from polykeras import ops
    >>> moved = ops.image.scale_and_translate([1.0, 2.0, 3.0], (4,), [1.0], [1.0], (0,), "linear")
    >>> ops.convert_to_numpy(moved).tolist()
    [0.0, 1.0, 2.0, 3.0]
    """
    axes = rules.scaled_axes(shape_of(images), output_shape, shape_of(scale), shape_of(translation), spatial_dims)
    kernel = _KERNELS[standardize_method(method)]
    dtype = dtype_of(images)
    scale, translation = cast(scale, dtype), cast(translation, dtype)
    result = images
    for i, axis in enumerate(axes):
        old, new = shape_of(images)[axis], output_shape[axis]
        inverse = 1.0 / scale[i]
        centres = (arange(new, dtype=dtype) + 0.5) * inverse - translation[i] * inverse - 0.5
        weights = _weights(_TENSORS, kernel, centres, arange(old, dtype=dtype), old, inverse if antialias else None)
        result = _along(result, axis, weights)
    return result


@lru_cache(maxsize=64)
def _fixed_weights(method: str, old: int, new: int, antialias: bool, dtype: str) -> np.ndarray:
    """Return weights of shape ``(new, old)``."""
    inverse = old / new
    centres = (np.arange(new) + 0.5) * inverse - 0.5
    weights = _weights(np, _KERNELS[method], centres, np.arange(old), old, inverse if antialias else None)
    made: np.ndarray = weights.astype(dtype)
    return made


def _weights(
    xp: Any, kernel: Callable[[Any, Any], Any], centres: Any, places: Any, size: Any, width: Any | None
) -> Any:
    """Return the weight of each place for each centre, in ``(centres, places)``; `width` widens the mean."""
    centres = xp.expand_dims(centres, 1)
    distances = xp.absolute(centres - places)
    if width is not None:
        distances = distances / xp.maximum(width, 1.0)
    weights = kernel(xp, distances)
    total = xp.sum(weights, 1, keepdims=True)
    some = xp.absolute(total) > _NO_WEIGHT
    within = xp.logical_and(centres >= -0.5, centres <= size - 0.5)
    return xp.where(xp.logical_and(some, within), weights / xp.where(some, total, 1.0), 0.0)


def _linear(xp: Any, x: Any) -> Any:
    return xp.maximum(1.0 - x, 0.0)


def _cubic(xp: Any, x: Any) -> Any:
    near = (1.5 * x - 2.5) * x * x + 1.0
    far = ((2.5 - 0.5 * x) * x - 4.0) * x + 2.0
    return xp.where(x < 1.0, near, xp.where(x < 2.0, far, 0.0))


def _lanczos(radius: float) -> Callable[[Any, Any], Any]:
    def kernel(xp: Any, x: Any) -> Any:
        apart = x > 1e-3  # nearer than that it is 1, to the precision of float32
        angle = math.pi * xp.where(apart, x, 1.0)
        window = radius * xp.sin(angle) * xp.sin(angle / radius) / (angle * angle)
        return xp.where(x < radius, xp.where(apart, window, 1.0), 0.0)

    return kernel


_KERNELS = {"bilinear": _linear, "bicubic": _cubic, "lanczos3": _lanczos(3.0), "lanczos5": _lanczos(5.0)}


def _along(x: Tensor, axis: int, weights: Any) -> Tensor:
    """Return `x` with the means along an axis in its place, for weights ``(new, old)``."""
    if axis == ndim(x) - 1:
        return matmul(x, transpose(weights))
    sizes = shape_of(x)
    flat = reshape(x, (math.prod(sizes[:axis]), sizes[axis], math.prod(sizes[axis + 1 :])))
    return reshape(matmul(weights, flat), (*sizes[:axis], shape_of(weights)[0], *sizes[axis + 1 :]))
