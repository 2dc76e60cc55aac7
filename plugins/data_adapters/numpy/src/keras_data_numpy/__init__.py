"""Arrays and native tensors as a data source of polykeras."""

from __future__ import annotations
