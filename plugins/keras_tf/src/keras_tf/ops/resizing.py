"""Images of other sizes on TensorFlow: its own kernel for linear weights, where XLA does not compile the call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from keras_tf.framework import tf
from keras_tf.ops.kinds import raw
from polykeras.backend.resolved import FALLBACK_BODIES


def resample(images: Any, size: Sequence[int], interpolation: str, antialias: bool, start: int) -> Any:
    """Return images of another size.

    The kernel takes two pixels where core multiplies by a matrix: a sixteenth of the time. What XLA makes of it takes
    three times as long as the product (both measured with TensorFlow 2.21 on the CPU).
    """
    linear = interpolation == "bilinear" and not antialias and images.dtype is tf.float32
    if not linear or not tf.executing_eagerly() or start != 1 or images.shape.rank != 4:
        return FALLBACK_BODIES["resample"](images, size, interpolation, antialias, start)
    return raw.ResizeBilinear(images=images, size=tuple(size), half_pixel_centers=True)


NATIVES: dict[str, Callable[..., Any]] = {
    "resample": resample,
}
