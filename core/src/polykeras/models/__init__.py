"""Models: graphs, chains and subclasses that train."""

from __future__ import annotations

from polykeras.models.functional import Functional
from polykeras.models.model import Model
from polykeras.models.sequential import Sequential

__all__ = ["Functional", "Model", "Sequential"]
