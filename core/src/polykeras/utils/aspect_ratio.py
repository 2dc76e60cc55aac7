"""Images resized without distortion: what does not fit the new proportions is cut away.

Promises the numbers that the data sets from directories have for the same image, and gradients where `x` is a tensor.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from polykeras import ops
from polykeras.backend.config import floatx, standardize_data_format
from polykeras.backend.dtypes import is_float
from polykeras.ops.convert import is_host_array
from polykeras.utils.directory_files import refused
from polykeras.utils.owner import at_owner
from polykeras.utils.resampling import INTERPOLATIONS, Taps, cropped


def smart_resize(
    x: Any,
    size: tuple[int, int],
    interpolation: str = "bilinear",
    data_format: str | None = "channels_last",
    **kwargs: Any,
) -> Any:
    """Return images of another size, made of the largest part in their middle that has its proportions.

    A NumPy array gives a NumPy array; anything else gives a tensor. Floats keep their dtype, other numbers become
    floatx.

    Args:
        x: Image of shape ``(height, width, channels)``, or a batch of them with an axis in front.
        size: The new ``(height, width)``.
        interpolation: ``"bilinear"``, ``"nearest"``, ``"bicubic"``, ``"area"``, ``"lanczos3"``, ``"lanczos5"``,
            ``"gaussian"`` or ``"mitchellcubic"``, without antialiasing.
        data_format: ``"channels_last"``, or ``"channels_first"`` for ``(channels, height, width)``.
        **kwargs: `backend_module`, which is accepted and not used.

    Raises:
        ValueError: An argument is not usable.
        TypeError: There is no such argument.

    >>> import numpy as np
    >>> smart_resize(np.arange(8.0).reshape(2, 4, 1), (1, 1))[..., 0]
    array([[3.5]])
    """
    unknown = sorted(set(kwargs) - {"backend_module"})
    if unknown:
        raise TypeError(f"smart_resize() got an unexpected keyword argument {unknown[0]!r}")
    if interpolation not in INTERPOLATIONS:
        raise refused("interpolation", interpolation, tuple(INTERPOLATIONS))
    sizes = tuple(size) if isinstance(size, (tuple, list)) else ()
    if len(sizes) != 2 or not all(isinstance(side, (int, np.integer)) and side > 0 for side in sizes):
        raise ValueError(
            f"The size of images is not usable.\nReceived: size={size!r}.\n"
            "Allowed: two integers from 1 up, height and width.\nPass such a tuple."
        )
    first = standardize_data_format(data_format) == "channels_first"
    if is_host_array(x):
        dtype = x.dtype if x.dtype.kind == "f" else floatx()
        resized = _resized(np, x.astype(dtype), x.shape, sizes, interpolation, first)
        return resized.astype(dtype, copy=False)
    with at_owner(x):
        tensor = ops.convert_to_tensor(x)
        if not is_float(ops.dtype(tensor)):
            tensor = ops.cast(tensor, floatx())
        return _resized(ops, tensor, tuple(tensor.shape), sizes, interpolation, first)


def _resized(xp: Any, x: Any, shape: tuple[int, ...], size: tuple[int, ...], interpolation: str, first: bool) -> Any:
    """Return the images resized by two products with matrices, one for each axis."""
    if len(shape) not in {3, 4}:
        raise ValueError(
            f"These are no images.\nReceived: an array of shape {shape}.\n"
            "Allowed: 3 axes for an image, 4 for a batch of images.\nAdd an axis for channels, or take one axis away."
        )
    height, width = shape[-2:] if first else shape[-3:-1]
    # The part to keep, found on an image without pixels.
    part = cropped(np.broadcast_to(np.int8(0), (height, width, 1)), (size[0], size[1])).shape
    top, left = int((height - part[0]) / 2), int((width - part[1]) / 2)
    taps = INTERPOLATIONS[interpolation]
    rows = _matrix(taps(part[0], size[0]), top, height)  # (new height, height)
    columns = _matrix(taps(part[1], size[1]), left, width)
    if xp is not np:
        rows, columns = (xp.cast(xp.convert_to_tensor(matrix), x.dtype) for matrix in (rows, columns))
    if first:
        return xp.matmul(xp.matmul(rows, x), xp.swapaxes(columns, 0, 1))
    batch = (-1,) * (len(shape) - 3)
    flat = xp.matmul(rows, xp.reshape(x, (*batch, height, width * shape[-1])))
    return xp.matmul(columns, xp.reshape(flat, (*batch, size[0], width, shape[-1])))


def _matrix(taps: Taps, start: int, count: int) -> npt.NDArray[np.float32]:
    """Return what taps on a part of a line do as a matrix over the whole line."""
    matrix = np.zeros((taps.position.shape[1], count), dtype=np.float32)
    for position, weight in zip(taps.position, taps.weight, strict=True):
        np.add.at(matrix, (np.arange(len(position)), start + position), weight)
    return matrix
