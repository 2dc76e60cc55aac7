"""A penalty on rows or columns that are not orthogonal to each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from polykeras import ops
from polykeras.backend.config import epsilon
from polykeras.ops.dims import Dim, known
from polykeras.plugins.errors import did_you_mean
from polykeras.regularizers.norms import non_negative
from polykeras.regularizers.regularizer import Regularizer

MODES = ("rows", "columns")


class OrthogonalRegularizer(Regularizer):
    """Penalty ``factor * mean(abs(cosine))`` over all pairs of rows, or of columns.

    Args:
        factor: Factor, at least 0.
        mode: ``"rows"`` keeps the rows of a matrix apart, ``"columns"`` its columns.

    Raises:
        ValueError: `mode` is another, or `factor` is negative, infinite or no number.
    """

    def __init__(self, factor: float = 0.01, mode: str = "rows") -> None:
        self.factor = non_negative("OrthogonalRegularizer", "factor", factor)
        if mode not in MODES:
            raise ValueError(
                f"OrthogonalRegularizer has no mode={mode!r}.{did_you_mean(str(mode), MODES)}\n"
                f"Allowed: {', '.join(MODES)}.\n"
                "Pass one of these as `mode`."
            )
        self.mode = mode

    def __call__(self, inputs: Any) -> Any:
        """Return the penalty of a matrix, a scalar of its dtype.

        Args:
            inputs: Matrix of static shape ``(rows, columns)``.

        Raises:
            ValueError: `inputs` is no matrix, or one of unknown size.
        """
        rows, columns = _matrix_shape(ops.shape(inputs))
        by_rows = self.mode == "rows"
        vectors = ops.convert_to_tensor(inputs) if by_rows else ops.transpose(inputs)  # (count, size)
        count = rows if by_rows else columns
        # A vector of zeros has no direction; the floor keeps its cosines, and their gradient, at 0.
        squares = ops.maximum(ops.sum(ops.square(vectors), axis=1, keepdims=True), epsilon() ** 2)
        directions = ops.divide(vectors, ops.sqrt(squares))
        cosines = ops.abs(ops.matmul(directions, ops.transpose(directions)))  # (count, count)
        between = ops.where(np.eye(count, dtype=bool), ops.zeros_like(cosines), cosines)
        # Each pair stands there twice. One vector alone makes no pair, and no penalty.
        return ops.multiply(ops.sum(between), self.factor / max(1, count * (count - 1)))

    def get_config(self) -> dict[str, Any]:
        """Return factor and mode."""
        return {"factor": self.factor, "mode": self.mode}


def _matrix_shape(shape: Sequence[int | Dim]) -> tuple[int, int]:
    sizes = [size for size in shape if known(size)]
    if len(shape) == len(sizes) == 2:
        return sizes[0], sizes[1]
    raise ValueError(
        f"OrthogonalRegularizer cannot weigh a tensor of rank {len(shape)} and shape {tuple(shape)}.\n"
        "It compares the rows or columns of one matrix, and has to know how many there are.\n"
        "Allowed: matrices of static shape (rows, columns).\n"
        "Regularize the kernel of a Dense layer, or write a regularizer that reshapes first."
    )
