"""`Flatten` and `Reshape`."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.backend.config import standardize_data_format
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
        self.data_format = standardize_data_format(data_format)
        self.input_spec = InputSpec(min_ndim=1)
        self._channels_first = self.data_format == "channels_first"

    def call(self, inputs: Any) -> Any:
        """Return a tensor of shape ``(batch, size)``."""
        shape = ops.shape(inputs)
        if self._channels_first and len(shape) > 1:
            inputs = ops.moveaxis(inputs, 1, -1)
        size: Any = 1
        for own in shape[1:]:
            size = size * own
        if isinstance(size, int) and not isinstance(shape[0], int):
            return ops.reshape(inputs, (shape[0], size))
        return ops.reshape(inputs, (shape[0], size) if shape[0] == 0 else (shape[0], -1))

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {**super().get_config(), "data_format": self.data_format}


class Reshape(Layer):
    """Give all axes but the first another shape.

    Args:
        target_shape: Shape without the batch axis; one size may be -1.
        **kwargs: Arguments of `Layer`.
    """

    def __init__(self, target_shape: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.target_shape = tuple(target_shape)

    def call(self, inputs: Any) -> Any:
        """Return a tensor of shape ``(batch, *target_shape)``."""
        return ops.reshape(inputs, (ops.shape(inputs)[0], *self.target_shape))

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {**super().get_config(), "target_shape": self.target_shape}
