"""The one version that all distributions of this repository share, and the Keras whose API they offer.

The build reads `__version__` from here.
"""

from __future__ import annotations

__version__ = "0.1.0"
KERAS_API_VERSION = "3.15.1"
