"""Optimizer updates run as core's own bodies: each is a few passes over the arrays in any case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

NATIVES: dict[str, Callable[..., Any]] = {}
