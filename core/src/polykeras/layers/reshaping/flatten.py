"""`Flatten`."""

from __future__ import annotations

import math
from typing import Any

from polykeras import ops
from polykeras.layers.checks import data_format_of
from polykeras.layers.input_spec import InputSpec
from polykeras.layers.layer import Layer


class Flatten(Layer):
    """Join all axes but the first.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``: with the latter the channels are moved
            to the end before.
        **kwargs: Arguments of `Layer`.
    """

    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = data_format_of(data_format, "Flatten")
        self.input_spec = InputSpec(min_ndim=1)
        self._channels_first = self.data_format == "channels_first"

    def call(self, inputs: Any) -> Any:
        """Return a tensor of shape ``(batch, size)``."""
        shape = ops.shape(inputs)
        if self._channels_first and len(shape) > 2:
            inputs = ops.moveaxis(inputs, 1, -1)
        return ops.reshape(inputs, (shape[0], math.prod(shape[1:])))

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {**super().get_config(), "data_format": self.data_format}
