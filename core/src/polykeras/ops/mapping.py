"""Functions applied to each row of some tensors: one row after another, or all at once.

A function may write variables. Then the rows go one after another, in order, on every backend, since writes of all rows
at once would not be one value; so a function that draws random numbers draws others for each row.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np

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


def vectorize(
    pyfunc: Callable[..., Any], *, excluded: Collection[int | str] | None = None, signature: str | None = None
) -> Callable[..., Any]:
    """Return a function that broadcasts its arguments and applies `pyfunc` to each part, as NumPy's does; a decorator.

    Args:
        pyfunc: Takes tensors, scalars if there is no `signature`; gives a tensor or a structure of them.
        excluded: Positions and names of arguments that are passed on as they are.
        signature: Axes that each call sees, ``"(m,n),(n)->(m)"`` for instance: named sizes are equal, and the axes in
            front of them broadcast. By default calls see no axes.

    Returns:
        A function of the arguments of `pyfunc`. Arguments by name are passed on as they are.

    Raises:
        ValueError: If the signature cannot be read, or the arguments do not fit it.

    >>> norms = vectorize(lambda row: (row * row).sum(), signature="(n)->()")
    >>> [float(y) for y in norms(np.array([[3.0, 4.0], [0.0, 2.0]]))]
    [25.0, 4.0]
    """
    kept = frozenset(excluded or ())
    axes = None if signature is None else _inputs_of(signature)

    @functools.wraps(pyfunc)
    def call(*args: Any, **kwargs: Any) -> Any:
        places = [place for place in range(len(args)) if place not in kept]
        tensors = [as_tensor(args[place]) for place in places]
        named = [()] * len(tensors) if axes is None else axes
        loop = _loop_of([tuple(tensor.shape) for tensor in tensors], named, signature)

        def part(parts: list[Any]) -> Any:
            whole = list(args)
            for place, one in zip(places, parts, strict=True):
                whole[place] = one
            return pyfunc(*whole, **kwargs)

        if not loop:
            return part(tensors)
        rows = [_as_rows(tensor, loop, len(own)) for tensor, own in zip(tensors, named, strict=True)]
        results = vectorized_map(part, rows)
        return tree.map_structure(lambda leaf: call_op("reshape", leaf, (*loop, *tuple(leaf.shape)[1:])), results)

    return call


def _inputs_of(signature: str) -> list[tuple[str, ...]]:
    """Return the names of the axes of each input."""
    term = r"\(\s*(?:\w+\s*(?:,\s*\w+\s*)*)?\)"
    if not re.fullmatch(rf"\s*{term}(?:\s*,\s*{term})*\s*->\s*{term}(?:\s*,\s*{term})*\s*", signature):
        raise ValueError(
            f"`vectorize` cannot read this signature.\nReceived: signature={signature!r}.\n"
            "Allowed: terms of axis names, such as '(m,n),(n)->(m)'.\nCorrect `signature`."
        )
    return [tuple(re.findall(r"\w+", one)) for one in re.findall(term, signature.partition("->")[0])]


def _loop_of(shapes: list[tuple[int, ...]], named: Sequence[tuple[str, ...]], signature: str | None) -> tuple[int, ...]:
    """Return the sizes over which calls are made, if the shapes fit the names of the axes."""
    try:
        sizes: dict[str, int] = {}
        for shape, names in zip(shapes, named, strict=True):
            if len(shape) < len(names):
                raise ValueError  # noqa: TRY301 - one error for all that does not fit
            for name, size in zip(names, shape[len(shape) - len(names) :], strict=True):
                if sizes.setdefault(name, size) != size:
                    raise ValueError  # noqa: TRY301
        return np.broadcast_shapes(
            *(shape[: len(shape) - len(names)] for shape, names in zip(shapes, named, strict=True))
        )
    except ValueError:
        raise ValueError(
            "The arguments do not fit the function that `vectorize` made.\n"
            f"Received: shapes {shapes}.\nAllowed: shapes that broadcast"
            f"{'' if signature is None else f' in front of the axes of {signature!r}'}.\n"
            "Check the arguments, or name those that are no tensors in `excluded`."
        ) from None


def _as_rows(x: Any, loop: tuple[int, ...], rank: int) -> Any:
    """Return `x` with the axes of the loop in one."""
    own = tuple(x.shape)[len(x.shape) - rank :]
    return call_op("reshape", call_op("broadcast_to", x, (*loop, *own)), (math.prod(loop), *own))


def _row(tensors: Any) -> Any:
    """Return the first row of each tensor, symbolic."""
    with abstract.abstract_scope():
        return tree.map_structure(lambda leaf: call_op("get_item", leaf, 0), tensors)
