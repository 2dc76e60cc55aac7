"""Sources for the conformance suite: frames and series of every kind of dtype."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from polykeras import tree
from polykeras.conformance.adapters import AdapterCase
from polykeras.plugins import DataRequest

FRAME = pd.DataFrame({"age": [3, 1, 4, 1, 5], "height": [0.5, 1.5, 2.5, 3.5, 4.5]}, index=list("vwxyz"))
MATRIX = np.stack([FRAME["age"].to_numpy().astype("float64"), FRAME["height"].to_numpy()], axis=1)
NULLABLE = pd.DataFrame(
    {"a": pd.array([1, 2, 3, 4, 5], dtype="Int16"), "b": pd.array([True, False] * 2 + [True], dtype="boolean")}
)
KINDS = pd.Series(pd.Categorical(["red", "blue", "red", "green", "blue"]))
PLAIN = np.array([[1, 1], [2, 0], [3, 1], [4, 0], [5, 1]], "int16")
AGE = MATRIX[:, :1].astype("int64")
Y = np.arange(5)


def _case(name: str, request: Callable[[], DataRequest], parts: tuple[Any, ...]) -> AdapterCase:
    def cut(start: int) -> Any:
        return tree.map_structure(lambda array: array[start : start + 2], parts)

    return AdapterCase(name, request, [cut(start) for start in range(0, 5, 2)], shuffles=True)


CASES = [
    _case("a frame", lambda: DataRequest(FRAME, Y, batch_size=2), (MATRIX, Y)),
    _case("a series", lambda: DataRequest(FRAME["age"], FRAME["height"], batch_size=2), (AGE, MATRIX[:, 1:])),
    _case(
        "columns by name",
        lambda: DataRequest(FRAME, Y, batch_size=2, names=("height", "age")),
        ({"age": AGE, "height": MATRIX[:, 1:]}, Y),
    ),
    _case("nullable dtypes", lambda: DataRequest(NULLABLE, batch_size=2), (PLAIN,)),
    _case("categories", lambda: DataRequest(KINDS, batch_size=2), (np.array([[2], [0], [2], [1], [0]], "int8"),)),
]  # fmt: skip
FOREIGN = [DataRequest(FRAME.index), DataRequest(FRAME.groupby("age"))]
