"""Default names: the class's own in snake case, numbered from the second on."""

from __future__ import annotations

import re
import threading
from collections import Counter

from polykeras.backend.session import at_clear

_counts: Counter[str] = Counter()
_lock = threading.Lock()


def snake_case(class_name: str) -> str:
    """Return ``"max_pooling2d"`` for ``"MaxPooling2D"``, as default names are written."""
    name = re.sub(r"\W+", "", class_name)
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def unique_name(class_name: str) -> str:
    """Return a name not given before in this process: ``dense``, ``dense_1``, ..."""
    base = snake_case(class_name)
    with _lock:
        number = _counts[base]
        _counts[base] += 1
    return base if number == 0 else f"{base}_{number}"


@at_clear
def reset_names() -> None:
    """Start the counting of default names again."""
    with _lock:
        _counts.clear()
