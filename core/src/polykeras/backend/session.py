"""What a process has gathered since its start, and how to begin again.

Promises: `clear_session` calls what each part of the library registered with `at_clear`, and nothing of a part
that was never imported. Objects that the user still holds keep working.
Refuses: to touch settings (floatx, dtype policy, backend): these say how to work, not what was made.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import TypeVar

_Function = TypeVar("_Function", bound=Callable[[], object])

_registered: list[Callable[[], object]] = []


def at_clear(function: _Function) -> _Function:
    """Have `function` called by `clear_session`, and return it; a decorator."""
    _registered.append(function)
    return function


def clear_session(free_memory: bool = True) -> None:
    """Begin again: default names count from the start, and what was kept for the process is dropped.

    Names become ``dense``, ``dense_1`` and so on again. The process-wide random state starts over from the seed
    that `utils.set_random_seed` was given. Backends that keep compiled code for the process drop it; models keep
    their own, and free it when nobody holds them.

    Args:
        free_memory: Whether to collect garbage, so that the memory of models that nobody holds is free on return.
    """
    for function in _registered:
        function()
    if free_memory:
        gc.collect()
