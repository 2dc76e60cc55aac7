"""`Activation`: an activation as a layer."""

from __future__ import annotations

from typing import Any

from polykeras import activations
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

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {**super().get_config(), "activation": activations.serialize(self.activation)}
