"""Special functions on PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

NATIVES: dict[str, Callable[..., Any]] = {
    "erf": torch.erf,
}
