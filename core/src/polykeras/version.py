"""The one version that all distributions of this repository share; the build reads it from here."""

from __future__ import annotations

__version__ = "0.1.0"
