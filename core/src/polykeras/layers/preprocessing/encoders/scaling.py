"""Encoders of measures: passed through, rescaled by constants, or normalised by what the data's mean and variance are.

Mean and variance are merged piece by piece in float64 (Chan, Golub and LeVeque, 1979), so that pieces of any size give
those of the whole.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras import ops
from polykeras.layers.preprocessing.encoders.encoder import Encoder, host_float

_LEAST_DEVIATION = 1e-7


class IdentityEncoder(Encoder):
    """Values as they are, as floats."""

    def encode(self, values: np.ndarray) -> np.ndarray:
        """Return the values as floats."""
        return values.astype(host_float(), copy=False)


class RescalingEncoder(Encoder):
    """Compute ``values * scale + offset``.

    Args:
        scale: Factor.
        offset: Summand.
    """

    class_name = "Rescaling"

    def __init__(self, scale: float = 1.0, offset: float = 0.0) -> None:
        self.scale = float(scale)
        self.offset = float(offset)

    def encode(self, values: np.ndarray) -> np.ndarray:
        """Return the rescaled values."""
        scaled: np.ndarray = (values * self.scale + self.offset).astype(host_float())
        return scaled

    def encode_tensor(self, values: Any) -> Any:
        """Return the rescaled values."""
        return values * self.scale + self.offset

    def settings(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {"scale": self.scale, "offset": self.offset}


class NormalizationEncoder(Encoder):
    """Compute ``(values - mean) / max(sqrt(variance), 1e-7)``.

    Args:
        mean: Mean; learned for ``None``.
        variance: Variance; learned for ``None``.
    """

    class_name = "Normalization"

    def __init__(self, mean: float | None = None, variance: float | None = None) -> None:
        if (mean is None) != (variance is None):
            raise ValueError(
                "A normalisation needs mean and variance.\n"
                f"Received: mean={mean!r}, variance={variance!r}.\n"
                "Allowed: both, or neither, to learn them from data.\nPass both."
            )
        self.mean = None if mean is None else float(mean)
        self.variance = None if variance is None else float(variance)
        self._count, self._mean, self._squares = 0, 0.0, 0.0

    @property
    def needs_adapting(self) -> bool:
        """Whether mean and variance are learned."""
        return True

    @property
    def adapted(self) -> bool:
        """Whether mean and variance are known."""
        return self.mean is not None

    def fresh(self) -> NormalizationEncoder:
        """Return one that has learned nothing."""
        return NormalizationEncoder()

    def update(self, values: np.ndarray) -> None:
        """Merge mean and squared deviations of some values into those of all so far."""
        count = values.size
        if not count:
            return
        mean = float(np.mean(values, dtype="float64"))
        squares = float(np.sum(np.square(values.astype("float64") - mean)))
        total = self._count + count
        shift = mean - self._mean
        self._squares += squares + shift * shift * self._count * count / total
        self._mean += shift * count / total
        self._count = total

    def finish(self) -> None:
        """Note mean and variance."""
        self.mean = self._mean
        self.variance = self._squares / max(self._count, 1)

    def encode(self, values: np.ndarray) -> np.ndarray:
        """Return the normalised values."""
        mean, deviation = self._constants()
        normal: np.ndarray = ((values.astype("float64") - mean) / deviation).astype(host_float())
        return normal

    def encode_tensor(self, values: Any) -> Any:
        """Return the normalised values."""
        mean, deviation = self._constants()
        return ops.divide(ops.subtract(values, mean), deviation)

    def _constants(self) -> tuple[float, float]:
        return self.mean or 0.0, max(float(np.sqrt(self.variance or 0.0)), _LEAST_DEVIATION)

    def get_config(self) -> dict[str, Any]:
        """Return mean and variance."""
        return {"mean": self.mean, "variance": self.variance}
