"""`Reshape`."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.layers.layer import Layer


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
