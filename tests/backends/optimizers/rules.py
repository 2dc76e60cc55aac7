"""The update rules in NumPy: each takes a step of one weight, with state in a dictionary."""

from __future__ import annotations

from typing import Any

import numpy as np

State = dict[str, Any]


def sgd(w: Any, g: Any, s: State, rate: float, momentum: float = 0.0, nesterov: bool = False) -> Any:
    if momentum == 0:
        return w - rate * g
    s["v"] = momentum * s.get("v", 0.0) - rate * g
    return w + momentum * s["v"] - rate * g if nesterov else w + s["v"]


def adam(
    w: Any, g: Any, s: State, rate: float, beta_1: float = 0.9, beta_2: float = 0.999, amsgrad: bool = False
) -> Any:
    s["t"] = s.get("t", 0) + 1
    s["m"] = beta_1 * s.get("m", 0.0) + (1 - beta_1) * g
    s["v"] = beta_2 * s.get("v", 0.0) + (1 - beta_2) * g**2
    top = s["v"]
    if amsgrad:
        top = s["top"] = np.maximum(s.get("top", 0.0), s["v"])
    step = rate * np.sqrt(1 - beta_2 ** s["t"]) / (1 - beta_1 ** s["t"])
    return w - step * s["m"] / (np.sqrt(top) + 1e-7)


def rmsprop(
    w: Any, g: Any, s: State, rate: float, rho: float = 0.9, momentum: float = 0.0, centered: bool = False
) -> Any:
    s["v"] = rho * s.get("v", 0.0) + (1 - rho) * g**2
    below = s["v"]
    if centered:
        s["a"] = rho * s.get("a", 0.0) + (1 - rho) * g
        below = s["v"] - s["a"] ** 2
    step = rate * g / np.sqrt(below + 1e-7)
    if momentum:
        step = s["m"] = momentum * s.get("m", 0.0) + step
    return w - step
