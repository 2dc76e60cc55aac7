"""Special functions on JAX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax

NATIVES: dict[str, Callable[..., Any]] = {
    "erf": jax.lax.erf,
}
