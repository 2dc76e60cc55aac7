"""The PyTorch backend of polykeras."""

from __future__ import annotations
