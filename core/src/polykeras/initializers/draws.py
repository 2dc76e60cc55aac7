"""Initial values drawn from one distribution, whatever the shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras.initializers.initializer import Array, RandomInitializer
from polykeras.random import host


class RandomNormal(RandomInitializer):
    """Draws from the normal distribution.

    Args:
        mean: Mean.
        stddev: Standard deviation.
        seed: Integer in [0, 2**32), or ``None`` for a fresh one.
    """

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: int | None = None) -> None:
        super().__init__(seed)
        self.mean = mean
        self.stddev = stddev

    def __call__(self, shape: Sequence[int], dtype: str | None = None) -> Array:
        """Return draws of `shape`, in a float dtype."""
        return host.normal(self._key(), shape, self._float_dtype(dtype), self.mean, self.stddev)

    def get_config(self) -> dict[str, Any]:
        """Return mean, stddev and seed."""
        return {**super().get_config(), "mean": self.mean, "stddev": self.stddev}


class TruncatedNormal(RandomInitializer):
    """Draws from the normal distribution, none farther than two `stddev` from `mean`.

    Args:
        mean: Mean.
        stddev: Standard deviation before truncation.
        seed: Integer in [0, 2**32), or ``None`` for a fresh one.
    """

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: int | None = None) -> None:
        super().__init__(seed)
        self.mean = mean
        self.stddev = stddev

    def __call__(self, shape: Sequence[int], dtype: str | None = None) -> Array:
        """Return draws of `shape`, in a float dtype."""
        return host.truncated_normal(self._key(), shape, self._float_dtype(dtype), self.mean, self.stddev)

    def get_config(self) -> dict[str, Any]:
        """Return mean, stddev and seed."""
        return {**super().get_config(), "mean": self.mean, "stddev": self.stddev}


class RandomUniform(RandomInitializer):
    """Draws from ``[minval, maxval)``.

    Args:
        minval: Lower bound, included.
        maxval: Upper bound, excluded.
        seed: Integer in [0, 2**32), or ``None`` for a fresh one.
    """

    def __init__(self, minval: float = -0.05, maxval: float = 0.05, seed: int | None = None) -> None:
        super().__init__(seed)
        self.minval = minval
        self.maxval = maxval

    def __call__(self, shape: Sequence[int], dtype: str | None = None) -> Array:
        """Return draws of `shape`, in a float dtype."""
        return host.uniform(self._key(), shape, self._float_dtype(dtype), self.minval, self.maxval)

    def get_config(self) -> dict[str, Any]:
        """Return both bounds and the seed."""
        return {**super().get_config(), "minval": self.minval, "maxval": self.maxval}
