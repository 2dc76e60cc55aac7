"""Numbers that count up by prefix, for names that are to be used once in a process."""

from __future__ import annotations

import threading
from collections import Counter

from polykeras.backend.session import at_clear

_counts: Counter[str] = Counter()
_lock = threading.Lock()


def get_uid(prefix: str = "") -> int:
    """Return how often `prefix` was asked for since the start or `clear_session`, this time included: 1, 2 and so on.

    Args:
        prefix: Any text; each counts by itself.
    """
    with _lock:
        _counts[prefix] += 1
        return _counts[prefix]


@at_clear
def _count_anew() -> None:
    with _lock:
        _counts.clear()
