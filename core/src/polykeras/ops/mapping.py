"""Functions applied to each row of some tensors: one row after another, or all at once.

A function may write variables. Then the rows go one after another, in order, on every backend, since writes of all rows
at once would not be one value; so a function that draws random numbers draws others for each row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polykeras import tree
from polykeras.backend import current
from polykeras.ops import abstract, control_flow
from polykeras.ops.operators import call_op
from polykeras.ops.written_state import as_tensor, written_by


def map(f: Callable[[Any], Any], xs: Any) -> Any:
    """Return what `f` gives for each row, stacked along a new first axis; one row after another.

    Args:
        f: Takes a row; gives a structure of tensors.
        xs: Structure of tensors of shape ``(rows, ...)``; a row has their structure.

    Returns:
        Structure of tensors of shape ``(rows, ...)``.

    Raises:
        ShapeError: If the numbers of rows differ.

    >>> [int(y) for y in map(lambda row: row.sum(), np.arange(6).reshape(3, 2))]
    [1, 5, 9]
    """
    return control_flow.scan(lambda carry, row: (carry, f(row)), (), xs)[1]


def vectorized_map(function: Callable[[Any], Any], elements: Any) -> Any:
    """Return what `function` gives for each row, stacked along a new first axis; all rows at once where possible.

    Args:
        function: Takes a row; gives a structure of tensors. A backend that vectorises it refuses Python decisions
            on values.
        elements: Structure of tensors of shape ``(rows, ...)``; a row has their structure.

    Returns:
        Structure of tensors of shape ``(rows, ...)``.

    Raises:
        ShapeError: If the numbers of rows differ.
    """
    native = current.current().natives.get("vectorized_map")
    if native is None or control_flow.symbolic(elements):
        return map(function, elements)
    tensors = tree.map_structure(as_tensor, elements)
    if control_flow.length_of(tensors) == 0 or written_by(function, (_row(tensors),)):
        return map(function, tensors)
    return native(lambda row: tree.map_structure(as_tensor, function(row)), tensors)


def _row(tensors: Any) -> Any:
    """Return the first row of each tensor, symbolic."""
    with abstract.abstract_scope():
        return tree.map_structure(lambda leaf: call_op("get_item", leaf, 0), tensors)
