"""Sizes that were unknown when a graph was made and that calls in it were given: read off the tensors of a run.

`ops.shape` of a symbolic tensor gives a `Dim` for each unknown size, and calls may be given what is computed from
them. A plan remembers, of each unknown, a tensor and an axis that has it. Refuses: sizes of which no tensor before
the call in the plan has all the unknowns.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polykeras.ops.conversion import shape
from polykeras.ops.dims import Dim
from polykeras.ops.keras_tensor import KerasTensor

Reader = Callable[[list[Any]], Any]
"""From the slots of a run to an argument."""


class UnknownSizes:
    """Where the tensors of a plan have the sizes that were unknown."""

    def __init__(self) -> None:
        self._places: dict[Dim, tuple[int, int]] = {}

    def add(self, slot: int, tensor: KerasTensor) -> None:
        """Remember the sizes of a tensor that the slot will hold."""
        for axis, size in enumerate(tensor.dims):
            if isinstance(size, Dim):
                self._places.setdefault(size, (slot, axis))

    def reader(self, argument: Any) -> Reader | None:
        """Return what gives an argument of a call in a run, or ``None`` if it holds no unknown size.

        Raises:
            ValueError: If no tensor that was added has one of the unknowns.
        """
        if isinstance(argument, slice):
            parts = [self.reader(part) for part in (argument.start, argument.stop, argument.step)]
            if not any(parts):
                return None
            fixed = (argument.start, argument.stop, argument.step)
            return lambda slots: slice(
                *(one if part is None else part(slots) for one, part in zip(fixed, parts, strict=True))
            )
        if not isinstance(argument, Dim):
            return None
        size = argument
        places = {one: self._place(one, size) for one in ([size] if size in self._places else size.unknowns())}

        def read(slots: list[Any]) -> Any:
            found = {one: shape(slots[slot])[axis] for one, (slot, axis) in places.items()}
            return found[size] if size in found else size.substitute(found)

        return read

    def _place(self, unknown: Dim, size: Dim) -> tuple[int, int]:
        if unknown not in self._places:
            raise ValueError(
                "A call in a model was given a size that its inputs do not tell.\n"
                f"Received: {size}, in which {unknown} is a size of no tensor between the inputs and the call.\n"
                "Allowed: sizes that `ops.shape` gives of tensors of the same model, and numbers made of them.\n"
                "Take the size of a tensor that depends on the model's inputs, or compute it in a layer."
            )
        return self._places[unknown]
