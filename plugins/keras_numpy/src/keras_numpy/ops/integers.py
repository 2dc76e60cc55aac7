"""Divisors and multiples on NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from keras_numpy.tape import constant

NATIVES: dict[str, Callable[..., Any]] = {
    "gcd": constant(np.gcd),
    "lcm": constant(np.lcm),
}
