"""`Reshape`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from polykeras import ops
from polykeras.layers.layer import Layer
from polykeras.plugins.errors import ShapeError


class Reshape(Layer):
    """Give all axes but the first another shape.

    Args:
        target_shape: Shape without the batch axis; one size may be -1 and follows from the others.
        **kwargs: Arguments of `Layer`.
    """

    def __init__(self, target_shape: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        sizes = tuple(target_shape)
        if sizes.count(-1) > 1 or any(not hasattr(size, "__index__") or size < -1 for size in sizes):
            raise ValueError(
                f"Reshape cannot have this target.\nReceived: target_shape={target_shape!r}.\n"
                "Allowed: integers from 0 up, and one -1.\nLeave out the batch axis, and at most one size open."
            )
        self.target_shape = tuple(int(size) for size in sizes)

    def call(self, inputs: Any) -> Any:
        """Return a tensor of shape ``(batch, *target_shape)``."""
        batch, *sizes = ops.shape(inputs)
        return ops.reshape(inputs, (batch, *self._sizes(sizes)))

    def _sizes(self, given: Sequence[Any]) -> tuple[int, ...]:
        """Return the target, its open size filled in where one sample's size is known."""
        if not all(isinstance(size, int) for size in given):
            return self.target_shape
        size = math.prod(given)
        rest = math.prod(own for own in self.target_shape if own != -1)
        if -1 in self.target_shape and rest and size % rest == 0:
            return tuple(size // rest if own == -1 else own for own in self.target_shape)
        if -1 in self.target_shape or rest != size:
            raise ShapeError(
                f"Layer {self.name!r} cannot reshape this input.\n"
                f"Received: samples of shape {tuple(given)}, which is {size} elements.\n"
                f"Allowed: as many elements as target_shape={self.target_shape} has.\nCorrect `target_shape`."
            )
        return self.target_shape

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {**super().get_config(), "target_shape": self.target_shape}
