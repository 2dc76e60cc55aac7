"""Which columns of a table are inputs, targets and weights.

A table brings its targets in columns of its own: `y` and `sample_weight` may be their names, and what they do not name
is input. The order of inputs is the table's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from polykeras.plugins import DataRequest
from polykeras.plugins.errors import did_you_mean


class Roles(NamedTuple):
    """Columns by what they are for.

    Attributes:
        inputs: Their places in the table.
        by_name: Whether the model takes them by name.
        targets: Names of targets as the user gave them, a name, a list of names that belong side by side or a dict of
            these; ``None`` where `y` names none.
        weights: Names of weights, likewise.
    """

    inputs: list[int]
    by_name: bool
    targets: Any
    weights: Any


def is_names(value: Any) -> bool:
    """Return whether `value` is a name, a list of names or a dict of these."""
    if isinstance(value, dict):
        return bool(value) and all(is_names(item) for item in value.values())
    if isinstance(value, (list, tuple)):
        return bool(value) and all(isinstance(item, str) for item in value)
    return isinstance(value, str)


def roles(request: DataRequest, names: Sequence[str]) -> Roles:
    """Return what the columns called `names` are for.

    Raises:
        ValueError: There is no column of a name, there are two, or none is left for inputs.
    """
    targets, weights = (value if is_names(value) else None for value in (request.y, request.sample_weight))
    taken: list[str] = []
    for value in (targets, weights):
        arranged(value, taken.extend)
    for name in taken:
        _check_name(name, names)
    inputs = [place for place, name in enumerate(names) if name not in taken]
    if taken and not inputs:
        raise ValueError(
            "No column is left for the inputs.\n"
            f"Received: columns {_listed(names)}, all of them named by y or sample_weight.\n"
            "Allowed: at least one column beside these.\nSelect the columns that the model takes."
        )
    if request.names is not None:
        _check_unique([names[place] for place in inputs])
    return Roles(inputs, request.names is not None, targets, weights)


def arranged(value: Any, make: Callable[[Sequence[str]], Any]) -> Any:
    """Return the structure of `value` with what `make` makes of the names that belong together."""
    if isinstance(value, dict):
        return {key: arranged(item, make) for key, item in value.items()}
    return None if value is None else make([value] if isinstance(value, str) else value)


def _check_name(name: str, names: Sequence[str]) -> None:
    if list(names).count(name) != 1:
        raise ValueError(
            f"Targets or weights cannot be taken from the column {name!r}.{did_you_mean(name, list(names))}\n"
            f"Received: a table with columns {_listed(names)}.\n"
            "Allowed: names of its columns, each of which is there once.\nName one of these, or pass arrays."
        )


def _check_unique(names: Sequence[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(
            "Columns cannot be bound by name.\n"
            f"Received: a table with more than one column called {_listed(twice)}.\n"
            "Allowed: a name for each column.\nRename or drop columns."
        )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names)) or "none"
