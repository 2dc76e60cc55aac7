"""Rectified units as layers: `ReLU`, `LeakyReLU`, `ELU`."""

from __future__ import annotations

from typing import Any

from polykeras import activations
from polykeras.layers.checks import at_least_zero
from polykeras.layers.layer import Layer


class ReLU(Layer):
    """Rectify: ``max(x, 0)``, with an optional slope below, ceiling and threshold.

    Args:
        max_value: Ceiling, from 0 up; none for ``None``.
        negative_slope: Slope below the threshold, from 0 up.
        threshold: Value from which the input passes, from 0 up.
        **kwargs: Arguments of `Layer`.
    """

    def __init__(
        self, max_value: float | None = None, negative_slope: float = 0.0, threshold: float = 0.0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.max_value = None if max_value is None else at_least_zero(max_value, "max_value", "ReLU")
        self.negative_slope = at_least_zero(negative_slope, "negative_slope", "ReLU")
        self.threshold = at_least_zero(threshold, "threshold", "ReLU")

    def call(self, inputs: Any) -> Any:
        """Return the rectified inputs."""
        return activations.relu(
            inputs, negative_slope=self.negative_slope, max_value=self.max_value, threshold=self.threshold
        )

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "max_value": self.max_value,
            "negative_slope": self.negative_slope,
            "threshold": self.threshold,
        }


class LeakyReLU(Layer):
    """Rectify with a slope below zero: ``x`` where positive, else ``negative_slope * x``.

    Args:
        negative_slope: Slope below zero, from 0 up.
        **kwargs: Arguments of `Layer`.
    """

    def __init__(self, negative_slope: float = 0.3, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.negative_slope = at_least_zero(negative_slope, "negative_slope", "LeakyReLU")

    def call(self, inputs: Any) -> Any:
        """Return the rectified inputs."""
        return activations.leaky_relu(inputs, self.negative_slope)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {**super().get_config(), "negative_slope": self.negative_slope}


class ELU(Layer):
    """Rectify smoothly: ``x`` where positive, else ``alpha * (exp(x) - 1)``.

    Clevert, Unterthiner and Hochreiter, "Fast and accurate deep network learning by exponential linear units", 2016.

    Args:
        alpha: Minus the value far below zero.
        **kwargs: Arguments of `Layer`.
    """

    def __init__(self, alpha: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.alpha = float(alpha)

    def call(self, inputs: Any) -> Any:
        """Return the rectified inputs."""
        return activations.elu(inputs, self.alpha)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {**super().get_config(), "alpha": self.alpha}
