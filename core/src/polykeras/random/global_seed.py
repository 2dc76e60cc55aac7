"""The process-wide seed, from which objects made without a seed take theirs.

Promises: after `set_random_seed` the seeds handed out by `next_seed` are the same in every run, in
the order asked; until then they come from the operating system. Within one process no seed is
handed out twice in 2**32 calls. Safe to call from several threads (whose order is theirs).
Polykeras draws from its own keys on every backend. For code that draws with a framework's own functions,
`set_random_seed` seeds the hidden generator of each backend that has one, when its framework is loaded.
"""

from __future__ import annotations

import itertools
import random
import secrets
import sys
import threading
from collections.abc import Iterator

import numpy as np

from polykeras.backend.resolved import Backend, on_resolve, resolve, resolved_backends
from polykeras.backend.session import at_clear
from polykeras.plugins.discovery import backend_info, backend_names
from polykeras.plugins.errors import PolykerasError
from polykeras.random.fold import GLOBAL, MASK, fold


class _GlobalSeed:
    """The seed set by the user, if any, and the seeds drawn from it so far."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seed: int | None = None
        self._times_set = 0
        self._seeds = _sequence(make_default_seed())

    @property
    def seed(self) -> int | None:
        return self._seed

    @property
    def times_set(self) -> int:
        return self._times_set

    def set(self, seed: int) -> None:
        with self._lock:
            self._seed = seed
            self._seeds = _sequence(seed)
            self._times_set += 1

    def next(self) -> int:
        with self._lock:
            return next(self._seeds)


def _sequence(seed: int) -> Iterator[int]:
    """Yield a Weyl sequence: an odd stride visits all 2**32 words before any comes again.

    It needs no mixing of its own, for whoever uses a seed folds it first.
    """
    start, stride = fold(seed, 0, GLOBAL)
    return ((start + index * (stride | 1)) & MASK for index in itertools.count())


def make_default_seed() -> int:
    """Return a seed in [0, 2**32) from the operating system's entropy."""
    return secrets.randbits(32)


_global_seed = _GlobalSeed()


def set_random_seed(seed: int) -> None:
    """Make the process reproducible: Polykeras, Python's `random`, NumPy's legacy generator and the frameworks'.

    Objects made before the call keep the seeds they have. A framework that is not loaded yet is not loaded for this:
    it is seeded when its backend is first used.

    Args:
        seed: Integer in [0, 2**32).

    Raises:
        ValueError: `seed` is not such an integer.

    >>> set_random_seed(7)
    >>> first = next_seed()
    >>> set_random_seed(7)
    >>> next_seed() == first
    True
    """
    checked = check_seed(seed)
    random.seed(checked)
    np.random.seed(checked)  # noqa: NPY002 - the legacy generator is what is being seeded
    _global_seed.set(checked)
    _resolve_if_loaded()
    for backend in resolved_backends():
        _seed_framework(backend)


def _resolve_if_loaded() -> None:
    """Resolve the backends whose frameworks the user has imported: their generators may be drawn from next.

    A source of data may draw with a framework that is not the backend in use.
    """
    for name in backend_names():
        try:
            if backend_info(name).framework in sys.modules:
                resolve(name)
        except PolykerasError:  # it is broken, or fits no framework that is there: whoever asks for it is told
            continue


@on_resolve
def _seed_framework(backend: Backend) -> None:
    # Optional in the contract: not every framework has a hidden generator.
    seed_framework = getattr(backend.random, "seed_framework", None)
    if seed_framework is not None and _global_seed.seed is not None:
        seed_framework(_global_seed.seed)


@at_clear
def restart() -> None:
    """Hand out the seeds from the first one on again, or fresh ones when no seed was set."""
    seed = _global_seed.seed
    if seed is not None:
        _global_seed.set(seed)


def get_random_seed() -> int | None:
    """Return the seed last given to `set_random_seed`, or ``None`` before the first call."""
    return _global_seed.seed


def times_set() -> int:
    """Return how often `set_random_seed` was called: who keeps a seed across calls compares it."""
    return _global_seed.times_set


def next_seed() -> int:
    """Return a fresh seed in [0, 2**32) for an object made without one."""
    return _global_seed.next()


def check_seed(seed: object) -> int:
    """Return `seed` as a Python int.

    Args:
        seed: A Python or NumPy integer in [0, 2**32).

    Raises:
        ValueError: `seed` is something else.
    """
    if isinstance(seed, (int, np.integer)) and not isinstance(seed, bool) and 0 <= seed <= MASK:
        return int(seed)
    raise ValueError(
        f"This is no seed: {seed!r}, of type {type(seed).__name__}.\n"
        "Allowed: an integer in [0, 2**32).\n"
        "Pass such an integer, or leave the seed out for a fresh one."
    )
