"""Running results of an associative function, in log2(n) rounds over whole tensors (Blelloch, 1990)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polykeras import tree
from polykeras.ops import abstract, control_flow
from polykeras.ops.operators import call_op
from polykeras.ops.written_state import as_tensor
from polykeras.plugins.errors import ShapeError


def associative_scan(f: Callable[[Any, Any], Any], elems: Any, reverse: bool = False, axis: int = 0) -> Any:
    """Return the running results of `f` along an axis: ``a, f(a, b), f(f(a, b), c)`` and so on.

    Blelloch, *Prefix Sums and Their Applications*, 1990: `f` is called on whole slices, about ``2 log2(n)`` times for
    `n` elements, so it must be associative, ``f(a, f(b, c)) = f(f(a, b), c)``, and go element by element along `axis`.

    Args:
        f: Takes two structures like `elems`, of any length along `axis`; gives one.
        elems: Structure of tensors of one length along `axis`.
        reverse: Whether to run from the last element to the first.
        axis: Axis to run along.

    Returns:
        Structure like `elems`.

    Raises:
        ShapeError: If lengths differ, or one is unknown.

    >>> import numpy as np
    >>> [int(y) for y in associative_scan(lambda a, b: a + b, np.arange(1, 5))]
    [1, 3, 6, 10]
    """
    if control_flow.symbolic(elems):
        control_flow.refuse_at_top("associative_scan")
        f(elems, elems)
        return tree.map_structure(abstract.symbol_of, elems)
    leaves, spec = tree.flatten_with_spec(tree.map_structure(as_tensor, elems))
    axes = [_axis(leaf, axis) for leaf in leaves]
    length = _length(leaves, axes)

    def combine(first: list[Any], second: list[Any]) -> list[Any]:
        return tree.flatten(f(tree.unflatten(spec, first), tree.unflatten(spec, second)))

    if reverse:
        leaves = [call_op("flip", leaf, at) for leaf, at in zip(leaves, axes, strict=True)]
    results = _Rounds(combine, axes).run(leaves, length)
    if reverse:
        results = [call_op("flip", leaf, at) for leaf, at in zip(results, axes, strict=True)]
    return tree.unflatten(spec, results)


class _Rounds:
    """Halves the elements by combining neighbours, runs along that, and fills in what lies between."""

    def __init__(self, combine: Callable[[list[Any], list[Any]], list[Any]], axes: list[int]) -> None:
        self._combine = combine
        self._axes = axes

    def run(self, elems: list[Any], length: int) -> list[Any]:
        """Return the running results of `length` elements."""
        if length < 2:
            return elems
        pairs = self._combine(self._cut(elems, slice(0, length - 1, 2)), self._cut(elems, slice(1, None, 2)))
        odd = self.run(pairs, length // 2)  # results at positions 1, 3, 5, ...
        before = odd if length % 2 else self._cut(odd, slice(0, -1))
        first = self._cut(elems, slice(0, 1))
        if length == 2:
            return self._joined(first, odd)
        later = self._combine(before, self._cut(elems, slice(2, None, 2)))
        even = self._joined(first, later)  # results at positions 0, 2, 4, ...
        return [self._woven(*beside, length) for beside in zip(even, odd, self._axes, strict=True)]

    def _cut(self, elems: list[Any], part: slice) -> list[Any]:
        return [elem[(slice(None),) * axis + (part,)] for elem, axis in zip(elems, self._axes, strict=True)]

    def _joined(self, first: list[Any], second: list[Any]) -> list[Any]:
        parts = zip(first, second, self._axes, strict=True)
        return [call_op("concatenate", [a, b], axis) for a, b, axis in parts]

    @staticmethod
    def _woven(even: Any, odd: Any, axis: int, length: int) -> Any:
        """Return ``even[0], odd[0], even[1], odd[1], ...`` along `axis`."""
        half = length // 2
        whole = (slice(None),) * axis
        pairs = call_op("stack", [even[(*whole, slice(0, half))], odd], axis + 1)  # (..., half, 2, ...)
        shape = tuple(even.shape)
        woven = call_op("reshape", pairs, (*shape[:axis], 2 * half, *shape[axis + 1 :]))
        if length % 2 == 0:
            return woven
        return call_op("concatenate", [woven, even[(*whole, slice(half, None))]], axis)


def _axis(leaf: Any, axis: int) -> int:
    rank = len(leaf.shape)
    if -rank <= axis < rank:
        return axis % rank
    raise ShapeError(
        "`associative_scan` cannot run along this axis.\n"
        f"Received: axis {axis}, a tensor of shape {tuple(leaf.shape)}.\n"
        f"Allowed: from {-rank} to {rank - 1}.\n"
        "Pass another `axis`, or tensors that have it."
    )


def _length(leaves: list[Any], axes: list[int]) -> int:
    sizes = {leaf.shape[axis] for leaf, axis in zip(leaves, axes, strict=True)}
    if len(sizes) == 1 and None not in sizes:
        return int(sizes.pop())
    raise ShapeError(
        "`associative_scan` needs tensors of one length along its axis.\n"
        f"Received: {[tuple(leaf.shape) for leaf in leaves]}.\n"
        "Allowed: one tensor or more, of the same known size there.\nMake the sizes equal."
    )
