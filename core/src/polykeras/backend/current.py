"""Which backend runs now: a process-wide default, and overrides per thread.

Reading the current backend costs one module global; only while some thread holds an override is
the thread-local stack asked. A worker thread starts with the override of the thread that started it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from polykeras.backend import resolved
from polykeras.plugins import choice

if TYPE_CHECKING:
    from polykeras.backend.resolved import Backend

_INHERITED = "_polykeras_override"


class Unresolved:
    """Stands where no backend is chosen yet; it owns no tensor type, so every op takes the slow path."""

    name: str | None = None
    types: frozenset[type] = frozenset()
    float_dtypes: frozenset[Any] = frozenset()


UNRESOLVED = Unresolved()


class _Override(threading.local):
    """The overrides of this thread.

    `top` is the innermost one, which may be a stand-in such as the abstract provider;
    `real` is the innermost one that has a framework.
    """

    def __init__(self) -> None:
        inherited = getattr(threading.current_thread(), _INHERITED, None)
        self.top: Any = inherited
        self.real: Backend | None = inherited


class _Active:
    """Read by every generated dispatcher; slots keep the lookup at one attribute."""

    __slots__ = ("count", "default", "default_name", "lock", "overridden")

    def __init__(self) -> None:
        self.default: Any = UNRESOLVED
        self.default_name: str | None = None
        self.overridden = False
        self.count = 0
        self.lock = threading.Lock()

    def here(self) -> Any:
        """Return the backend of this thread; called only while an override exists somewhere."""
        top = _override.top
        return self.default if top is None else top


_override = _Override()
ACTIVE = _Active()


def _count_override(step: int) -> None:
    with ACTIVE.lock:
        ACTIVE.count += step
        ACTIVE.overridden = ACTIVE.count > 0


def _inherit_in_threads() -> None:
    """Make every thread started from now on remember the override of its starter.

    Python records no parent of a thread, so `threading.Thread.start` is wrapped, once and only
    when the first override is entered.
    """
    start = threading.Thread.start
    if getattr(start, "_polykeras", False):
        return

    def start_with_override(self: threading.Thread) -> None:
        real = _override.real
        if real is None:
            start(self)
            return
        setattr(self, _INHERITED, real)
        # The thread may outlive the `with` block that it was started in.
        run = self.run

        def counted() -> None:
            _count_override(+1)
            try:
                run()
            finally:
                _count_override(-1)

        self.run = counted  # type: ignore[method-assign]
        start(self)

    start_with_override._polykeras = True  # type: ignore[attr-defined]
    threading.Thread.start = start_with_override  # type: ignore[method-assign]


@contextmanager
def override(stand_in: Any) -> Iterator[None]:
    """Make `stand_in`, a resolved backend or an object like one, current in this thread."""
    previous = _override.top, _override.real
    _override.top = stand_in
    if stand_in.name is not None:
        _override.real = stand_in
    _count_override(+1)
    try:
        yield
    finally:
        _override.top, _override.real = previous
        _count_override(-1)


@contextmanager
def real_again() -> Iterator[None]:
    """Leave the stand-ins of this thread for a block: its innermost real backend is current again."""
    top = _override.top
    _override.top = _override.real
    try:
        yield
    finally:
        _override.top = top


@contextmanager
def use_backend(name: str) -> Iterator[Backend]:
    """Run a block on the backend called `name`; threads started inside inherit it.

    Args:
        name: Name of an installed backend.

    Yields:
        The resolved backend.

    Raises:
        BackendNotFound: If no installed distribution offers it.
    """
    backend = resolved.resolve(name)
    _inherit_in_threads()
    with override(backend):
        yield backend


def set_backend(name: str) -> None:
    """Make `name` the process-wide default; models built before keep their own backend."""
    ACTIVE.default = resolved.resolve(name)
    ACTIVE.default_name = name


def default_name() -> str:
    """Return the name of the default backend, choosing it once and importing nothing."""
    if ACTIVE.default_name is None:
        ACTIVE.default_name = choice.choose().name
    return ACTIVE.default_name


def current() -> Backend:
    """Return the backend of this thread, resolving the default at first use.

    A stand-in without a framework, such as the abstract provider, is never returned here.
    """
    real = _override.real if ACTIVE.overridden else None
    if real is not None:
        return real
    if ACTIVE.default is UNRESOLVED:
        ACTIVE.default = resolved.resolve(default_name())
    return cast("Backend", ACTIVE.default)


def current_name() -> str:
    """Return the name of this thread's backend without importing its framework."""
    real = _override.real if ACTIVE.overridden else None
    return default_name() if real is None else real.name
