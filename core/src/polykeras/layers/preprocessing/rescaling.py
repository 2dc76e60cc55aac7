"""`Rescaling`."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras import ops
from polykeras.backend.config import image_data_format
from polykeras.layers.layer import Layer


class Rescaling(Layer):
    """Compute ``inputs * scale + offset``, in the layer's dtype also for integer inputs.

    Args:
        scale: Factor, or one per channel.
        offset: Summand, or one per channel.
        **kwargs: Arguments of `Layer`.
    """

    def __init__(self, scale: Any, offset: Any = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scale = scale
        self.offset = offset
        self.supports_masking = True

    def call(self, inputs: Any) -> Any:
        """Return the rescaled inputs."""
        return ops.cast(inputs, self.compute_dtype) * self._along(self.scale) + self._along(self.offset)

    def _along(self, value: Any) -> Any:
        """Return numbers per channel so that they meet the axis of the channels."""
        if isinstance(value, (int, float)):
            return value
        array = np.asarray(value, dtype="float64")
        if array.ndim and image_data_format() == "channels_first":
            array = array.reshape(-1, 1, 1)
        return ops.cast(ops.convert_to_tensor(array), self.compute_dtype)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the inputs' shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {**super().get_config(), "scale": _plain(self.scale), "offset": _plain(self.offset)}


def _plain(value: Any) -> Any:
    return value if isinstance(value, (int, float)) else np.asarray(value).tolist()
