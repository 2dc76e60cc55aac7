"""Rows are folded by segments as core does it: what NumPy has for it goes row by row, in a loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

NATIVES: dict[str, Callable[..., Any]] = {}
