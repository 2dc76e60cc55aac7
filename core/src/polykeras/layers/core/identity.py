"""`Identity`."""

from __future__ import annotations

from typing import Any

from polykeras.layers.layer import Layer


class Identity(Layer):
    """Return the inputs, of any structure.

    Args:
        **kwargs: Arguments of `Layer`.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True

    def call(self, inputs: Any) -> Any:
        """Return the inputs."""
        return inputs
