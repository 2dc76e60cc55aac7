"""The JAX backend of polykeras."""

from __future__ import annotations
