"""Encoder of measures into bins, whose boundaries are given or split the data into equal parts."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from polykeras import ops
from polykeras.layers.preprocessing.encoders.encoder import Encoder
from polykeras.layers.preprocessing.encoders.quantiles import Quantiles


class DiscretizationEncoder(Encoder):
    """The number of the bin that a value falls into; a value on a boundary falls into the bin above it.

    Args:
        num_bins: Bins to be learned; ``None`` where the boundaries are given.
        bin_boundaries: Ascending boundaries; one bin lies below the first and one above the last.

    >>> DiscretizationEncoder(bin_boundaries=[0.0, 1.0]).encode(np.array([-1.0, 0.0, 5.0]))
    array([0, 1, 2])
    """

    class_name = "Discretization"

    def __init__(self, num_bins: int | None = None, bin_boundaries: Sequence[float] | None = None) -> None:
        if (num_bins is None) == (bin_boundaries is None):
            raise ValueError(
                "A discretisation needs the number of bins or their boundaries.\n"
                f"Received: num_bins={num_bins!r}, bin_boundaries={bin_boundaries!r}.\n"
                "Allowed: one of them, the other None.\nPass `num_bins` to learn the boundaries from data."
            )
        if num_bins is not None and (isinstance(num_bins, bool) or num_bins < 1):
            raise ValueError(
                f"There cannot be this many bins.\nReceived: num_bins={num_bins!r}.\nAllowed: integers from 1 up.\n"
                "Pass one."
            )
        self.num_bins = num_bins
        self.given = bin_boundaries is not None
        self.bin_boundaries = None if bin_boundaries is None else _ascending(bin_boundaries)
        self._quantiles = Quantiles()

    @property
    def needs_adapting(self) -> bool:
        """Whether the boundaries are learned."""
        return not self.given

    @property
    def adapted(self) -> bool:
        """Whether the boundaries are known."""
        return self.bin_boundaries is not None

    @property
    def depth(self) -> int | None:
        """Return the number of bins."""
        return self.num_bins if self.num_bins is not None else len(self.bin_boundaries or ()) + 1

    def fresh(self) -> DiscretizationEncoder:
        """Return one with the same settings that has learned nothing."""
        return DiscretizationEncoder(self.num_bins, self.bin_boundaries if self.given else None)

    def update(self, values: np.ndarray) -> None:
        """Take some values into the summary."""
        self._quantiles.add(values)

    def finish(self) -> None:
        """Note the boundaries: fewer than asked for where there are fewer values than bins."""
        count = self._quantiles.count
        bins = min(self.num_bins or 1, count)
        found = self._quantiles.at(np.arange(1, bins) / bins) if bins > 1 else np.zeros(0)
        self.bin_boundaries = [float(value) for value in found.astype("float32")]
        self._quantiles = Quantiles()

    def encode(self, values: np.ndarray) -> np.ndarray:
        """Return the numbers of the bins."""
        bounds = np.asarray(self.bin_boundaries, "float32")
        return np.searchsorted(bounds, values.astype("float32"), side="right").astype("int64")

    def encode_tensor(self, values: Any) -> Any:
        """Return the numbers of the bins."""
        flat = ops.reshape(ops.cast(values, "float32"), (-1,))
        bounds = np.asarray(self.bin_boundaries, "float32")
        if not bounds.size:
            return ops.zeros_like(values, dtype="int32")
        found = ops.searchsorted(ops.convert_to_tensor(bounds), flat, side="right")
        return ops.cast(ops.reshape(found, ops.shape(values)), "int32")

    def get_config(self) -> dict[str, Any]:
        """Return the number of bins and the boundaries, given or learned."""
        return {"num_bins": self.num_bins, "bin_boundaries": self.bin_boundaries}

    @classmethod
    def learned(cls, num_bins: int, bin_boundaries: Sequence[float]) -> DiscretizationEncoder:
        """Return one of `num_bins` that learned its boundaries before."""
        encoder = cls(num_bins)
        encoder.bin_boundaries = _ascending(bin_boundaries)
        if len(encoder.bin_boundaries) >= num_bins:
            raise ValueError(
                "There are more boundaries than bins can have.\n"
                f"Received: {len(encoder.bin_boundaries)} boundaries of {num_bins} bins.\n"
                f"Allowed: at most {num_bins - 1}.\nCorrect the config."
            )
        return encoder


def _ascending(values: Sequence[float]) -> list[float]:
    boundaries = [float(value) for value in values]
    if any(not low <= high for low, high in itertools.pairwise(boundaries)):
        raise ValueError(
            f"The boundaries of the bins are not in order.\nReceived: {boundaries[:10]}.\n"
            "Allowed: ascending numbers.\nSort them."
        )
    return boundaries
