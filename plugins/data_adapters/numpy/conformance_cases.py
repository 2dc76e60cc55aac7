"""Sources for the conformance suite: arrays, lists, structures, with targets and weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polykeras import tree
from polykeras.conformance.adapters import AdapterCase
from polykeras.plugins import DataRequest

X = np.arange(20, dtype="float32").reshape(10, 2)
Y = np.arange(10, dtype="int64")
WEIGHT = np.linspace(0.0, 1.0, 10)
NAMED = {"left": X, "right": (Y, X[:, :1] > 5.0)}


def _case(name: str, request: Callable[[], DataRequest], parts: tuple[Any, ...], size: int) -> AdapterCase:
    def cut(start: int) -> Any:
        return tree.map_structure(lambda array: array[start : start + size], parts)

    return AdapterCase(name, request, [cut(start) for start in range(0, 10, size)], shuffles=True)


CASES = [
    _case("inputs alone", lambda: DataRequest(X, batch_size=4), (X,), 4),
    _case("inputs and targets", lambda: DataRequest(X, Y, batch_size=5), (X, Y), 5),
    _case("weights", lambda: DataRequest(X, Y, WEIGHT, batch_size=3), (X, Y, WEIGHT), 3),
    _case("one batch of them all", lambda: DataRequest(X, Y), (X, Y), 32),
    _case("lists of numbers", lambda: DataRequest(X.tolist(), Y.tolist(), batch_size=4), (X, Y), 4),
    _case("a structure", lambda: DataRequest(NAMED, [Y, X], batch_size=4), (NAMED, [Y, X]), 4),
]
FOREIGN = [DataRequest("text"), DataRequest(["text"]), DataRequest({}), DataRequest(iter([X])), DataRequest([])]
