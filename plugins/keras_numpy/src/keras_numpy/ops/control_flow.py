"""Control flow runs in Python: nothing is traced here, so core's own loops and branches serve."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

NATIVES: dict[str, Callable[..., Any]] = {}
