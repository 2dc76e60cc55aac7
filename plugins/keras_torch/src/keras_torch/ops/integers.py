"""Divisors and multiples on PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from keras_torch.ops.kinds import unsigned_pair

NATIVES: dict[str, Callable[..., Any]] = {
    "gcd": unsigned_pair(torch.gcd),
    "lcm": unsigned_pair(torch.lcm),
}
