"""A table, taken apart into what has rows: inputs, targets and weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from keras_data_arrow.columns import Column, Matrix
from polykeras.data.roles import Roles, arranged


def taken_apart(table: Any, found: Roles) -> tuple[Any, Any, Any]:
    """Return inputs, targets and weights: structures of `Matrix`, ``None`` where no column is for them.

    Args:
        table: A `pyarrow.Table`.
        found: What its columns are for.

    Raises:
        ValueError: A column does not hold numbers, or a missing value has nothing to stand for it.
    """
    names = table.column_names

    def of_places(places: Sequence[int], *, flat: bool = False) -> Matrix:
        return Matrix([Column(names[place], table.column(place)) for place in places], flat=flat)

    def of_names(chosen: Sequence[str], *, flat: bool = False) -> Matrix:
        return of_places([names.index(name) for name in chosen], flat=flat)

    if found.by_name:
        x: Any = {names[place]: of_places([place]) for place in found.inputs}
    else:
        x = of_places(found.inputs)
    # Weights are one number for each sample, and have no axis beside that.
    return x, arranged(found.targets, of_names), arranged(found.weights, lambda chosen: of_names(chosen, flat=True))
