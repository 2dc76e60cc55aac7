"""Overlays: where writes to variables go while a loss, a loop body or a compiled step runs.

Inside an overlay a read finds the newest value bound or written there, then in its parents, then in
the variable itself. What becomes of the writes is decided by whoever opened the overlay.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from polykeras.state.variable import Variable


class Overlay:
    """Bindings and writes of one scope.

    Attributes:
        values: Variable id to the tensor read there.
        written: Variable id to the variable, for the ids that were assigned here, in order.
        losses: Losses that layers added here, with the layer that added each.
        constant: Whether a written value is read back as a constant, with no gradient through it.
        probe: Whether this overlay only finds out what is written, in an abstract scope.
    """

    __slots__ = ("constant", "losses", "parent", "probe", "values", "written")

    def __init__(self, bindings: dict[int, Any], *, constant: bool = False, probe: bool = False) -> None:
        self.values = bindings
        self.written: dict[int, Variable] = {}
        self.losses: list[tuple[int, Any]] = []
        self.constant = constant
        self.probe = probe
        self.parent: Overlay | None = None

    def writes(self) -> list[tuple[Variable, Any]]:
        """Return the variables assigned here with their last values."""
        return [(variable, self.values[id_]) for id_, variable in self.written.items()]


class _Active:
    """`anywhere` is true while some thread has an overlay: the only test on the fast path."""

    __slots__ = ("anywhere", "count", "lock")

    def __init__(self) -> None:
        self.anywhere = False
        self.count = 0
        self.lock = threading.Lock()


class _Here(threading.local):
    top: Overlay | None = None


ACTIVE = _Active()
_here = _Here()
_MISSING = object()


def top() -> Overlay | None:
    """Return the innermost overlay of this thread."""
    return _here.top if ACTIVE.anywhere else None


def read(id_: int) -> Any:
    """Return the value that this thread's overlays hold for a variable, else `_MISSING`."""
    overlay = _here.top
    while overlay is not None:
        value = overlay.values.get(id_, _MISSING)
        if value is not _MISSING:
            return value
        overlay = overlay.parent
    return _MISSING


def visible() -> dict[int, Any]:
    """Return all that this thread's overlays hold: variable id to the newest value."""
    found: dict[int, Any] = {}
    overlay = top()
    while overlay is not None:
        found = overlay.values | found
        overlay = overlay.parent
    return found


def missing(value: Any) -> bool:
    """Return whether `read` found nothing."""
    return value is _MISSING


def count(step: int) -> None:
    """Note that an overlay was opened (+1) or closed (-1) somewhere."""
    with ACTIVE.lock:
        ACTIVE.count += step
        ACTIVE.anywhere = ACTIVE.count > 0


@contextmanager
def overlaid(overlay: Overlay) -> Iterator[Overlay]:
    """Make `overlay` the innermost one of this thread."""
    overlay.parent = _here.top
    _here.top = overlay
    count(+1)
    try:
        yield overlay
    finally:
        _here.top = overlay.parent
        count(-1)


def merge(overlay: Overlay) -> None:
    """Hand the writes and losses of a closed overlay to its parent, or to the variables themselves."""
    parent = overlay.parent
    for variable, value in overlay.writes():
        if parent is None:
            variable.write(value)
        else:
            parent.values[variable.id] = value
            parent.written[variable.id] = variable
    if parent is not None:
        parent.losses.extend(overlay.losses)
