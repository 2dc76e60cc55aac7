"""Any size may be unknown: of each case of the suite every axis alone, every axis but one, all of them.

Inference must go through, and what it says must be true of the right answer. All is abstract: no backend is loaded.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from polykeras import KerasTensor, ops
from polykeras.conformance.case import Case, answer, listed, over_arrays
from polykeras.conformance.cases import CASES
from polykeras.conformance.checking import BY_VALUE
from polykeras.ops.abstract import abstract_scope

NAMES = sorted({case.op for case in CASES})


def _axes(case: Case) -> list[tuple[int, int]]:
    """Return tensor and axis of every size among the arguments."""
    shapes: list[tuple[int, ...]] = []
    over_arrays(lambda array: shapes.append(array.shape), case.args)
    return [(tensor, axis) for tensor, shape in enumerate(shapes) for axis in range(len(shape))]


def _choices(case: Case) -> Iterator[frozenset[tuple[int, int]]]:
    axes = _axes(case)
    choices = [*([one] for one in axes), *([other for other in axes if other != one] for one in axes)]
    choices += [axes, [one for one in axes if one[1] == 0]]
    yield from dict.fromkeys(map(frozenset, choices))


def _inferred(case: Case, unknown: frozenset[tuple[int, int]]) -> list[tuple[int | None, ...]]:
    tensors: list[Any] = []

    def symbol(array: np.ndarray) -> Any:
        sizes = [None if (len(tensors), axis) in unknown else size for axis, size in enumerate(array.shape)]
        tensors.append(KerasTensor(sizes, array.dtype.name))
        return tensors[-1]

    with abstract_scope():
        result = listed(getattr(ops, case.op)(*over_arrays(symbol, case.args)))
    return [tuple(one.shape) for one in result]


def _is_true(inferred: tuple[int | None, ...], right: tuple[int, ...]) -> bool:
    return len(inferred) == len(right) and all(a in {None, b} for a, b in zip(inferred, right, strict=True))


@pytest.mark.parametrize("op", NAMES)
def test_any_size_may_be_unknown(op: str) -> None:
    for case in CASES:
        if case.op != op or not case.unknown:
            continue
        right = [one.shape for one in answer(case, case.args)]
        for unknown in _choices(case):
            inferred = _inferred(case, unknown)
            assert len(inferred) == len(right), case.name
            if op in BY_VALUE:
                assert [len(one) for one in inferred] == [len(one) for one in right], case.name
            else:
                assert all(map(_is_true, inferred, right)), (case.name, unknown, inferred, right)
