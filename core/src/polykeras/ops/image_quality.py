"""How near one image comes to another."""

from __future__ import annotations

import math

from polykeras.ops import shape_rules as rules
from polykeras.ops.conversion import ndim
from polykeras.ops.dispatch import derived
from polykeras.ops.exponential import log10
from polykeras.ops.filters import filtered, gaussian
from polykeras.ops.manipulation import concatenate, expand_dims, split, squeeze
from polykeras.ops.reduce import mean
from polykeras.ops.types import Tensor, TensorLike


@derived(rules.ssim, to_float=True)
def ssim(
    image1: TensorLike,
    image2: TensorLike,
    max_val: float = 1.0,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
    data_format: str | None = None,
) -> Tensor:
    """Return the structural similarity of images.

    It is the mean over all windows within the image and all channels of
    ``(2 m1 m2 + c1) (2 s12 + c2) / ((m1^2 + m2^2 + c1) (s1^2 + s2^2 + c2))`` with means m, variances s^2 and the
    covariance s12 in a window, by the weights of a normal distribution, ``c1 = (k1 max_val)^2`` and
    ``c2 = (k2 max_val)^2`` (Z. Wang et al., "Image quality assessment: from error visibility to structural
    similarity", 2004).

    Args:
        image1: One image or a batch of them.
        image2: As many, of the same size.
        max_val: Distance of the least and the greatest value that a pixel can have.
        filter_size: Rows and columns of a window.
        filter_sigma: Standard deviation of the weights, in pixels.
        k1: Share of `max_val` that steadies the comparison of means.
        k2: Share of `max_val` that steadies the comparison of variances.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Returns:
        Number of each image, of shape ``(batch,)`` or ``()``; 1 for equal images.

    Raises:
        RuleError: The shapes differ, or a window does not fit into the images.

    >>> from polykeras import ops
    >>> ops.image.ssim(ops.ones((2, 16, 16, 3)), ops.ones((2, 16, 16, 3))).shape
    (2,)
    """
    weights = gaussian(filter_size, filter_sigma)
    moments = (image1, image2, image1 * image1, image2 * image2, image1 * image2)
    together = concatenate([expand_dims(one, 0) for one in moments] if ndim(image1) == 3 else list(moments), 0)
    mean1, mean2, square1, square2, product = split(filtered(together, weights, weights, "valid", data_format), 5, 0)
    c1, c2 = (k1 * max_val) ** 2, (k2 * max_val) ** 2
    alike = (2.0 * mean1 * mean2 + c1) * (2.0 * (product - mean1 * mean2) + c2)
    spread = (square1 - mean1 * mean1) + (square2 - mean2 * mean2)
    windows = alike / ((mean1 * mean1 + mean2 * mean2 + c1) * (spread + c2))
    similarities = mean(windows, (1, 2, 3))
    return squeeze(similarities, 0) if ndim(image1) == 3 else similarities


@derived(rules.psnr, to_float=True)
def psnr(x1: TensorLike, x2: TensorLike, max_val: float) -> Tensor:
    """Return the ratio of the largest signal to the noise, in decibels: ``10 log10(max_val^2 / mean((x1 - x2)^2))``.

    Args:
        x1: Tensor.
        x2: Tensor of the same shape.
        max_val: Distance of the least and the greatest value that an element can have.

    Returns:
        Scalar; infinity for equal tensors.

    >>> from polykeras import ops
    >>> round(float(ops.nn.psnr([0.0, 1.0], [0.1, 0.9], 1.0)), 3)
    20.0
    """
    distance = x1 - x2
    return 20.0 * math.log10(max_val) - 10.0 * log10(mean(distance * distance))
