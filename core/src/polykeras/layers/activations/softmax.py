"""`Softmax`."""

from __future__ import annotations

from typing import Any

from polykeras import activations, ops
from polykeras.layers.layer import Layer


class Softmax(Layer):
    """Normalise to probabilities along an axis.

    Args:
        axis: Axis of the classes.
        **kwargs: Arguments of `Layer`.
    """

    def __init__(self, axis: Any = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.axis = axis

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """Return probabilities; what `mask` leaves out gets none."""
        if mask is not None:
            # A large negative number and not -inf: a row without any entry must not become nan.
            least = -3e4 if self.compute_dtype == "float16" else -1e9
            inputs = inputs + (1.0 - ops.cast(mask, self.compute_dtype)) * least
        return activations.softmax(inputs, axis=self.axis)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {**super().get_config(), "axis": self.axis}
