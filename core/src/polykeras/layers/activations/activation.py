"""Activations as layers."""

from __future__ import annotations

from typing import Any

from polykeras import activations, ops
from polykeras.layers.layer import Layer


class Activation(Layer):
    """Apply an activation.

    Args:
        activation: Identifier or function.
        **kwargs: Arguments of `Layer`.
    """

    def __init__(self, activation: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.activation = activations.get(activation)

    def call(self, inputs: Any) -> Any:
        """Return the activation of `inputs`."""
        return self.activation(inputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the inputs' shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {**super().get_config(), "activation": activations.serialize(self.activation)}


class ReLU(Layer):
    """Rectify: ``max(x, 0)``, with an optional slope below, ceiling and threshold.

    Args:
        max_value: Ceiling; none for ``None``.
        negative_slope: Slope below the threshold.
        threshold: Value from which the input passes.
        **kwargs: Arguments of `Layer`.
    """

    def __init__(
        self, max_value: float | None = None, negative_slope: float = 0.0, threshold: float = 0.0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.max_value = max_value
        self.negative_slope = float(negative_slope)
        self.threshold = float(threshold)

    def call(self, inputs: Any) -> Any:
        """Return the rectified inputs."""
        return activations.relu(
            inputs, negative_slope=self.negative_slope, max_value=self.max_value, threshold=self.threshold
        )

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the inputs' shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "max_value": self.max_value,
            "negative_slope": self.negative_slope,
            "threshold": self.threshold,
        }


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
            inputs = inputs + (1.0 - ops.cast(mask, self.compute_dtype)) * -1e9
        return activations.softmax(inputs, axis=self.axis)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the inputs' shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {**super().get_config(), "axis": self.axis}
