"""`Dropout`."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.layers.checks import fraction
from polykeras.layers.layer import Layer
from polykeras.random import draws
from polykeras.random.seed import SeedGenerator


class Dropout(Layer):
    """Set a fraction of the inputs to zero in training and scale the rest by ``1 / (1 - rate)``.

    Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014.

    Args:
        rate: Fraction in [0, 1].
        noise_shape: Shape of the mask, broadcast to the inputs; ``None`` sizes are the inputs'.
        seed: Seed of the draws; drawn from the process-wide seed for ``None``.
        **kwargs: Arguments of `Layer`.
    """

    def __init__(self, rate: float, noise_shape: Any = None, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rate = fraction(rate, "rate", "Dropout")
        self.noise_shape = None if noise_shape is None else tuple(noise_shape)
        self.seed = seed
        self.supports_masking = True
        if self.rate > 0:
            self.seed_generator = SeedGenerator(seed)

    def call(self, inputs: Any, training: bool | None = False) -> Any:
        """Return the inputs, thinned out when `training`."""
        if not training or self.rate == 0:
            return inputs
        if self.rate == 1:
            return ops.zeros_like(inputs)  # nothing is left to scale
        return draws.dropout(inputs, self.rate, self.noise_shape, self.seed_generator)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {**super().get_config(), "rate": self.rate, "seed": self.seed, "noise_shape": self.noise_shape}
