"""Optimizer updates run as core's own bodies: inside the compiled step XLA fuses them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

NATIVES: dict[str, Callable[..., Any]] = {}
