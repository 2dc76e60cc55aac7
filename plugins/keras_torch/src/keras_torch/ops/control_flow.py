"""Control flow runs in Python here, and unrolls under `torch.compile`: no native function is needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

NATIVES: dict[str, Callable[..., Any]] = {}
