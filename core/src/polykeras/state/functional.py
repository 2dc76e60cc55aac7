"""State for backends whose tensors cannot be written: frames, cells and pure steps.

A cell names one slot of a frame; a compiled step takes a frame's values and gives the new ones, which
are swapped in only when it returns. So a step that raises leaves every variable as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from polykeras.plugins.errors import UnknownVariables
from polykeras.plugins.info import VariableSpec
from polykeras.state import overlay
from polykeras.state.variable import Variable


class Frame:
    """Values that travel together through one compiled step."""

    __slots__ = ("values", "whole")

    def __init__(self, values: list[Any]) -> None:
        self.values = values
        self.whole = True


class Cell:
    """One slot of a frame: the handle of a variable in a functional store."""

    __slots__ = ("frame", "index")

    def __init__(self, value: Any) -> None:
        self.frame = Frame([value])
        self.index = 0


class FunctionalStore:
    """A variable store over frames; the plugin says how a value is placed.

    Args:
        place: Turns a host or native value into a tensor that fits the spec.
    """

    in_place = False

    def __init__(self, place: Callable[[Any, VariableSpec], Any]) -> None:
        self._place = place

    def create(self, spec: VariableSpec, init: Callable[[], Any]) -> Cell:
        """Return a cell that holds ``init()``."""
        return Cell(self._place(init(), spec))

    def read(self, handle: Cell) -> Any:
        """Return the cell's value."""
        return handle.frame.values[handle.index]

    def write(self, handle: Cell, value: Any) -> None:
        """Replace the cell's value."""
        handle.frame.values[handle.index] = value


class Update:
    """The new values of a step: those of `indices`, or of every slot when that is ``None``."""

    __slots__ = ("indices", "values")

    def __init__(self, values: list[Any], indices: tuple[int, ...] | None) -> None:
        self.values = values
        self.indices = indices


PureStep = Callable[[list[Any], Any], tuple[Update, Any]]


def functionalize(step: Callable[[Any], Any], variables: Sequence[Variable]) -> PureStep:
    """Return ``(values, batch) -> (Update, output)``, which runs `step` and writes no variable."""
    positions = {variable.id: index for index, variable in enumerate(variables)}

    def pure(values: list[Any], batch: Any) -> tuple[Update, Any]:
        bindings = {variable.id: value for variable, value in zip(variables, values, strict=True)}
        scope = overlay.Overlay(bindings)
        with overlay.overlaid(scope):
            output = step(batch)
        stray = [variable for id_, variable in scope.written.items() if id_ not in positions]
        if stray:
            raise UnknownVariables(
                "A compiled step assigned a variable that it was not compiled with.\n"
                f"Received: {', '.join(repr(variable.path) for variable in stray)}.\n"
                "Allowed: variables that the model, its metrics or its optimizer track.\n"
                "Make the variable an attribute of the model or of one of its layers."
            )
        if len(scope.written) == len(positions):
            return Update([scope.values[variable.id] for variable in variables], None), output
        indices = tuple(sorted(positions[id_] for id_ in scope.written))
        return Update([scope.values[variables[i].id] for i in indices], indices), output

    return pure


class FunctionalRunner:
    """Calls a pure step on the latest values of its variables and swaps the new ones in."""

    def __init__(self, run: PureStep, variables: Sequence[Variable]) -> None:
        self._run = run
        self._variables = list(variables)
        self._frame = Frame([])
        self._frame.whole = False

    def __call__(self, batch: Any) -> Any:
        """Run one step and return its output; a failure changes nothing."""
        frame = self._frame
        if not frame.whole:
            frame = self._adopt()
        update, output = self._run(frame.values, batch)
        if update.indices is None:
            frame.values = update.values
        else:
            values = frame.values
            for index, value in zip(update.indices, update.values, strict=True):
                values[index] = value
        return output

    def _adopt(self) -> Frame:
        """Gather the variables' cells in one frame; frames they leave are no longer whole."""
        cells: list[Cell] = [variable.store_handle for variable in self._variables]
        frame = Frame([cell.frame.values[cell.index] for cell in cells])
        for index, cell in enumerate(cells):
            cell.frame.whole = False
            cell.frame = frame
            cell.index = index
        self._frame = frame
        return frame
