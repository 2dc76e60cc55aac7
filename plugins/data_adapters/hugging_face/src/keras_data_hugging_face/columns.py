"""What the columns of a dataset are for.

`y` and `sample_weight` may be names of columns. Where no `y` is passed and there is a column called ``label`` or
``labels``, one of them, beside others, it holds the targets. The inputs are the columns that the model takes by name;
for a model without names all that are left, as a dict, or as one array where there is one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from polykeras.data.roles import arranged, is_names, roles
from polykeras.plugins import DataRequest
from polykeras.plugins.errors import did_you_mean

_LABELS = frozenset({"label", "labels"})


class Parts(NamedTuple):
    """Columns by what they are for.

    Attributes:
        inputs: Their names.
        by_name: Whether they are passed on as a dict.
        targets: Names of targets in the structure that `y` has; ``None`` where there are none.
        weights: Names of weights, likewise.
    """

    inputs: list[str]
    by_name: bool
    targets: Any
    weights: Any

    @property
    def names(self) -> list[str]:
        """Return all names that are needed."""
        found = list(self.inputs)
        for value in (self.targets, self.weights):
            arranged(value, found.extend)
        return list(dict.fromkeys(found))


def parts_of(request: DataRequest, names: Sequence[str]) -> Parts:
    """Return what the columns called `names` are for.

    Raises:
        ValueError: A column that is asked for is not there.
    """
    labels = sorted(_LABELS & set(names))
    if request.y is None and len(labels) == 1 and len(names) > 1:
        request = request._replace(y=labels[0])
    found = roles(request, names)
    inputs = [names[place] for place in found.inputs]
    if request.names is None:
        return Parts(inputs, len(inputs) > 1, found.targets, found.weights)
    for name in request.names:
        if name not in inputs:
            raise ValueError(
                f"The model's input {name!r} has no column.{did_you_mean(name, inputs)}\n"
                f"Received: a dataset with columns {', '.join(map(repr, names))}, and inputs "
                f"{', '.join(map(repr, request.names))}.\n"
                "Allowed: a column for each input, not among the targets.\nRename columns with `rename_column`."
            )
    return Parts(list(request.names), True, found.targets, found.weights)


def taken(columns: Mapping[str, Any], parts: Parts, rest: tuple[Any, ...] = ()) -> tuple[Any, ...]:
    """Return a batch of arrays by name as ``(x,)``, ``(x, y)`` or ``(x, y, sample_weight)``.

    Args:
        columns: Arrays by name; numbers in shape ``(rows, 1)``.
        parts: What they are for.
        rest: Targets and weights that are in no column.
    """
    x: Any = {name: columns[name] for name in parts.inputs} if parts.by_name else columns[parts.inputs[0]]
    own_y, own_weight = (*rest, None, None)[:2]
    y = own_y if parts.targets is None else arranged(parts.targets, lambda names: _side_by_side(columns, names))
    # Weights are one number for each sample, and have no axis beside that.
    weight = own_weight if parts.weights is None else arranged(parts.weights, lambda names: _flat(columns, names))
    if weight is not None:
        return x, y, weight
    return (x,) if y is None else (x, y)


def beside(request: DataRequest) -> DataRequest:
    """Return `request` with those targets and weights that are in no column."""
    y, weight = (None if is_names(value) else value for value in (request.y, request.sample_weight))
    return request._replace(y=y, sample_weight=weight)


def _side_by_side(columns: Mapping[str, Any], names: Sequence[str]) -> Any:
    if len(names) == 1:
        return columns[names[0]]
    return np.concatenate([columns[name] for name in names], axis=1)


def _flat(columns: Mapping[str, Any], names: Sequence[str]) -> Any:
    value = _side_by_side(columns, names)
    return value[:, 0] if len(names) == 1 and tuple(value.shape[1:]) == (1,) else value
