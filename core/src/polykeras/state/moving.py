"""Another backend for a variable that exists already.

What is made before anybody knows where the weights are, such as an optimizer's count or a metric's total,
follows them when that is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from polykeras.state.variable import COPIES, Variable


@contextmanager
def copies_kept_by(backend_name: str) -> Iterator[None]:
    """Let the backend called `backend_name` keep the variables that are copied or unpickled in this block."""
    before, COPIES.backend_name = COPIES.backend_name, backend_name
    try:
        yield
    finally:
        COPIES.backend_name = before


def move(variable: Variable, backend_name: str) -> None:
    """Let the backend called `backend_name` keep a variable from now on; its value goes with it.

    The variable gets a new id, as a copy does, so compiled steps that knew it must be made again.
    """
    if variable.backend_name != backend_name:
        variable.__setstate__({**variable.__getstate__(), "_backend_name": backend_name})
