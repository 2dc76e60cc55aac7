"""Orthogonal initial values, made from a random normal matrix.

The normal matrix is the same on every machine; its factorisation is LAPACK's, whose last bits may
differ between machines. On one machine every backend starts from the same values.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from polykeras.initializers.initializer import Array, RandomInitializer
from polykeras.random import host


class Orthogonal(RandomInitializer):
    """A matrix with orthonormal columns, or rows where it has fewer rows than columns.

    Shapes of higher rank are seen as ``(product of the leading axes, last axis)``. Exact solutions
    to the learning dynamics of deep linear networks (A. M. Saxe, J. L. McClelland and S. Ganguli,
    ICLR 2014); signs as in F. Mezzadri, "How to generate random matrices from the classical
    compact groups", Notices of the AMS 54 (2007), so that all such matrices are equally likely.

    Args:
        gain: Factor.
        seed: Integer in [0, 2**32), or ``None`` for a fresh one.
    """

    def __init__(self, gain: float = 1.0, seed: int | None = None) -> None:
        super().__init__(seed)
        self.gain = gain

    def __call__(self, shape: Sequence[int], dtype: str | None = None) -> Array:
        """Return values of `shape`, in a float dtype.

        Raises:
            ValueError: `shape` has fewer than two axes.
        """
        if len(shape) < 2:
            raise ValueError(
                f"Orthogonal cannot fill a variable of rank {len(shape)}.\n"
                f"Received shape {tuple(shape)}.\n"
                "Allowed: shapes of two axes or more.\n"
                "Use another initializer, such as RandomNormal."
            )
        name = self._float_dtype(dtype)
        rows, columns = math.prod(shape[:-1]), shape[-1]
        tall = (max(rows, columns), min(rows, columns))
        q, r = np.linalg.qr(host.normal(self._key(), tall, "float64"))
        q *= np.where(np.diagonal(r) < 0, -1.0, 1.0)
        matrix = q if rows >= columns else q.T
        return (self.gain * matrix).reshape(tuple(shape)).astype(name)

    def get_config(self) -> dict[str, Any]:
        """Return gain and seed."""
        return {**super().get_config(), "gain": self.gain}
