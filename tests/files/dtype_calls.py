"""Calls that ask an op for the dtype of its result: the first case of each op, in every dtype and pair of dtypes.

An argument is written as a dtype's name, or as ``int``, ``float`` and ``True`` for a number of Python.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from polykeras.conformance.case import Case, holds_arrays
from polykeras.conformance.cases import CASES
from polykeras.conformance.coverage import family_of
from polykeras.ops.defined import OPS

DTYPES = (
    "bool", "uint8", "uint16", "uint32", "int8", "int16", "int32", "int64",
    "bfloat16", "float16", "float32", "float64",
)  # fmt: skip
NUMBERS: dict[str, Any] = {"True": True, "int": 2, "float": 2.0}

ELEMENTWISE = {
    "arithmetic", "bits", "comparison", "complex_numbers", "exponential", "integers", "special", "trigonometry",
}  # fmt: skip
"""Families of ops that take a number of Python wherever they take a tensor."""

Place = tuple[int, int | None]


class Call(NamedTuple):
    """One call: a case with the dtypes of its first tensors replaced."""

    op: str
    args: tuple[Any, ...]
    places: tuple[Place, ...]
    kinds: tuple[str, ...]

    @property
    def key(self) -> str:
        """Return the kinds of the arguments, as the recording names them."""
        return ",".join(self.kinds)

    def arguments(self, tensor: Callable[..., Any]) -> list[Any]:
        """Return the arguments; ``tensor(array, dtype=None)`` makes each tensor."""
        kinds = dict(zip(self.places, self.kinds + self.kinds[-1:] * len(self.places), strict=False))

        def made(value: Any, place: Place) -> Any:
            if not isinstance(value, np.ndarray):
                return value
            kind = kinds.get(place)
            if kind in NUMBERS:
                return NUMBERS[kind]
            # Small whole numbers, which every dtype holds.
            return tensor(value) if kind is None else tensor(_small(value), dtype=kind)

        return [
            [made(item, (i, j)) for j, item in enumerate(one)] if holds_arrays(one) else made(one, (i, None))
            for i, one in enumerate(self.args)
        ]


def _small(array: np.ndarray) -> np.ndarray:
    """Return whole numbers from 0 to 2 in the shape of `array`."""
    return (np.arange(array.size).reshape(array.shape) % 3).astype("int8")


def calls() -> Iterator[Call]:
    """Yield every call of every op that promotes some of its arguments."""
    seen: set[str] = set()
    for case in CASES:
        places = _places(case)
        if places and case.op not in seen:
            seen.add(case.op)
            for kinds in _kinds(len(places), numbers=family_of(case.op) in ELEMENTWISE):
                yield Call(case.op, case.args, places, kinds)


def _places(case: Case) -> tuple[Place, ...]:
    """Return where the tensors stand that are promoted together."""
    op = OPS[case.op]
    found: list[Place] = []
    for i, one in enumerate(case.args):
        if i in op.promoted and isinstance(one, np.ndarray):
            found.append((i, None))
        elif i in op.promoted and holds_arrays(one):
            found += [(i, j) for j in range(len(one))]
    return tuple(found)


def _kinds(count: int, *, numbers: bool) -> Iterator[tuple[str, ...]]:
    every = (*DTYPES, *NUMBERS) if numbers else DTYPES
    if count == 1:
        yield from ((kind,) for kind in every)
        return
    for first in every:
        for second in every:
            if not (first in NUMBERS and second in NUMBERS):
                yield (first, second)
